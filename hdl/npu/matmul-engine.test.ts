import { describe, expect, test } from "vitest";
import { Random } from "../../testbench/bench/random.ts";
import { replay, seedOf } from "../../testbench/bench/seed.ts";
import { type SimulateOptions, simulate } from "../../testbench/bench/simulate.ts";
import type { EngineConfig } from "./config.ts";
import { MatmulEngine } from "./matmul-engine.ts";

const seed = seedOf(undefined);

type Matrix = readonly (readonly number[])[];

const randomMatrix = (random: Random, rows: number, cols: number): Matrix =>
  Array.from({ length: rows }, () => Array.from({ length: cols }, () => random.int8()));

const product = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => (b[0] ?? []).map((_, n) => row.reduce((sum, x, k) => (sum + x * (b[k]?.[n] ?? Number.NaN)) | 0, 0)));

/** A host that pads operands to whole tiles, writes them, runs the command and reads the result back. */
function host(
  sizes: Partial<EngineConfig> & { readonly rows: number; readonly cols: number },
  options: SimulateOptions,
) {
  const { rows, cols } = sizes;
  const dut = simulate(MatmulEngine(sizes), options);
  const base = { activationBase: 0, weightBase: 0, accumulatorBase: 0 };

  const start = (m: number, k: number, n: number, accumulate = 0, at = base) => {
    dut.in.command.valid = 1;
    dut.in.command.bits = { m, kTiles: Math.ceil(k / rows), nTiles: Math.ceil(n / cols), accumulate, ...at };
    dut.step();
    dut.in.command.valid = 0;
  };

  return {
    dut,
    write(a: Matrix, b: Matrix, at = base) {
      const [k, n] = [b.length, b[0]?.length ?? 0];
      let address = at.activationBase;
      for (let kt = 0; kt < k; kt += rows)
        for (const row of a) {
          const data = Array.from({ length: rows }, (_, r) => row[kt + r] ?? 0);
          dut.in.activations = { enable: 1, address: address++, data };
          dut.step();
        }
      dut.in.activations = { ...dut.in.activations, enable: 0 };
      address = at.weightBase;
      for (let nt = 0; nt < n; nt += cols)
        for (let row = 0; row < Math.ceil(k / rows) * rows; row++) {
          const data = Array.from({ length: cols }, (_, c) => b[row]?.[nt + c] ?? 0);
          dut.in.weights = { enable: 1, address: address++, data };
          dut.step();
        }
      dut.in.weights = { ...dut.in.weights, enable: 0 };
    },
    start,
    /** Cycles from the one after the command was taken to `done`. */
    run(...job: Parameters<typeof start>): number {
      start(...job);
      let cycles = 0;
      for (; dut.out.done === 0; cycles++) {
        if (cycles > 100_000) throw new Error("the engine never finishes");
        dut.step();
      }
      return cycles;
    },
    read(m: number, n: number, at = base): Matrix {
      const result: number[][] = Array.from({ length: m }, () => []);
      let address = at.accumulatorBase;
      for (let nt = 0; nt < n; nt += cols)
        for (const row of result) {
          dut.in.read.valid = 1;
          dut.in.read.bits = address++;
          expect(dut.in.read.ready).toBe(1);
          dut.step();
          expect(dut.out.result.valid).toBe(1);
          row.push(...dut.out.result.bits.slice(0, n - nt));
        }
      dut.in.read.valid = 0;
      return result;
    },
  };
}

describe.each(["interpreter", "wasm"] as const)(`MatmulEngine on the %s engine (${replay(seed)})`, (engine) => {
  test.each([
    { rows: 4, cols: 4 },
    { rows: 2, cols: 5 },
    { rows: 1, cols: 1 },
  ])("$rows × $cols: random shapes are exact, in the cycles that the formula says", ({ rows, cols }) => {
    const sizes = { rows, cols, activationWords: 200, weightWords: 150, accumulatorRows: 150 };
    const { dut, write, run, read } = host(sizes, { engine, seed });
    const random = new Random(seed);
    const draw = (limit: number) => 1 + random.below(limit);
    for (let job = 0; job < 8; job++) {
      const [m, k, n] = [draw(12), draw(3 * rows), draw(3 * cols)];
      const a = randomMatrix(random, m, k);
      const b = randomMatrix(random, k, n);
      write(a, b);
      dut.in.clear = 1;
      dut.step();
      dut.in.clear = 0;
      const cycles = run(m, k, n);
      expect(read(m, n)).toEqual(product(a, b));

      const tiles = Math.ceil(k / rows) * Math.ceil(n / cols);
      const window = rows + (tiles - 1) * Math.max(m, rows) + m + rows + cols;
      expect(cycles).toBe(window + 1);
      expect(dut.out.counters).toEqual({
        busy: window + 1,
        window,
        compute: tiles * m,
        loadWeights: rows,
        waitForWeights: (tiles - 1) * Math.max(0, rows - m),
        drain: rows + cols + 1,
        weightRows: tiles * rows,
        results: tiles * m,
      });
    }
  });

  test("jobs elsewhere in the buffers, and K split over several runs", () => {
    const sizes = { rows: 3, cols: 2, activationWords: 100, weightWords: 70, accumulatorRows: 61 };
    const { dut, write, run, read } = host(sizes, { engine, seed });
    const random = new Random(seed);
    const [m, k, n] = [5, 20, 5];
    const a = randomMatrix(random, m, k);
    const b = randomMatrix(random, k, n);
    const at = { activationBase: 37, weightBase: 11, accumulatorBase: 17 };
    for (const from of [0, 9]) {
      const to = from === 0 ? 9 : k;
      write(
        a.map((row) => row.slice(from, to)),
        b.slice(from, to),
        at,
      );
      run(m, to - from, n, from === 0 ? 0 : 1, at);
    }
    expect(read(m, n, at)).toEqual(product(a, b));
    expect(dut.out.counters.busy).toBe(
      dut.out.counters.loadWeights +
        dut.out.counters.compute +
        dut.out.counters.waitForWeights +
        dut.out.counters.drain,
    );
  });

  test("a reset in any cycle of a job leaves the engine as good as new", () => {
    const { dut, write, start, run, read } = host({ rows: 3, cols: 2, activationWords: 20 }, { engine, seed });
    const random = new Random(seed);
    const a = randomMatrix(random, 4, 5);
    const b = randomMatrix(random, 5, 3);
    for (let cycle = 0; cycle < 30; cycle += 3) {
      write(a, b);
      start(4, 5, 3);
      dut.step(cycle);
      dut.reset();
      expect([dut.out.state, dut.out.done, dut.out.counters.busy]).toEqual(["Idle", 0, 0]);
      run(4, 5, 3);
      expect(read(4, 3)).toEqual(product(a, b));
    }
  });
});

test(`256 × 256 × 256 on 16 × 16 keeps the array over 99 % busy (${replay(seed)})`, () => {
  const size = 256;
  const { dut, write, start, read } = host({ rows: 16, cols: 16 }, { engine: "wasm", seed });
  const random = new Random(seed);
  const a = randomMatrix(random, size, size);
  const b = randomMatrix(random, size, size);
  write(a, b);
  start(size, size, size);
  dut.step(65_585);
  expect(dut.out.done).toBe(1);
  expect(read(size, size)).toEqual(product(a, b));
  expect(dut.out.counters.window).toBe(65_584);
  expect(size ** 3 / (16 * 16 * dut.out.counters.window)).toBeGreaterThan(0.99);
});
