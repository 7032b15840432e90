import { describe, expect, test } from "vitest";
import { Random } from "../../../testbench/bench/random.ts";
import { replay, seedOf } from "../../../testbench/bench/seed.ts";
import type { DramTiming } from "../../../testbench/models/dram.ts";
import { instructionWord, type Matrix, TileMemories } from "../movers/tile-memories.fuzz.ts";
import { nocConfig, nodeId } from "../noc/index.ts";
import { type NpuConfig, npuConfig } from "../npu-config.ts";
import { type ArrivingFlit, LoadBench } from "./load-bench.fuzz.ts";

const seed = seedOf(undefined);
const noc = (side: number) => nocConfig({ width: 3, height: 2, payloadBits: 8 * side });
const small = (side: number) =>
  npuConfig({ side, scratchpadRows: 1024, accumulatorRows: 512, reads: 8, burstBeats: 16, bufferBeats: 64 });

/** Random LOADs of all kinds, whose places in the memories do not overlap. */
function randomLoads(random: Random, config: NpuConfig, count: number): Matrix[] {
  const memories = new TileMemories(config);
  const free = { scratchpad: 0, accumulator: 0, bias: 0, scale: 0, lut: 0 };
  const depth = {
    scratchpad: config.scratchpadRows,
    accumulator: config.accumulatorRows,
    bias: 256,
    scale: 256,
    lut: 256,
  };
  const subs = [
    "scratchpad",
    "scratchpad",
    "scratchpad",
    "accumulator",
    "accumulator",
    "bias",
    "scale",
    "lut",
  ] as const;
  const loads: Matrix[] = [];
  while (loads.length < count) {
    const sub = subs[random.below(subs.length)] ?? "scratchpad";
    const pad = () => (random.bool(0.3) ? random.below(16) : 0);
    const int32 = sub === "accumulator" && random.bool();
    const bytes = sub === "lut" ? 2 : sub === "bias" || sub === "scale" || int32 ? 4 : 1;
    const cols = random.bool(0.4) ? config.side * (1 + random.below(3)) : 1 + random.below(5 * config.side);
    const row = cols * bytes;
    const matrix: Matrix = {
      ...{ sub, int32, transpose: sub === "scratchpad" && random.bool(0.4) },
      accumulate: sub === "accumulator" && random.bool(0.3),
      ...{ local: free[sub], dram: 0x14000 + random.below(0x4000), rows: 1 + random.below(20), cols },
      stride: random.bool(0.4) ? row : random.bool() ? row + random.below(40) : random.below(row),
      ...{ top: pad(), bottom: pad(), left: pad(), right: pad() },
    };
    const span = memories.span(matrix);
    if (free[sub] + span > depth[sub]) {
      if (Object.values(free).every((used) => used > 100)) break;
      continue;
    }
    free[sub] += span;
    loads.push(matrix);
  }
  return loads;
}

