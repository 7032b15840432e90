import { describe, expect, test } from "vitest";
import { Random } from "../../../testbench/bench/random.ts";
import { replay, seedOf } from "../../../testbench/bench/seed.ts";
import { simulate } from "../../../testbench/bench/simulate.ts";
import { type NpuConfig, npuConfig } from "../npu-config.ts";
import { ExecuteUnit } from "./execute-unit.ts";

const seed = seedOf(undefined);

type Matrix = number[][];

interface Gemm {
  readonly os: boolean;
  readonly accumulate: boolean;
  readonly preload: boolean;
  readonly zeroA: boolean;
  readonly m: number;
  readonly k: number;
  readonly n: number;
  readonly a: Matrix;
  readonly w: Matrix;
  readonly at: { readonly a: number; readonly w: number; readonly acc: number };
}

const tiles = (size: number, side: number) => Math.ceil(size / side);

/** Puts a matrix into the scratchpad in blocks of `side` columns, `stride` rows apart. */
function place(memory: number[][], matrix: Matrix, base: number, stride: number, side: number): void {
  const cols = matrix[0]?.length ?? 0;
  for (let block = 0; block < tiles(cols, side); block++)
    for (let row = 0; row < stride; row++)
      memory[base + block * stride + row] = Array.from(
        { length: side },
        (_, i) => matrix[row]?.[block * side + i] ?? 0,
      );
}

const transposed = (matrix: Matrix): Matrix =>
  (matrix[0] ?? []).map((_, column) => matrix.map((row) => row[column] ?? 0));

const packed = (bytes: readonly number[]): bigint =>
  bytes.reduce((word, byte, i) => word | (BigInt(byte & 255) << BigInt(8 * i)), 0n);

/**
 * Runs GEMMs back to back; reads are refused with probability `stalls`. With probability `cancels` all that is under way is
 * cancelled in a cycle, and begun anew. Returns the accumulators and the cycles.
 */
function run(
  engine: "interpreter" | "wasm",
  config: NpuConfig,
  gemms: readonly Gemm[],
  stalls: number,
  random: Random,
  cancels = 0,
) {
  const { side, scratchpadRows, accumulatorRows } = config;
  const memory: number[][] = Array.from({ length: scratchpadRows }, () => new Array<number>(side).fill(0));
  for (const { a, w, os, at } of gemms) {
    place(memory, os ? transposed(a) : a, at.a, os ? (a[0]?.length ?? 0) : a.length, side);
    place(memory, w, at.w, tiles(w.length, side) * side, side);
  }
  const sums: number[][] = Array.from({ length: accumulatorRows }, () => new Array<number>(side).fill(0));
  const dut = simulate(ExecuteUnit(config), { engine, seed });
  const tags: number[] = [];
  const queue = gemms.map((gemm, i) => ({
    ...{ a: gemm.at.a, w: gemm.at.w, acc: gemm.at.acc, m: gemm.m, k: gemm.k, n: gemm.n },
    ...{ aStride: gemm.os ? gemm.k : gemm.m, accStride: gemm.m, tag: i % 16 },
    ...{ os: Number(gemm.os), preload: Number(gemm.preload), accumulate: Number(gemm.accumulate) },
    zeroA: Number(gemm.zeroA),
  }));
  let cycles = 0;
  let fault = 0;
  let accepted = 0;
  let cancelled = -1; // cycles since cancel began, -1 if it is not
  dut.out.add.ready = 1;
  for (; tags.length < gemms.length; cycles++) {
    if (cycles > 100_000) throw new Error("the GEMMs do not end");
    if (cancelled < 0 && cancels > 0 && random.bool(cancels)) {
      cancelled = 0;
      accepted = tags.length;
    }
    dut.in.cancel = Number(cancelled >= 0);
    const next = queue[accepted];
    dut.in.command.valid = Number(next !== undefined);
    if (next) dut.in.command.bits = next;
    const allowed = [!random.bool(stalls), !random.bool(stalls)];
    dut.out.activationRead.ready = Number(allowed[0]);
    dut.out.weightRead.ready = Number(allowed[1]);

    const { activationRead, weightRead, add } = dut.out;
    const reads = [activationRead, weightRead].map(({ valid, bits }, i) =>
      valid && allowed[i] ? packed(memory[Number(bits)] ?? []) : null,
    );
    if (add.valid) {
      const { address, sums: row, accumulate } = add.bits;
      sums[Number(address)] = row.map((sum, i) =>
        accumulate ? (sum + (sums[Number(address)]?.[i] ?? 0)) | 0 : Number(sum),
      );
    }
    if (cancelled >= 0) {
      expect([dut.in.command.ready, add.valid, cancelled < 4 * side + 20]).toEqual([0, 0, true]);
      cancelled = dut.out.busy ? cancelled + 1 : -1;
    } else {
      if (dut.out.done) tags.push(Number(dut.out.tag));
      fault |= dut.out.fault;
    }
    if (next && dut.in.command.ready) accepted++;
    dut.step();
    dut.in.activationData = { valid: Number(reads[0] !== null), bits: reads[0] ?? 0n };
    dut.in.weightData = { valid: Number(reads[1] !== null), bits: reads[1] ?? 0n };
  }
  expect(tags).toEqual(gemms.map((_, i) => i % 16));
  return { sums, cycles, fault };
}

