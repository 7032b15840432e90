import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Random } from "../bench/random.ts";
import { replay, seedOf } from "../bench/seed.ts";
import { silent } from "../progress.ts";
import { runMatmul } from "../workloads/npu-matmul/matmul-run.ts";
import type { ChipPlan } from "./matmul/chip-plan.ts";
import { randomMatmul } from "./matmul/random-matmul.fuzz.ts";
import { Npu } from "./npu.ts";

const seed = seedOf(undefined);
const tile = { side: 8, scratchpadRows: 512, accumulatorRows: 128 };
/** How likely every ready and every new valid of the memory is held back in a cycle. */
const stalls = 0.15;

const waysOf = (tiles: number): readonly ChipPlan["split"][] => {
  const ways: ChipPlan["split"][] = [];
  for (let m = 1; m <= tiles; m++)
    for (let n = 1; m * n <= tiles; n++)
      for (let k = 1; m * n * k <= tiles; k++) if (m * n * k > tiles / 2) ways.push({ m, n, k });
  return ways;
};

describe(`500 random GEMMs on the chip are exact (${replay(seed)})`, () => {
  describe.each([
    { width: 1, height: 1, count: 340, share: 0 },
    { width: 2, height: 2, count: 160, share: 1 },
  ])("$width x $height tiles", ({ width, height, count, share }) => {
    let npu: Npu;
    const random = new Random(seed + share);
    const used = new Set<string>();
    beforeAll(() => {
      npu = new Npu({ tile, width, height }, { latency: 15, stalls, seed }, { seed });
    }, 60_000);
    afterAll(() => npu.close());

    test.each(Array.from({ length: count / 20 }, (_, i) => 20 * i))(
      "from number %d on",
      { timeout: 60_000 },
      async (from) => {
        for (let i = from; i < from + 20; i++) {
          const data = randomMatmul(random, 70);
          const dataflow = random.bool() ? ("ws" as const) : ("os" as const);
          const ways = waysOf(width * height).filter(
            ({ m, n, k }) => m <= data.a.rows && n <= Math.ceil(data.w.cols / 8) && k <= Math.ceil(data.a.cols / 8),
          );
          const split = ways[random.below(Math.max(1, ways.length))];
          const multicast = split?.m === 2 && split.k === 1 && split.n <= height && random.bool();
          const choice = {
            dataflow,
            ...(split ? { split } : {}),
            weights: multicast ? ("multicast" as const) : ("own" as const),
          };
          const { failure, rated } = await runMatmul(npu, data, choice, silent, { counters: i % 10 === 0 }).catch(
            (error) => {
              // Rows that cannot be shared out equally are not multicast.
              if (!multicast || !String(error).includes("fits the chip")) throw error;
              return runMatmul(npu, data, { dataflow }, silent);
            },
          );
          const { tile: plan, split: done, weights } = rated.plan;
          used.add(`${plan.dataflow} ${done.m * done.n * done.k} ${done.k > 1 ? "sums" : weights}`);
          const shape = `${data.a.rows} x ${data.a.cols} x ${data.w.cols}`;
          expect({ i, shape, plan: rated.plan, failure }).toEqual({ i, shape, plan: rated.plan, failure: null });
        }
      },
    );

    test("both dataflows, and every way of working together, were among them", () => {
      expect(used).toContain(`ws ${width * height} own`);
      expect(used).toContain(`os ${width * height} own`);
      if (width * height === 1) return;
      for (const one of ["ws 4 multicast", "os 4 multicast", "ws 4 sums", "os 4 sums", "ws 3 own"])
        expect(used).toContain(one);
    });
  });
});
