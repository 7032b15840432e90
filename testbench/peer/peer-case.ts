import type { Design, Verilog } from "../../hdl/index.ts";
import type { Clock } from "../../sim/index.ts";

/** A design, how it is driven, and the Verilog texts that must behave as it does: its own, or mutants of it. */
export interface PeerCase {
  /** As messages and files call it. */
  readonly name: string;
  readonly design: Design;
  /** Texts with the design's ports. Module names of one build must be distinct: see `prefix` of `toVerilog`. */
  readonly texts: readonly Verilog[];
  /** Seed of the stimulus. */
  readonly seed: number;
  /** Timing of the top's domains; the default of `schedule` for one that is not named. */
  readonly clocks: Readonly<Record<string, Clock>>;
}

/** Which peer simulates the Verilog. */
export type PeerName = "verilator" | "icarus";

export const peerTitles: Readonly<Record<PeerName, string>> = { verilator: "Verilator", icarus: "Icarus Verilog" };
