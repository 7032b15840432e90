import { describe, expect, test } from "vitest";
import { Random } from "../../../testbench/bench/random.ts";
import { replay, seedOf } from "../../../testbench/bench/seed.ts";
import { simulate } from "../../../testbench/bench/simulate.ts";
import { Dram, type DramTiming } from "../../../testbench/models/dram.ts";
import { Feed, stepWith } from "../movers/feed.fuzz.ts";
import { takeWrites } from "../movers/memory-ports.fuzz.ts";
import { instructionWord, type Matrix, TileMemories } from "../movers/tile-memories.fuzz.ts";
import { channelConfig, npuConfig } from "../npu-config.ts";
import { LoadChannel } from "./load-channel.ts";
import { LoadPlan } from "./load-plan.ts";

const seed = seedOf(undefined);
const side = 4;
const config = npuConfig({
  side,
  scratchpadRows: 512,
  accumulatorRows: 128,
  reads: 4,
  burstBeats: 16,
  bufferBeats: 32,
});
const tile: Matrix = { sub: "scratchpad", local: 0, dram: 0x1_0003, rows: 9, cols: 10, stride: 21 };

/** A channel with a DRAM at its port, before memories that are ready, by chance, for what is there alone. */
function channelOf(engine: "interpreter" | "wasm", stalls: number, timing: Partial<DramTiming> = {}) {
  const dut = simulate(LoadChannel(config), { engine, seed });
  const plan = simulate(LoadPlan(config), { engine: "wasm" });
  const dram = new Dram({ seed, latency: 20, stalls, ...timing });
  dut.attach(dram.port(dut.engine, channelConfig(config, 0), { read: "bus" }));
  const random = new Random(seed);
  dram.memory.write(
    0x1_0000,
    Uint8Array.from({ length: 8192 }, () => random.below(256)),
  );
  const memories = new TileMemories(config);
  const jobs = new Feed(dut.in.job, (instruction: bigint) => {
    plan.in.instruction = instruction;
    expect(plan.out.reason).toBe("None");
    dut.in.job.bits = { descriptor: plan.out.descriptor, placement: plan.out.placement };
  });
  const chance = () => !random.bool(stalls);
  const results: { reason: string; address: number }[] = [];
  const bench = { dut, dram, random, memories, results, writes: 0, load, step, finish };

  function load(matrix: Matrix): void {
    jobs.items.push(instructionWord("load", matrix));
  }
  function step(): void {
    const { result } = dut.out;
    jobs.offer(chance);
    bench.writes += takeWrites(memories, dut.out, chance);
    result.ready = Number(chance());
    if (result.valid && result.ready)
      results.push({ reason: result.bits.reason, address: Number(result.bits.address) });
    stepWith(dut, jobs);
  }
  function finish(count: number): void {
    for (let cycles = 0; results.length < count; cycles++) {
      if (cycles > 5000) throw new Error(`only ${results.length} of ${count} LOADs have ended`);
      step();
    }
  }
  return bench;
}

const some: readonly Matrix[] = [
  tile,
  { ...tile, local: 60, dram: 0x1_0100, cols: 4, stride: 4, rows: 40 },
  { ...tile, local: 120, transpose: true, top: 1, left: 2 },
  { ...tile, sub: "accumulator", accumulate: true },
  { ...tile, sub: "accumulator", int32: true, local: 40, stride: 53 },
  { ...tile, sub: "bias", rows: 2, stride: 61 },
  { ...tile, sub: "scale", rows: 2, stride: 44, local: 250, cols: 8 },
  { ...tile, sub: "lut", rows: 3, bottom: 1 },
];

describe.each(["interpreter", "wasm"] as const)(`LoadChannel on the %s engine (${replay(seed)})`, (engine) => {
  test.each([0, 0.4])("LOADs of all kinds into all memories, each with its result, stalls %d", (stalls) => {
    const { dut, dram, memories, results, load, finish } = channelOf(engine, stalls);
    const expected = new TileMemories(config);
    for (const matrix of some) {
      load(matrix);
      expected.load(matrix, dram.memory);
    }
    finish(some.length);
    expect(memories.contents).toEqual(expected.contents);
    expect(results).toEqual(some.map(() => ({ reason: "None", address: 0 })));
    expect([dut.out.backlog, dut.out.starved]).toEqual([0, 0]);
  });

  test("the next LOAD is asked for while data of the one before are on their way", () => {
    const latency = 150;
    const { dut, load, finish, step } = channelOf(engine, 0, { latency });
    for (let i = 0; i < 4; i++) load({ ...tile, local: 16 * i, dram: 0x1_0000, rows: 16, cols: 4, stride: 4 });
    for (let i = 0; i < 60; i++) step();
    // Two that the reader's buffer has room for, and one that waits for it.
    expect([dut.out.starved, dut.out.backlog]).toEqual([1, 3 * 16]);
    finish(4);
    expect(dut.cycle).toBeLessThan(3 * latency);
  });

  test("an error of the bus is its LOAD's alone, and says where", () => {
    const { dram, memories, results, load, finish } = channelOf(engine, 0.2);
    const expected = new TileMemories(config);
    const jobs: Matrix[] = [0, 1, 2].map((i) => ({ ...tile, local: 30 * i, dram: 0x1_0000 + 512 * i, stride: 32 }));
    dram.fail({ on: "read", address: 0x1_0200 + 3 * 32 + 5, bytes: 1 });
    jobs.forEach((job, i) => {
      load(job);
      if (i !== 1) expected.load(job, dram.memory);
    });
    finish(3);
    expect(results.map(({ reason }) => reason)).toEqual(["None", "Read", "None"]);
    expect(results[1]?.address).toBe(0x1_0200 + 3 * 32 + 4);
    for (const local of [0, 60]) {
      const rows = [4 * local, 4 * (local + 27)] as const;
      expect(memories.scratchpad.slice(...rows)).toEqual(expected.scratchpad.slice(...rows));
    }
  });

  test("what is dropped ends early, writes nothing more, and has its results", () => {
    for (const time of engine === "wasm" ? [2, 25, 30, 60, 90] : [30]) {
      const bench = channelOf(engine, 0.1);
      const { dut, dram, memories, results, load, finish, step } = bench;
      for (let i = 0; i < 3; i++) load({ ...tile, rows: 60, local: 200 });
      for (let i = 0; i < time; i++) step();
      dut.in.drop = 1;
      const { writes } = bench;
      const given = 3;
      for (let i = 0; i < 400; i++) step();
      expect([bench.writes, dut.out.backlog]).toEqual([writes, 0]);
      expect(results.length).toBe(given);
      dut.in.drop = 0;
      const expected = new TileMemories(config);
      expected.load(tile, dram.memory);
      load(tile);
      finish(given + 1);
      expect(memories.scratchpad.slice(0, 108)).toEqual(expected.scratchpad.slice(0, 108));
      expect(results.at(-1)).toEqual({ reason: "None", address: 0 });
    }
  });
});
