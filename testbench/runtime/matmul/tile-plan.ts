import type { NpuConfig } from "../../../hdl/index.ts";
import type { MatmulShape } from "../block-plan.ts";

export const dataflows = ["ws", "os"] as const;
export type Dataflow = (typeof dataflows)[number];

/**
 * How one tile of the chip cuts its part of a matmul into pieces.
 *
 * A block of C of `m` rows and `n` · side columns is summed up in one half of the accumulators, `k` steps at a time, while
 * the block before leaves the other half. For that pieces of A (m × k) and of W (k × side) are loaded.
 */
export interface TilePlan {
  readonly dataflow: Dataflow;
  readonly m: number;
  /** A multiple of side, except where it is all of K. */
  readonly k: number;
  /** Blocks of `side` columns. */
  readonly n: number;
  /** Which of C's sides the outer loop goes along. */
  readonly outer: "m" | "n";
}

/** The most rows, and the most columns, of a LOAD or GEMM. */
const mostOfMatrix = 4095;
/** Blocks of int32 biases, or sets of parameters, that are held at once. */
const biasSlots = 4;

/** Where a tile keeps what a plan needs: numbers of rows. */
export interface TileLayout {
  /** First scratchpad rows of the slots for pieces of A, and of those for pieces of W. */
  readonly a: readonly number[];
  readonly w: readonly number[];
  /** Rows of a piece of W. */
  readonly wRows: number;
  /** Scratchpad row of each of the two blocks of int8 results. */
  readonly out: readonly [number, number];
  /** A scratchpad row of which nothing but that it is defined matters. */
  readonly spare: number;
  /** Accumulator row of each of the two blocks of C. */
  readonly blocks: readonly [number, number];
  /** Where the biases of a block go: rows of the accumulators, or for int8 results of the parameter memories. */
  readonly parameters: readonly number[];
}

/** What a matmul asks of a tile beside its shape. */
export interface TileDemands {
  readonly int8: boolean;
  readonly bias: boolean;
}

/** Where a plan's pieces go, or null where they do not fit the tile. */
export function layoutOf(plan: TilePlan, demands: TileDemands, config: NpuConfig): TileLayout | null {
  const { side, scratchpadRows, accumulatorRows } = config;
  const { m, k, n } = plan;
  const half = accumulatorRows / 2;
  const biasRows = demands.bias && !demands.int8 ? n : 0;
  const blockRows = m * n;
  const kTiles = Math.ceil(k / side);
  if (blockRows + 2 * biasRows > half || n * side > mostOfMatrix || kTiles * side > mostOfMatrix) return null;
  const parameterSlots = Math.floor(256 / n);
  if (demands.int8 && parameterSlots < biasSlots) return null;

  // A and W are in different banks, so that a row of each can be read in one cycle; and so are successive pieces of
  // each, so that two can be loaded at once.
  const aRows = plan.dataflow === "ws" ? m * kTiles : k * Math.ceil(m / side);
  const wRows = kTiles * side;
  const outRows = demands.int8 ? blockRows : 0;
  const quarter = scratchpadRows / 4;
  const spare = scratchpadRows - 1;
  const a = slotRows(aRows, 0, 2 * quarter, quarter);
  const w = slotRows(wRows, 2 * quarter, spare - 2 * outRows, 3 * quarter);
  if (a.length < 1 || w.length < 1) return null;
  return {
    a,
    w,
    wRows,
    out: [spare - 2 * outRows, spare - outRows],
    spare,
    blocks: [0, half],
    parameters: demands.int8
      ? Array.from({ length: parameterSlots }, (_, i) => i * n)
      : Array.from({ length: biasSlots }, (_, i) => half * (1 + (i & 1)) - (1 + (i >> 1)) * biasRows),
  };
}

/** Slots of `rows` rows from one row to another, by turns before and after `middle` where both parts have room for some. */
function slotRows(rows: number, from: number, to: number, middle: number): number[] {
  const inPart = (start: number, end: number) => Math.max(0, Math.floor((end - start) / rows));
  const [before, after] = [inPart(from, middle), inPart(middle, to)];
  const whole = inPart(from, to);
  if (before === 0 || after === 0 || before + after < whole)
    return Array.from({ length: whole }, (_, i) => from + i * rows);
  const slots: number[] = [];
  for (let i = 0; i < Math.max(before, after); i++) {
    if (i < before) slots.push(from + i * rows);
    if (i < after) slots.push(middle + i * rows);
  }
  return slots;
}

/** All plans of a shape that are worth a thought; those that do not fit the tile are among them. */
export function* tilePlans(
  shape: MatmulShape,
  { side, accumulatorRows }: NpuConfig,
  allowed: readonly Dataflow[],
): Generator<TilePlan> {
  const half = accumulatorRows / 2;
  const tiles = (size: number) => Math.ceil(size / side);
  const parts = [1, 2, 3, 4, 8, 16, 32, 64, 128, 256];
  const mSizes = new Set<number>();
  for (const part of parts) {
    const size = Math.ceil(shape.m / part);
    mSizes.add(size <= side ? size : tiles(size) * side);
  }
  for (let size = half; size >= side; size /= 2) mSizes.add(Math.min(size, shape.m));
  const kSizes = new Set<number>([shape.k]);
  for (const part of parts) kSizes.add(tiles(shape.k / part) * side);
  const nSizes = new Set([1, 2, 4, 8, 16].map((size) => Math.min(size, tiles(shape.n))));
  for (const dataflow of allowed)
    for (const m of mSizes) {
      if (m > half || m > shape.m) continue;
      for (const k of kSizes) {
        if (k > shape.k) continue;
        for (const n of nSizes) for (const outer of ["m", "n"] as const) yield { dataflow, m, k, n, outer };
      }
    }
}
