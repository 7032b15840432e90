import { describe, expect, test } from "vitest";
import { Random } from "../../../testbench/bench/random.ts";
import { replay, seedOf } from "../../../testbench/bench/seed.ts";
import { simulate } from "../../../testbench/bench/simulate.ts";
import { SparseMemory } from "../../../testbench/models/sparse-memory.ts";
import { Feed, stepWith } from "../movers/feed.fuzz.ts";
import { takeWrites } from "../movers/memory-ports.fuzz.ts";
import { elementBytes, elementOf, type Matrix, TileMemories } from "../movers/tile-memories.fuzz.ts";
import { npuConfig } from "../npu-config.ts";
import { BeatPlacer } from "./beat-placer.ts";

const seed = seedOf(undefined);
const kinds = ["rows", "transposed", "int8 sums", "sums", "bias", "scale", "lut"] as const;
type Kind = (typeof kinds)[number];

/** A LOAD of a kind with its padding, at a place of its own for each `number` below 8. */
function matrixOf(kind: Kind, side: number, number: number, random: Random): Matrix {
  const sub = (
    { rows: "scratchpad", transposed: "scratchpad", "int8 sums": "accumulator", sums: "accumulator" } as const
  )[kind === "bias" || kind === "scale" || kind === "lut" ? "rows" : kind];
  const table = kind === "lut";
  const cols = 1 + random.below(table ? 3 : 3 * side);
  return {
    sub: kind === "bias" || kind === "scale" || table ? kind : sub,
    ...{ transpose: kind === "transposed", int32: kind === "sums", accumulate: kind.endsWith("sums") && random.bool() },
    ...{ local: (table ? 24 : 32) * number, dram: random.below(1000), cols, stride: 4 * cols + random.below(9) },
    rows: 1 + random.below(table ? 3 : 4),
    ...{ top: random.below(2), bottom: random.below(2), left: random.below(2), right: random.below(2) },
  };
}

/** The beats in which a LOAD's matrix comes, its padding as zeros, with the one that ends it. */
function beatsOf(matrix: Matrix, side: number, dram: SparseMemory) {
  const { transpose, rows, cols, top = 0, bottom = 0, left = 0, right = 0 } = matrix;
  const [height, width] = [top + rows + bottom, left + cols + right];
  const size = elementBytes(matrix);
  const line = (row: number, from: number, count: number) =>
    Array.from({ length: count }, (_, c) => elementOf(matrix, dram, row - top, from + c - left)).flatMap((value) =>
      Array.from({ length: size }, (_, i) => (value >> (8 * i)) & 255),
    );
  const beats: { data: bigint; strobe: bigint; last: number; end: number }[] = [];
  const push = (bytes: readonly number[]) => {
    for (let at = 0; at < bytes.length; at += side) {
      const part = bytes.slice(at, at + side);
      const data = part.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
      beats.push({ data, strobe: 2n ** BigInt(part.length) - 1n, last: Number(at + side >= bytes.length), end: 0 });
    }
  };
  if (transpose)
    for (let block = 0; block < height; block += side)
      for (let from = 0; from < width; from += side)
        for (let row = block; row < block + side; row++) push(line(row, from, side));
  else for (let row = 0; row < height; row++) push(line(row, 0, width));
  return [...beats, { data: 0n, strobe: 0n, last: 1, end: 1 }];
}

const targets = { scratchpad: "Scratchpad", accumulator: "Bytes", bias: "Bias", scale: "Scale", lut: "Table" } as const;

function placementOf(matrix: Matrix, side: number, work: number) {
  const { sub, int32 = false, transpose = false, accumulate = false, local, rows, cols } = matrix;
  const { top = 0, bottom = 0, left = 0, right = 0 } = matrix;
  const width = left + cols + right;
  return {
    ...{ target: int32 ? ("Sums" as const) : targets[sub], local, step: top + rows + bottom, width, work },
    ...{ accumulate: Number(accumulate), transpose: Number(transpose), blocks: Math.ceil(width / side) },
  };
}

