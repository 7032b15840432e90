import { expect, test } from "vitest";
import { npuConfig } from "../../../hdl/index.ts";
import { estimate } from "./tile-estimate.ts";
import { layoutOf, type TilePlan, tilePlans } from "./tile-plan.ts";

const config = npuConfig({ side: 4, scratchpadRows: 256, accumulatorRows: 64 });
const shape = { m: 37, k: 50, n: 29 };
const memory = { latency: 20, channelBytes: 4, tileBytes: Infinity };

test("what a plan needs lies in the memories and does not overlap", () => {
  let fit = 0;
  for (const plan of tilePlans(shape, config, ["ws", "os"]))
    for (const demands of [
      { int8: false, bias: false },
      { int8: false, bias: true },
      { int8: true, bias: true },
    ]) {
      const layout = layoutOf(plan, demands, config);
      expect(layout === null).toBe(estimate(plan, shape, demands, config, memory) === null);
      if (!layout) continue;
      fit++;
      const kTiles = Math.ceil(plan.k / 4);
      const aRows = plan.dataflow === "ws" ? plan.m * kTiles : plan.k * Math.ceil(plan.m / 4);
      const blockRows = plan.m * plan.n;
      const outRows = demands.int8 ? blockRows : 0;
      disjoint(
        [
          ...layout.a.map((from) => [from, aRows] as const),
          ...layout.w.map((from) => [from, layout.wRows] as const),
          ...layout.out.map((from) => [from, outRows] as const),
          [layout.spare, 1],
        ],
        config.scratchpadRows,
      );
      const biases = demands.bias && !demands.int8 ? layout.parameters.map((from) => [from, plan.n] as const) : [];
      disjoint([...layout.blocks.map((from) => [from, blockRows] as const), ...biases], config.accumulatorRows);
    }
  expect(fit).toBeGreaterThan(100);
});

function disjoint(ranges: readonly (readonly [from: number, rows: number])[], size: number): void {
  let end = 0;
  for (const [from, rows] of ranges.toSorted((a, b) => a[0] - b[0])) {
    if (rows === 0) continue;
    expect(from).toBeGreaterThanOrEqual(end);
    end = from + rows;
  }
  expect(end).toBeLessThanOrEqual(size);
}

test("an estimate counts the array's cycles and the bytes that pieces take", () => {
  const plan: TilePlan = { dataflow: "ws", m: 8, k: 8, n: 2, outer: "m" };
  const demands = { int8: false, bias: false };
  const one = estimate(plan, { m: 16, k: 16, n: 16 }, demands, config, memory);
  // 4 × 4 tiles of 8 rows, twice, and the way through the array; W once, as all of it fits, and A once.
  expect(one).toMatchObject({ compute: 2 * 16 * 8 + 12, readBytes: 512, weightBytes: 256, writeBytes: 1024 });
  expect(one?.cycles).toBeGreaterThan(one?.compute ?? Infinity);
  const slow = estimate(plan, { m: 16, k: 16, n: 16 }, demands, config, { ...memory, channelBytes: 0.25 });
  expect(slow?.cycles).toBeGreaterThan(1024 / 0.25);
});
