import type { Int8Matrix } from "../../workloads/matrix.ts";
import type { MatmulShape } from "../block-plan.ts";

/** Some rows or columns of a matrix. */
export interface Range {
  readonly from: number;
  readonly size: number;
}

/** How sums become int8 on their way out. */
export interface Int8Output {
  /** N words of the scale memory, see `scaleWord`. */
  readonly scale: number;
  readonly zeroPoint: number;
  readonly low: number;
  readonly high: number;
  readonly activation: "none" | "relu" | "relu6" | "clip";
}

/**
 * C = A·W + bias, of int32 or requantised to int8, with the tensors' addresses in DRAM.
 *
 * - A: int8, row by row, `aStride` bytes from one to the next.
 * - W: packed, see `packWeights`.
 * - bias: N int32, or null for none. Int8 results need one.
 * - C: row by row, `cStride` bytes from one to the next.
 */
export interface MatmulTask extends MatmulShape {
  readonly a: number;
  readonly aStride: number;
  readonly w: number;
  readonly bias: number | null;
  readonly output: Int8Output | null;
  readonly c: number;
  readonly cStride: number;
}

/** Bytes of packed weights. */
export function packedBytes({ k, n }: Pick<MatmulShape, "k" | "n">, side: number): number {
  return Math.ceil(k / side) * side * Math.ceil(n / side) * side;
}

/**
 * Weights as they lie in DRAM: one block of `side` columns after the other, each row by row, both sizes padded with zeros
 * to multiples of `side`. Any number of rows of a block is one run of bytes, and each row is a row of the scratchpad.
 */
export function packWeights(w: Int8Matrix, side: number): Int8Array {
  const rows = Math.ceil(w.rows / side) * side;
  const packed = new Int8Array(packedBytes({ k: w.rows, n: w.cols }, side));
  for (let row = 0; row < w.rows; row++)
    for (let col = 0; col < w.cols; col++)
      packed[(Math.floor(col / side) * rows + row) * side + (col % side)] = w.data[row * w.cols + col] ?? 0;
  return packed;
}

/** `total` in ranges of `step`, the last one what is left. */
export function ranges({ from, size }: Range, step: number): Range[] {
  return Array.from({ length: Math.ceil(size / step) }, (_, i) => ({
    from: from + i * step,
    size: Math.min(step, size - i * step),
  }));
}

/** `total` in `parts` ranges as equal as multiples of `grain` allow; fewer where there are not as many grains. */
export function shares(total: number, parts: number, grain: number): Range[] {
  const grains = Math.ceil(total / grain);
  const used = Math.min(parts, grains);
  let from = 0;
  return Array.from({ length: used }, (_, i) => {
    const size = Math.min((Math.floor(grains / used) + Number(i < grains % used)) * grain, total - from);
    const range = { from, size };
    from += size;
    return range;
  });
}
