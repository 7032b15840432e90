import type { Source } from "../netlist/index.ts";

/**
 * The modules of a Yosys JSON file as they stand there, before anything is made of them. Every bit of a signal is a
 * number: ≥ 0 for a net of the module (renumbered densely), or one of the constants below.
 */
export const zeroBit = -1;
export const oneBit = -2;
export const undefinedBit = -3;
export const tristateBit = -4;

/** Least significant bit first. */
export type Bits = Int32Array;

export interface YosysPort {
  readonly name: string;
  readonly direction: "input" | "output" | "inout";
  readonly bits: Bits;
  readonly signed: boolean;
}

export interface YosysCell {
  readonly name: string;
  readonly type: string;
  /** Binary strings, most significant bit first, other strings, or (of `write_json -compat-int`) numbers. */
  readonly parameters: ReadonlyMap<string, string | number>;
  readonly connections: ReadonlyMap<string, Bits>;
  readonly source: Source | null;
}

export interface YosysNet {
  readonly name: string;
  /** Made up by Yosys. */
  readonly hidden: boolean;
  readonly bits: Bits;
  readonly signed: boolean;
  /** Power-on value, most significant bit first, as 0, 1 and x. */
  readonly init: string | null;
  readonly source: Source | null;
}

export interface YosysMemory {
  readonly name: string;
  readonly width: number;
  readonly size: number;
  readonly offset: number;
  readonly source: Source | null;
}

export interface YosysModule {
  readonly name: string;
  /** The name in Verilog of a module that Yosys has specialised by parameters, else the name. */
  readonly title: string;
  readonly top: boolean;
  readonly blackBox: boolean;
  readonly ports: ReadonlyMap<string, YosysPort>;
  readonly cells: ReadonlyMap<string, YosysCell>;
  readonly memories: ReadonlyMap<string, YosysMemory>;
  readonly nets: readonly YosysNet[];
  /** How many distinct nets there are: bits are 0 to `bitCount` − 1. */
  readonly bitCount: number;
  readonly source: Source | null;
}
