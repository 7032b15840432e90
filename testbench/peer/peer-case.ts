import type { Design, Verilog } from "../../hdl/index.ts";
import type { Clock } from "../../sim/index.ts";
import type { ForeignVerilog } from "./foreign-verilog.ts";
import type { PinLayout } from "./pin-layout.ts";
import type { PinStimulus } from "./pin-stimulus.ts";

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
  /** What drives the inputs. Default: random values by seed. */
  readonly stimulus?: (layout: PinLayout) => PinStimulus;
  /**
   * Verilog of others that the texts instantiate. Bits that the peer does not know are then no difference. A case with
   * such Verilog is alone in its bundle.
   */
  readonly foreign?: ForeignVerilog;
}

/** Which peer simulates the Verilog. */
export type PeerName = "verilator" | "icarus";

export const peerTitles: Readonly<Record<PeerName, string>> = { verilator: "Verilator", icarus: "Icarus Verilog" };
