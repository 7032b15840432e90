import { describe, expect, test } from "vitest";
import { Random } from "../../../testbench/bench/random.ts";
import { replay, seedOf } from "../../../testbench/bench/seed.ts";
import type { DramTiming } from "../../../testbench/models/dram.ts";
import { instructionWord, type Matrix, TileMemories } from "../movers/tile-memories.fuzz.ts";
import { nodeId } from "../noc/index.ts";
import { npuConfig } from "../npu-config.ts";
import { flitsOf, LoadBench, smallNoc, smallTile, someLoad as tile } from "./load-bench.fuzz.ts";
import { randomLoads } from "./random-loads.fuzz.ts";

const seed = seedOf(undefined);

describe.each(["interpreter", "wasm"] as const)(`LoadUnit on the %s engine (${replay(seed)})`, (engine) => {
  test.each([
    [4, 0],
    [4, 0.4],
    [2, 0.2],
    [16, 0.1],
  ])("LOADs of all kinds, side %d, stalls %d", (side, stalls) => {
    const config = smallTile(side);
    const random = new Random(seed + side);
    const bench = new LoadBench(config, smallNoc(side), stalls, { latency: 20 }, { engine, seed });
    const expected = new TileMemories(config);
    for (let batch = 0; batch < (engine === "wasm" ? 8 : 1); batch++) {
      const loads = randomLoads(random, config, engine === "wasm" ? 14 : 5);
      const before = bench.done.length;
      const sets = loads.map(() => ["push_next", "interrupt"].filter(() => random.bool()));
      bench.push(...loads.map((load, i) => instructionWord("load", load, sets[i])));
      bench.finish(before + loads.length);
      for (const load of loads) expected.load(load, bench.dram.memory);
      expect(bench.memories.contents).toEqual(expected.contents);
      expect(bench.done.slice(before).map(({ tag, fault }) => [tag, fault])).toEqual(
        sets.map((set) => [(set.includes("push_next") ? 2 : 0) + (set.includes("interrupt") ? 4 : 0), "None"]),
      );
    }
    expect(bench.bytesRead.reduce((sum, bytes) => sum + bytes)).toBe(bench.dram.beats.read * side);
  });
});

describe(`LoadUnit (${replay(seed)})`, () => {
  const config = smallTile(4);
  const start = (stalls = 0, timing: Partial<DramTiming> = { latency: 20 }, sizes = config) =>
    new LoadBench(sizes, smallNoc(sizes.side), stalls, timing, { engine: "wasm", seed });

  test.each([
    ["wide rows", { rows: 16, cols: 1024, stride: 1040 }],
    ["rows of a beat without gaps", { rows: 1024, cols: 16, stride: 16 }],
    ["a tall block, transposed", { rows: 512, cols: 32, stride: 32, transpose: true }],
  ])("a row a cycle on each channel, %s", (_, shape) => {
    const sizes = npuConfig({ reads: 128 });
    const bench = start(0, { latency: 100, outstanding: 128 }, sizes);
    const span = 1024;
    const jobs = Array.from({ length: 8 }, (_, i) => ({ ...tile, ...shape, local: i * span }));
    bench.push(...jobs.map((job) => instructionWord("load", job)));
    bench.finish(jobs.length);
    expect(bench.writes).toBe(8 * span);
    expect(bench.dut.cycle).toBeLessThan(4 * span + 250);
  });

  test("a LOAD goes to the channel that has less to do, though both can take it", () => {
    const bench = start(0, { latency: 200 });
    const large = { ...tile, rows: 12, stride: 16 };
    const jobs = [{ ...large, rows: 13 }, { ...tile, rows: 1, cols: 4 }, large];
    for (const job of jobs) {
      bench.push(instructionWord("load", job));
      for (let i = 0; i < 40; i++) bench.step();
    }
    while (bench.done.length < 2) bench.step();
    expect(bench.dut.out.waits).toEqual({ bus: 1, memory: 0, network: 0 });
    bench.finish(3);
    expect(bench.bytesRead).toEqual([208, 4 + 192]);
    bench.push(instructionWord("load", large));
    bench.finish(4);
    expect(bench.bytesRead).toEqual([208 + 192, 4 + 192]);
  });

  test("the last rows of each memory can be written", () => {
    const bench = start();
    const jobs: Matrix[] = [
      { ...tile, local: 1024 - 32 },
      { ...tile, rows: 5, local: 1024 - 64, transpose: true },
      { ...tile, sub: "accumulator", local: 512 - 32 },
      { ...tile, sub: "scale", local: 256 - 32 },
      { ...tile, sub: "lut", local: 256 - 128 },
    ];
    bench.push(...jobs.map((job) => instructionWord("load", job)));
    bench.finish(jobs.length);
    const expected = new TileMemories(config);
    for (const job of jobs) expected.load(job, bench.dram.memory);
    expect(bench.memories.contents).toEqual(expected.contents);
    expect(bench.done.every(({ fault }) => fault === "None")).toBe(true);
  });

  test.each([0, 0.4])("RECEIVE into both memories, sums from several nodes and DRAM, stalls %d", (stalls) => {
    const bench = start(stalls);
    const random = new Random(seed);
    const expected = new TileMemories(config);
    const words: bigint[] = [];
    const grants: { node: number; tag: number }[] = [];
    let received = 0;
    for (let i = 0; i < 24; i++) {
      const [node, tag, rows] = [nodeId(random.below(3), random.below(2)), random.below(16), 1 + random.below(9)];
      const place = Math.floor(i / 4) * 40;
      const accumulate = i % 4 > 1; // rows of the scratchpad, then sums on sums
      const sub = i % 4 === 0 ? "scratchpad" : "accumulator";
      if (sub === "accumulator" && random.bool(0.4)) {
        const load: Matrix = { ...tile, sub, int32: true, accumulate, rows, cols: 7, stride: 31, local: place };
        words.push(instructionWord("load", load));
        expected.load(load, bench.dram.memory);
        continue;
      }
      const flits = flitsOf(node, sub === "scratchpad" ? rows : 4 * rows, random);
      bench.answers.push(flits);
      received += flits.length;
      grants.push({ node, tag });
      words.push(instructionWord("receive", { sub, accumulate, node, tag, local: place, rows }));
      expected.receive(sub, place, accumulate, flits);
    }
    bench.push(...words);
    bench.finish(words.length);
    expect(bench.memories.contents).toEqual(expected.contents);
    expect(bench.grants).toEqual(grants);
    expect(bench.bytesReceived).toBe(received * 4);
    expect(bench.done.every(({ fault }) => fault === "None")).toBe(true);
  });
});