/** The placer before memories that are ready, by chance, for what is there alone. */
function placerOf(engine: "interpreter" | "wasm", side: number, stalls: number) {
  const config = npuConfig({ side, scratchpadRows: 256, scratchpadBanks: 1, accumulatorRows: 256 });
  const dut = simulate(BeatPlacer(config), { engine, seed });
  const random = new Random(seed + side);
  const memories = new TileMemories(config);
  const dram = new SparseMemory();
  dram.write(
    0,
    Uint8Array.from({ length: 4096 }, () => random.below(256)),
  );
  const placements = new Feed(dut.in.placement, (bits: ReturnType<typeof placementOf>) => {
    dut.in.placement.bits = bits;
  });
  const beats = new Feed(dut.in.beat, (bits: ReturnType<typeof beatsOf>[number]) => {
    dut.in.beat.bits = bits;
  });
  const chance = () => !random.bool(stalls);
  const works: number[] = [];
  const bench = { dut, random, memories, dram, works, config, writes: 0, load, step, finish };

  function load(matrix: Matrix, work = 1): void {
    placements.items.push(placementOf(matrix, side, work));
    beats.items.push(...beatsOf(matrix, side, dram));
  }
  function step(): void {
    placements.offer(chance);
    beats.offer(chance);
    bench.writes += takeWrites(memories, dut.out, chance);
    if (dut.out.ended) works.push(dut.out.work);
    stepWith(dut, placements, beats);
  }
  /** Steps until all that was loaded has ended; the cycles that it took. */
  function finish(): number {
    const from = dut.cycle;
    while (placements.items.length + beats.items.length > 0) {
      if (dut.cycle - from > 5000) throw new Error(`${beats.items.length} beats are left`);
      step();
    }
    return dut.cycle - from;
  }
  return bench;
}

describe.each(["interpreter", "wasm"] as const)(`BeatPlacer on the %s engine (${replay(seed)})`, (engine) => {
  test.each([
    [2, 0.3],
    [4, 0],
    [4, 0.5],
    [16, 0.2],
  ])("LOADs of all kinds, one after the other, side %d, stalls %d", (side, stalls) => {
    const bench = placerOf(engine, side, stalls);
    const { random, memories, dram, works } = bench;
    const expected = new TileMemories(bench.config);
    const jobs = Array.from({ length: 21 }, (_, i) => matrixOf(kinds[i % 7] ?? "rows", side, i % 5, random));
    jobs.forEach((job, i) => {
      bench.load(job, i + 1);
      expected.load(job, dram);
    });
    bench.finish();
    expect(memories.contents).toEqual(expected.contents);
    expect(works).toEqual(jobs.map((_, i) => i + 1));
    expect([bench.dut.out.busy, bench.dut.out.ended]).toEqual([0, 0]);
  });

  test("a beat a cycle, an entry of the table a cycle", () => {
    const side = 4;
    const bench = placerOf(engine, side, 0);
    const whole = { ...{ local: 0, dram: 0, rows: 24, cols: side, stride: 64 }, transpose: false };
    const cyclesOf = (matrix: Matrix) => {
      bench.load(matrix);
      return bench.finish();
    };
    // One for the placement, one for the end.
    expect(cyclesOf({ ...whole, sub: "scratchpad" })).toBe(24 + 2);
    expect(cyclesOf({ ...whole, sub: "accumulator" })).toBe(24 + 2);
    expect(cyclesOf({ ...whole, sub: "bias" })).toBe(4 * 24 + 2);
    expect(cyclesOf({ ...whole, sub: "lut" })).toBe(4 * 24 + 2);
    // The last tile leaves while there is no other one to come.
    expect(cyclesOf({ ...whole, sub: "scratchpad", transpose: true })).toBe(24 + side + 2);
  });

  test.each(kinds)("what is dropped anywhere leaves nothing behind for the next: %s", (kind) => {
    const side = 8;
    const bench = placerOf(engine, side, 0.2);
    const { dut, random, dram, memories } = bench;
    const expected = new TileMemories(bench.config);
    for (let time = 1; time < (engine === "wasm" ? 40 : 12); time++) {
      const long = { top: 0, bottom: 0, left: 0, right: 0, rows: kind === "lut" ? 3 : 12, cols: side + 3, stride: 40 };
      bench.load({ ...matrixOf(kind, side, 0, random), ...long });
      for (let i = 0; i < time; i++) bench.step();
      dut.in.drop = 1;
      const { writes } = bench;
      bench.finish();
      expect(bench.writes).toBe(writes);
      dut.in.drop = 0;
      for (const name of ["scratchpad", "accumulators", "bias", "scale", "table"] as const)
        expected[name].set(memories[name]);
      kinds.forEach((next, i) => {
        const job = matrixOf(next, side, i, random);
        bench.load(job);
        expected.load(job, dram);
      });
      bench.finish();
      expect(memories.contents).toEqual(expected.contents);
    }
  });
});
