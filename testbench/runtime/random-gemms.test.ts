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
const stalls = 0.1;
/** The same for every stream inside the chip: none, few or many, another choice for each product. */
const inside = [0, 0.02, 0.08, 0.25];

/** Gates on the way of a product through a tile: its program, A and W, sums, results. */
const streamsOfTile = [
  /hostPort_csr_\d+_gate/,
  /controller\.fetch\.addresses_deq_gate/,
  /controller\.program_(load|execute|vector|store)_gate/,
  /controller\.queues\.gates_issue_gate/,
  /load\.channels.*\.reader\.legaliser_burst_gate/,
  /load\.channels.*\.beats_deq_gate/,
  /load\.channels.*\.placer_write_gate/,
  /execute\.weights_read_gate/,
  /execute\.activations_read_gate/,
  /vector\.xSums_read_gate/,
  /vector\.compute_operands_gate/,
  /vector\.int(8|32)Results_deq_gate/,
  /store\.rows\.(bytes|words)_read_gate/,
  /store\.writer_bus_aw_gate/,
  /store\.writer\.output_deq_gate/,
];
/** And of what tiles send to each other. */
const streamsOfNetwork = [
  /injector.*queue_deq_gate/,
  /ejector.*receive_1_gate/,
  /load\.receiver_grant_gate/,
  /load\.receiver_write_gate/,
  /store_send_gate/,
];

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
      npu = new Npu(
        { tile, width, height },
        { latency: 6, stalls, seed },
        { seed, stallable: true, watchNetwork: width > 1 },
      );
    }, 60_000);
    afterAll(() => npu.close());

    test.each(Array.from({ length: count / 20 }, (_, i) => 20 * i))(
      "from number %d on",
      { timeout: 240_000 },
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
          npu.stalls?.start(inside[random.below(inside.length)] ?? 0, random.int32() >>> 0);
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

    test("all streams inside the chip that were used were held back, from the program's fetch to the last write", () => {
      const seen = npu.stalls?.seen ?? [];
      const used = seen.filter((gate) => gate.used);
      const held = used.filter(({ refused, withheld }) => refused || withheld);
      const tiles = width * height;
      console.info(`${tiles} tiles: ${seen.length} streams with gates, ${used.length} used, ${held.length} held back`);
      expect(seen.length).toBeGreaterThan(200 * tiles);
      expect(used.length).toBeGreaterThan(100 * tiles);
      expect(held.length).toBeGreaterThan(0.98 * used.length);
      const waited = seen.flatMap(({ path, refused }) => (refused ? [path] : []));
      for (const stream of [...streamsOfTile, ...(tiles > 1 ? streamsOfNetwork : [])])
        expect(
          waited.some((path) => stream.test(path)),
          `a valid of ${stream} was refused`,
        ).toBe(true);
    });

    test("both dataflows, and every way of working together, were among them", () => {
      expect(used).toContain(`ws ${width * height} own`);
      expect(used).toContain(`os ${width * height} own`);
      if (width * height === 1) return;
      for (const one of ["ws 4 multicast", "os 4 multicast", "ws 4 sums", "os 4 sums", "ws 3 own"])
        expect(used).toContain(one);
    });
  });
});
