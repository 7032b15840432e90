import type { Operands } from "./operands.ts";
import type { TileMemory } from "./tile-memory.ts";

/** Rows of a memory from one on. */
export interface RowRange {
  readonly from: number;
  readonly rows: number;
}

/** Which rows a GEMM touches. */
export interface GemmRows {
  readonly reads: readonly RowRange[];
  readonly sums: readonly RowRange[];
  readonly accumulates: boolean;
}

/**
 * The rows of scratchpad and accumulators that a GEMM touches.
 * @throws RangeError for what the unit refuses
 */
export function gemmRows(operands: Operands, side: number): GemmRows {
  const { a, w, acc, m, k, n, aStride, accStride, os } = shapeOf(operands);
  if (m === 0 || k === 0 || n === 0) throw new RangeError("a GEMM has at least one row, column and step");
  if (operands.has("preload") && (os || k > side || n > side))
    throw new RangeError("preloaded weights are one tile, weight-stationary");
  const blocks = (size: number) => Math.ceil(size / side);
  const reads: RowRange[] = [];
  for (let block = 0; block < blocks(os ? m : k); block++) reads.push({ from: a + block * aStride, rows: os ? k : m });
  if (!operands.has("preload"))
    for (let block = 0; block < blocks(n); block++) {
      const from = w + block * blocks(k) * side;
      reads.push({ from, rows: os ? k : blocks(k) * side });
    }
  const sums = Array.from({ length: blocks(n) }, (_, block) => ({ from: acc + block * accStride, rows: m }));
  return { reads, sums, accumulates: operands.has("accumulate") };
}

/** Carries out a GEMM whose rows are in range; `held` are the weights that the array holds, and will hold afterwards. */
export function runGemm(operands: Operands, memory: TileMemory, held: Int8Array): Int8Array {
  const { a, w, acc, m, k, n, aStride, accStride, os } = shapeOf(operands);
  const { side, scratchpad, accumulator } = memory;
  const [kTiles, nTiles] = [Math.ceil(k / side), Math.ceil(n / side)];
  const preloaded = operands.has("preload");
  const zero = operands.has("zero_a");
  // A tile of weights is side × side whatever k is; output-stationary there are exactly k steps.
  const steps = os ? k : kTiles * side;
  for (let block = 0; block < nTiles; block++) {
    const weights = preloaded
      ? held
      : scratchpad.subarray((w + block * kTiles * side) * side, (w + block * kTiles * side + steps) * side);
    for (let row = 0; row < m; row++) {
      const at = (acc + block * accStride + row) * side;
      const sums = accumulator.subarray(at, at + side);
      if (!operands.has("accumulate")) sums.fill(0);
      if (zero) continue;
      for (let step = 0; step < steps; step++) {
        const factor = os
          ? scratchpad[(a + Math.floor(row / side) * aStride + step) * side + (row % side)]
          : scratchpad[(a + Math.floor(step / side) * aStride + row) * side + (step % side)];
        if (!factor) continue;
        const from = step * side;
        for (let lane = 0; lane < side; lane++) sums[lane] = (sums[lane] ?? 0) + factor * (weights[from + lane] ?? 0);
      }
    }
  }
  if (os) return new Int8Array(0);
  if (preloaded) return held;
  const last = (w + (nTiles * kTiles - 1) * side) * side;
  return scratchpad.slice(last, last + side * side);
}

function shapeOf(operands: Operands) {
  const number = (name: string) => operands.number(name);
  return {
    a: number("a"),
    w: number("w"),
    acc: number("acc"),
    m: number("m"),
    k: number("k"),
    n: number("n"),
    aStride: number("a_stride"),
    accStride: number("acc_stride"),
    os: operands.has("os"),
  };
}