describe.each(["interpreter", "wasm"] as const)(`LoadUnit on the %s engine (${replay(seed)})`, (engine) => {
  test.each([
    [4, 0],
    [4, 0.4],
    [2, 0.2],
    [16, 0.1],
  ])("LOADs of all kinds, side %d, stalls %d", (side, stalls) => {
    const config = small(side);
    const random = new Random(seed + side);
    const bench = new LoadBench(config, noc(side), stalls, { latency: 20 }, { engine, seed });
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
  const config = small(4);
  const tile: Matrix = { sub: "scratchpad", local: 0, dram: 0x14000, rows: 8, cols: 16, stride: 100 };
  const start = (stalls = 0, timing: Partial<DramTiming> = { latency: 20 }, sizes = config) =>
    new LoadBench(sizes, noc(sizes.side), stalls, timing, { engine: "wasm", seed });

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

  const faults: readonly (readonly [what: string, word: bigint, fault: string])[] = [
    ["no rows", instructionWord("load", { ...tile, rows: 0 }), "Operand"],
    ["no columns", instructionWord("load", { ...tile, cols: 0 }), "Operand"],
    ["a sum in the scratchpad", instructionWord("load", { ...tile, accumulate: true }), "Operand"],
    ["int32 in the scratchpad", instructionWord("load", { ...tile, int32: true }), "Operand"],
    ["a transposed accumulator", instructionWord("load", { ...tile, sub: "accumulator", transpose: true }), "Operand"],
    ["int32 in the table", instructionWord("load", { ...tile, sub: "lut", int32: true }), "Operand"],
    ["a row too many", instructionWord("load", { ...tile, local: 1024 - 31 }), "Range"],
    ["a row too many by padding", instructionWord("load", { ...tile, local: 1024 - 32, bottom: 1 }), "Range"],
    ["a column too many by padding", instructionWord("load", { ...tile, local: 1024 - 32, left: 1 }), "Range"],
    [
      "a transposed row too many",
      instructionWord("load", { ...tile, rows: 9, local: 1024 - 47, transpose: true }),
      "Range",
    ],
    ["beyond the accumulators", instructionWord("load", { ...tile, sub: "accumulator", local: 512 - 31 }), "Range"],
    ["beyond the bias", instructionWord("load", { ...tile, sub: "bias", local: 256 - 31 }), "Range"],
    ["beyond the table", instructionWord("load", { ...tile, sub: "lut", local: 256 - 127 }), "Range"],
    ["far beyond", instructionWord("load", { ...tile, rows: 4095, cols: 4095, local: 2 ** 20 - 1 }), "Range"],
    [
      "no rows to receive",
      instructionWord("receive", { sub: "scratchpad", node: 0, tag: 0, local: 0, rows: 0 }),
      "Operand",
    ],
    ["a tag of 16", instructionWord("receive", { sub: "scratchpad", node: 0, tag: 16, local: 0, rows: 1 }), "Operand"],
    ["no such node", instructionWord("receive", { sub: "scratchpad", node: 3, tag: 0, local: 0, rows: 1 }), "Operand"],
    ["rows beyond", instructionWord("receive", { sub: "accumulator", node: 0, tag: 0, local: 510, rows: 3 }), "Range"],
  ];
  test("what is wrong with an instruction is told, and nothing moves", () => {
    const bench = start();
    for (const [what, word, fault] of faults) {
      const [before, writes] = [bench.done.length, bench.writes];
      bench.push(word, instructionWord("load", tile, ["push_next"]));
      bench.finish(before + 2);
      const expected = [
        { fault, tag: 0, address: 0 },
        { fault: "None", tag: 2, address: 0 },
      ];
      expect({ what, done: bench.done.slice(before) }).toMatchObject({ what, done: expected });
      expect(bench.writes - writes, what).toBe(32);
    }
    expect(bench.grants).toEqual([]);
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

  test.each([
    ["rows", { ...tile, rows: 12, stride: 21 }],
    ["transposed", { ...tile, rows: 12, cols: 14, stride: 21, transpose: true }],
    ["int32", { ...tile, sub: "accumulator", rows: 4, int32: true, stride: 67 } as const],
  ])("an error of the bus at any beat ends its LOAD alone, %s", (_, job) => {
    const bench = start(0.2);
    const others = [200, 300, 400].map((local) => ({ ...job, local, dram: 0x18000 }));
    const expected = new TileMemories(config);
    for (const other of others) expected.load(other, bench.dram.memory);
    const bytes = job.rows * job.stride;
    for (let address = job.dram; address < job.dram + bytes; address += 4) {
      const beat = address - (address % 4);
      const length = job.cols * ("int32" in job ? 4 : 1);
      const hit = [0, 1, 2, 3].some((i) => beat + i >= job.dram && (beat + i - job.dram) % job.stride < length);
      const before = bench.done.length;
      const { scratchpad, accumulators } = bench.memories;
      scratchpad.fill(0);
      accumulators.fill(0);
      bench.dram.fail({ on: "read", address, bytes: 1 });
      const jobs = [others[0] ?? job, job, others[1] ?? job, others[2] ?? job];
      bench.push(...jobs.map((one) => instructionWord("load", one)));
      bench.finish(before + jobs.length);
      expect(bench.done.slice(before).map(({ fault, address: at }) => [fault, at])).toEqual([
        ["None", 0],
        hit ? ["Read", beat] : ["None", 0],
        ["None", 0],
        ["None", 0],
      ]);
      expect(scratchpad.slice(800)).toEqual(expected.scratchpad.slice(800));
      expect(accumulators.slice(800)).toEqual(expected.accumulators.slice(800));
    }
  });

  const flitsOf = (source: number, count: number, random: Random): ArrivingFlit[] =>
    Array.from({ length: count }, () => ({ source, payload: BigInt.asUintN(32, BigInt(random.int32())) }));

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

  test("flits of another node are dropped and told; those that nobody awaits are dropped", () => {
    const bench = start();
    const random = new Random(seed);
    bench.flits.push(...flitsOf(1, 5, random));
    for (let i = 0; i < 20; i++) bench.step();
    expect(bench.flits).toEqual([]);

    bench.push(instructionWord("receive", { sub: "scratchpad", node: 1, tag: 3, local: 9, rows: 3 }));
    while (bench.grants.length === 0) bench.step();
    for (let i = 0; i < 10; i++) bench.step();
    expect(bench.dut.out.waits).toEqual({ bus: 0, memory: 0, network: 1 });

    const own = flitsOf(1, 3, random);
    bench.flits.push(...flitsOf(2, 2, random), ...own, ...flitsOf(1, 4, random));
    bench.finish(1);
    for (let i = 0; i < 20; i++) bench.step();
    expect([bench.flits, bench.writes]).toEqual([[], 3]);
    expect(bench.done).toMatchObject([{ fault: "Reject" }]);
    expect(bench.grants.length).toBe(1);
    const expected = new TileMemories(config);
    expected.receive("scratchpad", 9, false, own);
    expect([...bench.memories.scratchpad.slice(36, 48)]).toEqual([...expected.scratchpad.slice(36, 48)]);

    bench.answers.push(flitsOf(1, 2, random));
    bench.push(instructionWord("receive", { sub: "scratchpad", node: 1, tag: 3, local: 40, rows: 2 }));
    bench.finish(2);
    expect(bench.done[1]).toMatchObject({ fault: "None" });
  });

  test.each([
    [0, 0],
    [0.3, 0],
    [0, 1],
  ])("cancel at any time, stalls %d, held %d", (stalls, held) => {
    const bench = start(stalls);
    const random = new Random(seed + held);
    const busy: bigint[] = [
      instructionWord("load", { ...tile, rows: 12, top: 3, left: 2 }),
      instructionWord("load", { ...tile, rows: 9, transpose: true, local: 100 }),
      instructionWord("receive", { sub: "accumulator", node: 1, tag: 0, local: 8, rows: 4 }),
      instructionWord("load", { ...tile, sub: "lut", rows: 2 }),
      instructionWord("load", { ...tile, sub: "accumulator", accumulate: true, int32: true }),
      instructionWord("load", { ...tile, rows: 130 }),
      instructionWord("load", { ...tile, rows: 0 }),
      instructionWord("receive", { sub: "scratchpad", node: 2, tag: 1, local: 8, rows: 4 }),
    ];
    let given = 0;
    for (let time = 0; time < 170; time += stalls > 0 ? 7 : 3) {
      bench.answers.splice(0, 2, flitsOf(1, random.below(24), random));
      bench.push(...busy);
      for (let i = 0; i < time; i++) bench.step();
      given = bench.given;
      bench.dut.in.cancel = 1;
      const { writes } = bench;
      const [ended, granted] = [bench.done.length, bench.grants.length];
      bench.step();
      if (!held) bench.dut.in.cancel = 0;
      for (let i = 0; bench.dut.out.busy; i++) {
        if (i > 200) throw new Error(`still busy ${i} cycles after it was cancelled in cycle ${time}`);
        bench.step();
      }
      bench.withdraw();
      expect([bench.writes, bench.grants.length]).toEqual([writes, granted]);
      expect(bench.done.length).toBe(given);
      expect(bench.done.slice(ended).every(({ fault }) => fault === "None")).toBe(true);
      bench.dut.in.cancel = 0;
      bench.flits.splice(0);

      // What was cut short anywhere leaves nothing behind for the next ones.
      const next: Matrix[] = [
        { ...tile, dram: 0x16000 + time, rows: 3, cols: 14, transpose: random.bool() },
        { ...tile, dram: 0x16000 + time, sub: "lut", rows: 1 },
        { ...tile, dram: 0x16000 + time, sub: "accumulator", int32: true, rows: 3 },
      ];
      const own = flitsOf(1, 8, random);
      bench.answers.splice(0, 2, own);
      bench.push(
        ...next.map((job) => instructionWord("load", job)),
        instructionWord("receive", { sub: "accumulator", node: 1, tag: 0, local: 100, rows: 2 }),
      );
      bench.finish(given + 4);
      expect(bench.done.slice(given).every(({ fault }) => fault === "None")).toBe(true);
      const expected = new TileMemories(config);
      for (const job of next) expected.load(job, bench.dram.memory);
      expected.receive("accumulator", 100, false, own);
      const rows = 4 * expected.span(next[0] ?? tile);
      expect(bench.memories.scratchpad.slice(0, rows)).toEqual(expected.scratchpad.slice(0, rows));
      expect(bench.memories.table.slice(0, 16)).toEqual(expected.table.slice(0, 16));
      expect(bench.memories.accumulators.slice(0, 48)).toEqual(expected.accumulators.slice(0, 48));
      expect(bench.memories.accumulators.slice(400, 408)).toEqual(expected.accumulators.slice(400, 408));
    }
    expect(given).toBeGreaterThan(100);
  });
});
