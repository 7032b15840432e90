import fc from "fast-check";
import { expect, test } from "vitest";
import { engineConfig } from "../../hdl/index.ts";
import { boundOf, planBlocks } from "./block-plan.ts";

const size = fc.integer({ min: 1, max: 90 });
const configs = fc
  .record({ rows: fc.integer({ min: 1, max: 9 }), cols: fc.integer({ min: 1, max: 9 }) })
  .chain(({ rows, cols }) =>
    fc.record({
      activationWords: fc.integer({ min: 1, max: 60 }),
      weightWords: fc.integer({ min: rows, max: 60 }),
      accumulatorRows: fc.integer({ min: 1, max: 60 }),
      rows: fc.constant(rows),
      cols: fc.constant(cols),
    }),
  );

test("every product of a matmul is in exactly one block, and every block fits the buffers", () => {
  fc.assert(
    fc.property(size, size, size, configs, (m, k, n, given) => {
      const config = engineConfig(given);
      const blocks = planBlocks({ m, k, n }, config);
      const products = blocks.reduce((sum, block) => sum + block.m.size * block.k.size * block.n.size, 0);
      expect(products).toBe(m * k * n);
      const starts = new Set(blocks.map((block) => `${block.m.from} ${block.k.from} ${block.n.from}`));
      expect(starts.size).toBe(blocks.length);
      for (const block of blocks) {
        const kTiles = Math.ceil(block.k.size / config.rows);
        const nTiles = Math.ceil(block.n.size / config.cols);
        expect(kTiles * block.m.size).toBeLessThanOrEqual(config.activationWords);
        expect(kTiles * nTiles * config.rows).toBeLessThanOrEqual(config.weightWords);
        expect(nTiles * block.m.size).toBeLessThanOrEqual(config.accumulatorRows);
        expect(block.accumulate).toBe(block.k.from > 0);
        expect(block.last).toBe(block.k.from + block.k.size === k);
      }
    }),
  );
});

test("the blocks of one block of C follow each other, ended by the last", () => {
  const config = engineConfig({ rows: 2, cols: 2, activationWords: 4, weightWords: 4, accumulatorRows: 4 });
  const blocks = planBlocks({ m: 5, k: 7, n: 3 }, config);
  let open: string | null = null;
  for (const { m, n, accumulate, last } of blocks) {
    const here = `${m.from} ${n.from}`;
    if (accumulate) expect(here).toBe(open);
    else expect(open).toBeNull();
    open = last ? null : here;
  }
  expect(open).toBeNull();
});

test("256 × 256 × 256 is one block of the default engine, bound by the closed form", () => {
  const config = engineConfig();
  const blocks = planBlocks({ m: 256, k: 256, n: 256 }, config);
  expect(blocks).toHaveLength(1);
  expect(boundOf(blocks, config)).toBe(16 + 255 * 256 + 256 + 16 + 16 - 2);
});
