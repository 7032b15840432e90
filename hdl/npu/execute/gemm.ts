import { Bool, Bundle, UInt } from "../../lang/index.ts";
import type { NpuConfig } from "../npu-config.ts";

/** A size of a matrix, from 1. */
export const Size = UInt(12);
/** A row of the scratchpad or of the accumulators, as an instruction names it. */
export const Row = UInt(16);
/** A row with room for what lies beyond the largest memory, so that it can be told. */
export const WideRow = UInt(25);

/**
 * One GEMM: C (m × n) = A (m × k) · W (k × n), optionally added to what the accumulators hold. With S = side and
 * kTiles = ⌈k / S⌉:
 *
 * - Weight-stationary: row m of A's block kt (int8 columns kt · S …) lies at a + kt · aStride + m.
 * - Output-stationary: row k of Aᵀ's block mt (A's rows mt · S …, column k) lies at a + mt · aStride + k.
 * - In both: row k of W's block nt (columns nt · S …) lies at w + nt · kTiles · S + k.
 * - In both: row m of C's block nt goes to acc + nt · accStride + m.
 *
 * Columns of blocks beyond k or n, and in weight-stationary mode rows of W beyond k, hold zeros.
 *
 * - `os`: output-stationary. `accumulate`: adds to C rather than overwriting it. `zeroA`: takes A as zero.
 * - `preload`: weight-stationary, k and n at most S: the array holds the weights already, none are loaded.
 * - `tag`: comes back when the GEMM is done.
 */
export const GemmCommand = Bundle({
  a: Row,
  w: Row,
  acc: Row,
  m: Size,
  k: Size,
  n: Size,
  aStride: Size,
  accStride: Size,
  os: Bool,
  preload: Bool,
  accumulate: Bool,
  zeroA: Bool,
  tag: UInt(4),
});

/** Tiles of S that a size needs: ⌈size / S⌉. */
export function tilesOf({ side }: NpuConfig, size: UInt<12>): UInt<12> {
  return size
    .extend(13)
    .add(side - 1)
    .shr(Math.log2(side))
    .trunc(12);
}
