import { describe, expect, test } from "vitest";
import { Random } from "../../../testbench/bench/random.ts";
import { replay, seedOf } from "../../../testbench/bench/seed.ts";
import { simulate } from "../../../testbench/bench/simulate.ts";
import { Dram, type DramTiming } from "../../../testbench/models/dram.ts";
import { channelConfig, npuConfig, transactionIds } from "../npu-config.ts";
import { InstructionFetch, instructionRowBytes, longestLoop } from "./instruction-fetch.ts";

const seed = seedOf(undefined);
const base = 0x1234_5f00; // the second block begins at a multiple of 4 KiB

const instruction = (number: number) => (BigInt(number) << 64n) | BigInt(number * 0x1_0001);

interface Options {
  readonly engine?: "interpreter" | "wasm";
  readonly side?: number;
  readonly length: number;
  readonly timing?: Partial<DramTiming>;
  readonly failAt?: number;
}

function fetchOf({ engine = "wasm", side = 8, length, timing = {}, failAt }: Options) {
  const config = npuConfig({ side, scratchpadRows: 64, accumulatorRows: 64, instructions: 64 });
  const dut = simulate(InstructionFetch(config), { engine, seed });
  const end = base + 16 * length;
  const dram = new Dram({ seed, latency: 30, ...timing, bytes: end + (-end & (side - 1)) });
  for (let i = 0; i < length; i++) {
    const bytes = new DataView(new ArrayBuffer(16));
    bytes.setBigUint64(0, instruction(i) & (2n ** 64n - 1n), true);
    bytes.setBigUint64(8, instruction(i) >> 64n, true);
    dram.memory.write(base + 16 * i, new Uint8Array(bytes.buffer));
  }
  if (failAt !== undefined) dram.fail({ on: "read", address: failAt, bytes: 1 });
  dut.attach(dram.port(dut.engine, channelConfig(config, transactionIds.fetch), { read: "bus" }));
  Object.assign(dut.in, { address: base, length, start: 1 });
  dut.step();
  dut.in.start = 0;

  /** The instruction of that number, once it is there; the cycles that it took. */
  const read = (number: number, oldest: number) => {
    dut.in.oldest = oldest;
    let waited = 0;
    for (; dut.out.fetched <= number; waited++) {
      if (waited > 2000) throw new Error(`instruction ${number} does not come`);
      dut.step();
    }
    dut.in.read = { enable: 1, address: number };
    dut.step();
    dut.in.read = { enable: 0, address: 0 };
    return { word: dut.out.word, waited };
  };
  return { dut, read, config, dram };
}

describe.each(["interpreter", "wasm"] as const)(`InstructionFetch on the %s engine (${replay(seed)})`, (engine) => {
  test.each([2, 16, 64])("a program longer than the memory, on a bus of %d bytes", (side) => {
    const length = 150;
    const { dut, read } = fetchOf({ engine, side, length, timing: { stalls: 0.3 } });
    for (let i = 0; i < length; i++) expect(read(i, i).word).toBe(instruction(i));
    expect([dut.out.busy, dut.out.failed]).toEqual([0, 0]);
  });
});

describe(`InstructionFetch (${replay(seed)})`, () => {
  test("the longest loop stays in the memory, wherever it begins", () => {
    const random = new Random(seed);
    for (const first of [0, 1, 15, 16, 31, random.below(64)]) {
      const { read, config } = fetchOf({ length: 200 });
      const end = first + longestLoop(config);
      for (let i = 0; i <= first; i++) read(i, i);
      for (let turn = 0; turn < 2; turn++)
        for (let i = first + 1; i <= end; i++) expect(read(i, first).word).toBe(instruction(i));
    }
  });

  test("a program without loops runs on at an instruction every other cycle", () => {
    const { read } = fetchOf({ side: 16, length: 400, timing: { latency: 100 } });
    for (let i = 0; i < 40; i++) read(i, i);
    let waited = 0;
    for (let i = 40; i < 400; i++) {
      const one = read(i, i);
      waited += one.waited;
    }
    expect(waited).toBeLessThan(400);
  });

  test.each([2, 16, 64])("the host reads what was fetched and writes rows, on a bus of %d bytes", (side) => {
    const { dut, read, config } = fetchOf({ side, length: 90 });
    for (let i = 0; i < 90; i++) read(i, i);
    const bits = BigInt(8 * instructionRowBytes(config));
    const perRow = Number(bits) / 128;
    const rowOf = (first: number) =>
      Array.from({ length: perRow }, (_, i) => instruction(first + i) << BigInt(128 * i)).reduce((a, b) => a | b);
    const access = (write: number, row: number, data: bigint, memory: "instructions" | "bias" = "instructions") => {
      dut.in.access = { valid: 1, write, memory, row, data };
      dut.step();
      dut.in.access = { ...dut.in.access, valid: 0 };
      return BigInt(dut.out.row);
    };
    // Instruction 64 lies where instruction 0 was.
    const oldest = 64 / perRow - 1;
    expect(access(0, 0, 0n)).toBe(rowOf(64));
    expect(access(0, oldest, 0n)).toBe(rowOf(64 - perRow));
    const changed = (1n << bits) - 5n;
    access(1, oldest, changed);
    access(1, 0, changed, "bias");
    expect([access(0, oldest, 0n), access(0, 0, 0n)]).toEqual([changed, rowOf(64)]);
  });

  test("an error of the bus names its place; a stop asks for no more, and a new start begins anew", () => {
    const { dut, read, dram } = fetchOf({ length: 200, failAt: base + 16 * 20 + 9 });
    let failed = -1;
    for (let i = 0; i < 300; i++) {
      if (dut.out.failed && failed < 0) failed = dut.out.place;
      dut.in.stop = Number(failed >= 0);
      dut.step();
    }
    expect([failed, dut.out.busy]).toEqual([base + 16 * 20 + 8, 0]);
    expect(dut.out.fetched).toBeLessThan(200);
    dram.fail();
    Object.assign(dut.in, { start: 1, stop: 0 });
    dut.step();
    dut.in.start = 0;
    for (let i = 0; i < 30; i++) expect(read(i, i).word).toBe(instruction(i));
  });
});
