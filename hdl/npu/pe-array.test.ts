import { describe, expect, test } from "vitest";
import { Random } from "../../testbench/bench/random.ts";
import { replay, seedOf } from "../../testbench/bench/seed.ts";
import { simulate } from "../../testbench/bench/simulate.ts";
import { elaborate } from "../lang/index.ts";
import { classifyGather, topOf } from "../netlist/index.ts";
import { engineConfig } from "./config.ts";
import { PeArray } from "./pe-array.ts";

const seed = seedOf(undefined);
const shapes = [
  { rows: 1, cols: 1 },
  { rows: 1, cols: 4 },
  { rows: 4, cols: 1 },
  { rows: 3, cols: 5 },
  { rows: 4, cols: 4 },
];

describe.each(["interpreter", "wasm"] as const)(`PeArray on the %s engine (${replay(seed)})`, (engine) => {
  test.each([...shapes.map((shape) => ({ ...shape, busy: 1 })), ...shapes.map((shape) => ({ ...shape, busy: 0.6 }))])(
    "$rows × $cols, $busy of the cycles used: every row comes out rows + cols − 1 cycles later",
    ({ rows, cols, busy }) => {
      const dut = simulate(PeArray(engineConfig({ rows, cols })), { engine, seed });
      const random = new Random(seed);
      const row = (length: number) => Array.from({ length }, () => random.int8());
      const due = new Map<number, number[]>();

      const tiles: number[][][] = []; // loaded or being loaded, the last row of each first
      let live: number[][] = [];
      let left = 0; // rows of activations that the live tile still gets
      let finished = 0;
      for (let cycle = 0; finished < 12; cycle++) {
        const waiting = tiles[0];
        const swap = left === 0 && waiting?.length === rows;
        const valid = (left > 0 || swap) && random.bool(busy);
        if (valid && swap) {
          live = [...(tiles.shift() ?? [])].reverse();
          left = 1 + random.below(2 * rows);
        }
        const activations = row(rows);
        dut.in.activations = { valid: Number(valid), swap: Number(swap), bits: activations };
        if (valid) {
          const sums = Array.from({ length: cols }, (_, c) =>
            activations.reduce((sum, activation, r) => sum + activation * (live[r]?.[c] ?? Number.NaN), 0),
          );
          due.set(cycle + rows + cols - 1, sums);
          if (--left === 0) finished++;
        }

        // The next tile may come in from the cycle of the swap on.
        const tile = tiles[0] ?? [];
        const load = tile.length < rows && random.bool(busy);
        const weights = row(cols);
        dut.in.load = Number(load);
        dut.in.weights = weights;
        if (load) tiles[0] = [...tile, weights];

        const expected = due.get(cycle);
        expect(dut.out.valid).toBe(Number(expected !== undefined));
        if (expected) expect(dut.out.sums).toEqual(expected);
        dut.step();
      }
    },
  );

  test("a swap before the tile is complete fails a check", () => {
    const dut = simulate(PeArray(engineConfig({ rows: 3, cols: 2 })), { engine, seed });
    dut.in.load = 1;
    dut.step();
    dut.in.activations = { valid: 1, swap: 1, bits: [0, 0, 0] };
    expect(() => dut.step()).toThrow("a swap comes when all weights of the tile are loaded");
  });
});

test("the PEs are one array whose inputs are neighbours' outputs", () => {
  const top = topOf(elaborate(PeArray(engineConfig({ rows: 3, cols: 4 }))));
  const index = top.instances.findIndex(({ name }) => name === "pe");
  expect(top.instances[index]?.dims).toEqual([3, 4]);
  const kinds = top.instances[index]?.inputs.map((_, input) => {
    const gather = classifyGather(top, index, input);
    return gather.kind === "shift" ? `axis ${gather.axis} offset ${gather.offset}` : gather.kind;
  });
  const [east, south] = ["axis 1 offset -1", "axis 0 offset -1"];
  expect(kinds).toEqual([east, east, east, east, south, south]);
});
