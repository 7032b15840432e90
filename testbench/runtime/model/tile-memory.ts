import type { NpuConfig } from "../../../hdl/index.ts";

/** Rows of the bias and of the scale memory, and entries of the table of `lut`. */
export const parameterRows = 256;
export const tableEntries = 256;

/** The local memories of a tile that instructions name rows of. */
export const localMemories = ["scratchpad", "accumulator", "bias", "scale", "lut"] as const;
export type LocalMemory = (typeof localMemories)[number];

/** What the memories of a tile hold, row by row, `side` elements each; the table has one entry a row. */
export class TileMemory {
  readonly side: number;
  readonly scratchpad: Int8Array;
  readonly accumulator: Int32Array;
  readonly bias: Int32Array;
  /** Multiplier in bits 23:0, shift in bits 28:24. */
  readonly scale: Int32Array;
  readonly lut = new Int16Array(tableEntries);

  constructor({ side, scratchpadRows, accumulatorRows }: NpuConfig) {
    this.side = side;
    this.scratchpad = new Int8Array(scratchpadRows * side);
    this.accumulator = new Int32Array(accumulatorRows * side);
    this.bias = new Int32Array(parameterRows * side);
    this.scale = new Int32Array(parameterRows * side);
  }

  /** Rows of a memory. */
  rowsOf(memory: LocalMemory): number {
    return memory === "lut" ? tableEntries : this[memory].length / this.side;
  }
}
