import type { Design } from "../../../hdl/index.ts";
import type { Engine } from "../../../sim/index.ts";
import type { Clocked } from "../../../testbench/index.ts";
import type { Drive } from "../drive.ts";

/** One design of the bench. */
export interface Subject {
  readonly name: string;
  readonly title: string;
  /** Identical cells in it, for figures of scaling; null where it is no array. */
  readonly cells: number | null;
  /** Builds the design with its stimulus inside: no inputs but clock and reset, and the output `checksum` of 32 bits. */
  readonly design: () => Design | Promise<Design>;
  readonly checksum: string;
  /** An input that is 0 in the first cycles and 1 from then on; null without one. */
  readonly reset: { readonly port: string; readonly cycles: number } | null;
  /** The design alone, whose ports a testbench drives; null where it is not measured so. */
  readonly bare: Bare | null;
  /** The Verilog that the design was read from, which its peers run too; null where there is none. */
  readonly original: Original | null;
}

/** A design whose ports a testbench drives. */
export interface Bare {
  readonly design: () => Promise<Design>;
  /** Our testbench, which does what `drive` says of each input; that of peers is made from it. */
  readonly testbench: (engine: Engine) => Promise<BareTestbench>;
  readonly drive: (port: string) => Drive;
}

export interface BareTestbench extends Clocked {
  /** Of all outputs before every edge so far, in the order of the ports. */
  readonly checksum: number;
}

export interface Original {
  readonly files: readonly string[];
  readonly parameters: Readonly<Record<string, string | number>>;
}

/** A subject of one module of ours, unless it says otherwise. */
export const plain = { checksum: "checksum", reset: null, bare: null, original: null, cells: null } as const;
