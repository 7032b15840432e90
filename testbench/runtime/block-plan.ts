import type { EngineConfig } from "../../hdl/index.ts";

/** The size of C = A·W, with A of m × k and W of k × n. */
export interface MatmulShape {
  readonly m: number;
  readonly k: number;
  readonly n: number;
}

/** One run of the engine: a block of A times a block of W, added to a block of C. */
export interface Block {
  readonly m: { readonly from: number; readonly size: number };
  readonly k: { readonly from: number; readonly size: number };
  readonly n: { readonly from: number; readonly size: number };
  /** Adds to what the accumulators hold, rather than overwriting it. */
  readonly accumulate: boolean;
  /** C's block is complete after this run. */
  readonly last: boolean;
}

/**
 * Cuts a matmul into blocks that fit the engine's buffers, those of one block of C in succession so that their sums
 * stay in the accumulators. A shape that fits whole is one block.
 */
export function planBlocks(shape: MatmulShape, config: EngineConfig): Block[] {
  const { rows, cols, activationWords, weightWords, accumulatorRows } = config;
  const tiles = { k: Math.ceil(shape.k / rows), n: Math.ceil(shape.n / cols) };
  const m = Math.min(shape.m, activationWords, accumulatorRows);
  const kTiles = Math.min(tiles.k, Math.floor(activationWords / m), Math.floor(weightWords / rows));
  const nTiles = Math.min(tiles.n, Math.floor(accumulatorRows / m), Math.floor(weightWords / (kTiles * rows)));

  const blocks: Block[] = [];
  for (const nRange of ranges(shape.n, nTiles * cols))
    for (const mRange of ranges(shape.m, m))
      for (const kRange of ranges(shape.k, kTiles * rows))
        blocks.push({
          m: mRange,
          k: kRange,
          n: nRange,
          accumulate: kRange.from > 0,
          last: kRange.from + kRange.size === shape.k,
        });
  return blocks;
}

/**
 * The fewest cycles that a weight-stationary array with shadow weights can take for the blocks, from the first weight
 * to the last result: R + (F − 1)·max(M, R) + M + R + C − 2 for F tiles of M rows each, summed over the blocks.
 */
export function boundOf(blocks: readonly Block[], { rows, cols }: Pick<EngineConfig, "rows" | "cols">): number {
  return blocks.reduce((sum, { m, k, n }) => {
    const tiles = Math.ceil(k.size / rows) * Math.ceil(n.size / cols);
    return sum + rows + (tiles - 1) * Math.max(m.size, rows) + m.size + rows + cols - 2;
  }, 0);
}

function ranges(total: number, step: number): { from: number; size: number }[] {
  return Array.from({ length: Math.ceil(total / step) }, (_, i) => ({
    from: i * step,
    size: Math.min(step, total - i * step),
  }));
}