/** What the accumulators hold after the GEMMs. */
function reference({ side, accumulatorRows }: NpuConfig, gemms: readonly Gemm[]): number[][] {
  const sums: number[][] = Array.from({ length: accumulatorRows }, () => new Array<number>(side).fill(0));
  for (const { m, k, n, a, w, at, accumulate, zeroA } of gemms)
    for (let row = 0; row < m; row++)
      for (let column = 0; column < tiles(n, side) * side; column++) {
        let sum = 0;
        for (let i = 0; i < k && !zeroA; i++) sum += (a[row]?.[i] ?? 0) * (w[i]?.[column] ?? 0);
        const target = sums[at.acc + Math.floor(column / side) * m + row] ?? [];
        target[column % side] = (sum + (accumulate ? (target[column % side] ?? 0) : 0)) | 0;
      }
  return sums;
}

function randomGemm(random: Random, os: boolean, at: Gemm["at"], most: number): Gemm {
  const size = () => 1 + random.below(most);
  const [m, k, n] = [size(), size(), size()];
  const matrix = (rows: number, cols: number) =>
    Array.from({ length: rows }, () => Array.from({ length: cols }, () => random.int8()));
  const [accumulate, zeroA] = [random.bool(0.5), random.bool(0.1)];
  return { os, accumulate, preload: false, zeroA, m, k, n, a: matrix(m, k), w: matrix(k, n), at };
}

describe.each(["interpreter", "wasm"] as const)(`ExecuteUnit on the %s engine (${replay(seed)})`, (engine) => {
  const config = npuConfig({ side: 4, scratchpadRows: 2048, accumulatorRows: 256 });

  test.each([0, 0.4])("GEMMs of both dataflows back to back, %d of the reads refused", (stalls) => {
    const random = new Random(seed);
    const count = engine === "wasm" ? 12 : 6;
    const gemms = Array.from({ length: count }, (_, i) =>
      randomGemm(random, random.bool(0.5), { a: 80 * i, w: 1000 + 80 * i, acc: 48 * (i % 4) }, 12),
    );
    const { sums, fault } = run(engine, config, gemms, stalls, random);
    expect(fault).toBe(0);
    expect(sums).toEqual(reference(config, gemms));
  });
});

describe(`ExecuteUnit (${replay(seed)})`, () => {
  const config = npuConfig({ side: 4, scratchpadRows: 2048, accumulatorRows: 256 });

  test("what is cancelled at any time leaves nothing behind", () => {
    const random = new Random(seed);
    const gemms = Array.from({ length: 12 }, (_, i) => ({
      ...randomGemm(random, random.bool(0.5), { a: 80 * i, w: 1000 + 80 * i, acc: 48 * (i % 4) }, 12),
      accumulate: false,
    }));
    for (const cancels of [0.05, 0.003]) {
      const { sums, fault } = run("wasm", config, gemms, 0.2, random, cancels);
      expect(fault).toBe(0);
      expect(sums).toEqual(reference(config, gemms));
    }
  });

  test("weight-stationary GEMMs follow each other without a gap", () => {
    const random = new Random(seed);
    const shape = { os: false, accumulate: false, zeroA: false };
    const gemm = (i: number): Gemm => ({
      ...randomGemm(random, false, { a: 100 * i, w: 1000 + 100 * i, acc: 64 * (i % 2) }, 1),
      ...shape,
      ...{ m: 16, k: 8, n: 8 },
      a: Array.from({ length: 16 }, () => Array.from({ length: 8 }, () => random.int8())),
      w: Array.from({ length: 8 }, () => Array.from({ length: 8 }, () => random.int8())),
    });
    const take = (count: number) => {
      const gemms = Array.from({ length: count }, (_, i) => gemm(i));
      const { sums, cycles } = run("wasm", config, gemms, 0, random);
      expect(sums).toEqual(reference(config, gemms));
      return cycles;
    };
    expect(take(8) - take(4)).toBe(4 * 4 * 16); // F · M cycles each
  });

  test("preload keeps the weights of the GEMM before", () => {
    const random = new Random(seed);
    const first = { ...randomGemm(random, false, { a: 0, w: 1000, acc: 0 }, 4), zeroA: false };
    const a = Array.from({ length: 6 }, () => Array.from({ length: first.k }, () => random.int8()));
    const second = { ...first, preload: true, m: 6, a, at: { a: 100, w: 2000, acc: 64 } };
    const { sums } = run("wasm", config, [first, second], 0, random);
    expect(sums).toEqual(reference(config, [first, second]));
  });

  test("an empty GEMM and one beyond a memory are faults and end", () => {
    const random = new Random(seed);
    const good = { ...randomGemm(random, false, { a: 0, w: 1000, acc: 0 }, 4), zeroA: false };
    const empty = { ...good, m: 0, a: [] };
    const { fault, sums } = run("wasm", config, [good, empty], 0, random);
    expect(fault).toBe(1);
    expect(sums).toEqual(reference(config, [good]));
    const beyond = {
      ...good,
      at: { a: 0, w: 1000, acc: 255 },
      m: 4,
      a: [...good.a, ...good.a, ...good.a, ...good.a].slice(0, 4),
    };
    expect(run("wasm", config, [beyond], 0, random).fault).toBe(1);
  });
});
