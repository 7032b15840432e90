import { describe, expect, test } from "vitest";
import { Random } from "../../testbench/bench/random.ts";
import { replay, seedOf } from "../../testbench/bench/seed.ts";
import { simulate } from "../../testbench/bench/simulate.ts";
import { elaborate } from "../lang/index.ts";
import { topOf } from "../netlist/index.ts";
import { engineConfig } from "./config.ts";
import { DualArray } from "./dual-array.ts";

const seed = seedOf(undefined);

interface Shape {
  readonly rows: number;
  readonly cols: number;
  readonly m: number;
  readonly k: number;
  readonly n: number;
}

type Matrix = readonly (readonly number[])[];

const randomMatrix = (random: Random, rows: number, cols: number): Matrix =>
  Array.from({ length: rows }, () => Array.from({ length: cols }, () => random.int8()));

function product(a: Matrix, w: Matrix): number[][] {
  return a.map((row) => (w[0] ?? []).map((_, n) => row.reduce((sum, x, k) => (sum + x * (w[k]?.[n] ?? 0)) | 0, 0)));
}

/** Multiplies on the array without a gap that the dataflow does not need; the cycles of `DualArray`'s formulas. */
function multiply(engine: "interpreter" | "wasm", os: boolean, { rows, cols, m, k, n }: Shape, random: Random) {
  const a = randomMatrix(random, m, k);
  const w = randomMatrix(random, k, n);
  const dut = simulate(DualArray(engineConfig({ rows, cols })), { engine, seed });
  const c = Array.from({ length: m }, () => new Array<number>(n).fill(0));
  const nTiles = Math.ceil(n / cols);
  const others = Math.ceil((os ? m : k) / rows);
  const tiles = others * nTiles;
  const apart = Math.max(os ? k : m, rows);
  const begin = os ? 0 : rows; // cycle in which the first tile's first activations go in
  let received = 0;
  let last = 0;

  dut.in.os = Number(os);
  for (let cycle = 0; received < tiles * (os ? rows : m); cycle++) {
    const tile = Math.floor((cycle - begin) / apart);
    const step = (cycle - begin) % apart;
    const valid = cycle >= begin && tile < tiles && step < (os ? k : m);
    const at = (base: number, i: number) => base * (os ? rows : 1) + i;
    const band = Math.floor(tile / nTiles);
    dut.in.activations = {
      valid: Number(valid),
      swap: Number(valid && step === (os ? k - 1 : 0)),
      bits: Array.from({ length: rows }, (_, r) =>
        valid ? ((os ? a[at(band, r)]?.[step] : a[step]?.[band * rows + r]) ?? 0) : random.int8(),
      ),
    };
    const loadTile = Math.floor(cycle / apart);
    const loadStep = cycle % apart;
    const load = !os && loadTile < tiles && loadStep < rows;
    dut.in.load = Number(load);
    const weightRow = os ? step : Math.floor(loadTile / nTiles) * rows + rows - 1 - loadStep;
    const weightTile = os ? tile : loadTile;
    dut.in.weights = Array.from({ length: cols }, (_, column) =>
      (os ? valid : load) ? (w[weightRow]?.[(weightTile % nTiles) * cols + column] ?? 0) : random.int8(),
    );

    if (dut.out.valid) {
      const size = os ? rows : m;
      const from = Math.floor(received / size);
      const row = os ? Math.floor(from / nTiles) * rows + rows - 1 - (received % size) : received % size;
      const target = c[row];
      dut.out.sums.forEach((sum, column) => {
        const col = (from % nTiles) * cols + column;
        if (target && col < n) target[col] = os ? sum : ((target[col] ?? 0) + sum) | 0;
      });
      received++;
      last = cycle;
    }
    dut.step();
  }
  return { exact: JSON.stringify(c) === JSON.stringify(product(a, w)), last };
}

const closedForm = {
  ws: ({ rows, cols, m, k, n }: Shape) => {
    const tiles = Math.ceil(k / rows) * Math.ceil(n / cols);
    return rows + (tiles - 1) * Math.max(m, rows) + m + rows + cols - 2;
  },
  os: ({ rows, cols, m, k, n }: Shape) => {
    const tiles = Math.ceil(m / rows) * Math.ceil(n / cols);
    return (tiles - 1) * Math.max(k, rows) + k + 2 * rows + cols - 2;
  },
};

describe(`DualArray (${replay(seed)})`, () => {
  test("multiplies 50 random shapes in both dataflows, exactly, in the cycles of the closed forms", () => {
    const random = new Random(seed);
    const size = (most: number) => 1 + random.below(most);
    for (let i = 0; i < 50; i++) {
      const shape = { rows: size(6), cols: size(6), m: size(20), k: size(20), n: size(20) };
      const engine = i % 10 === 0 ? "interpreter" : "wasm";
      const ws = multiply(engine, false, shape, random);
      // The last sums leave one cycle after the last product.
      expect({ shape, ...ws }).toEqual({ shape, exact: true, last: closedForm.ws(shape) });
      const os = multiply(engine, true, shape, random);
      expect({ shape, ...os }).toEqual({ shape, exact: true, last: closedForm.os(shape) - 1 });
    }
  });

  test("output-stationary with gaps between steps gives the same sums", () => {
    const random = new Random(seed);
    const [rows, cols, k] = [3, 4, 7];
    const a = randomMatrix(random, rows, k);
    const w = randomMatrix(random, k, cols);
    const dut = simulate(DualArray(engineConfig({ rows, cols })), { seed });
    dut.in.os = 1;
    const out: number[][] = [];
    for (let step = 0; out.length < rows; ) {
      const valid = step < k && random.bool(0.4);
      dut.in.activations = {
        valid: Number(valid),
        swap: Number(step === k - 1),
        bits: a.map((row) => (valid ? (row[step] ?? 0) : random.int8())),
      };
      dut.in.weights = valid ? [...(w[step] ?? [])] : (w[0]?.map(() => random.int8()) ?? []);
      if (valid) step++;
      if (dut.out.valid) out.unshift([...dut.out.sums]);
      dut.step();
    }
    expect(out).toEqual(product(a, w));
  });

  test("last steps that are too close, a load, and another dataflow in flight fail checks", () => {
    const dut = simulate(DualArray(engineConfig({ rows: 3, cols: 2 })), { seed });
    dut.in.os = 1;
    dut.in.activations = { valid: 1, swap: 1, bits: [0, 0, 0] };
    dut.step(3);
    expect(() => dut.step()).toThrow("the last steps of two tiles are at least as many cycles apart");
    const changing = simulate(DualArray(engineConfig({ rows: 3, cols: 2 })), { seed });
    Object.assign(changing.in, { os: 1, activations: { valid: 1, swap: 0, bits: [0, 0, 0] } });
    changing.step();
    changing.in.os = 0;
    expect(() => changing.step()).toThrow("the dataflow changes only while nothing is under way");
    const loading = simulate(DualArray(engineConfig({ rows: 3, cols: 2 })), { seed });
    Object.assign(loading.in, { os: 1, load: 1 });
    expect(() => loading.step()).toThrow("weights come with their activations");
  });

  test("the PEs are one array", () => {
    const top = topOf(elaborate(DualArray(engineConfig({ rows: 3, cols: 4 }))));
    expect(top.instances.find(({ name }) => name === "pe")?.dims).toEqual([3, 4]);
  });
});
