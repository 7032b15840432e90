import { expect, test } from "vitest";
import { npuConfig } from "../../../hdl/index.ts";
import { layerNorm } from "./layer-norm.ts";
import { onModel } from "./on-model.fuzz.ts";
import { covering } from "./quantisation.ts";
import { VectorPlan } from "./vector-plan.ts";

const config = npuConfig({ side: 4, scratchpadRows: 1024, accumulatorRows: 512 });
const input = { scale: 0.05, zeroPoint: 9 };
const output = { scale: 1 / 16, zeroPoint: -4 };
const plain = (cols: number, epsilon = 1e-5) => ({
  gain: new Array<number>(cols).fill(1),
  offset: new Array<number>(cols).fill(0),
  epsilon,
});

const of = (row: readonly number[], parameters = plain(row.length)) =>
  onModel(config, (plan) => layerNorm(plan, { rows: 1, cols: row.length }, input, parameters, output), row);

test("a constant row becomes the offset, with epsilon and without", () => {
  const offset = [-0.5, 0, 0.25, 1, 2];
  for (const epsilon of [0, 1e-5])
    for (const value of [-128, 9, 127])
      expect(of(new Array<number>(5).fill(value), { ...plain(5, epsilon), offset })).toEqual([-12, -4, 0, 12, 28]);
});

test("two values become 1 and −1, however near or far they are, and the gain turns them", () => {
  for (const [low, high] of [
    [-128, 127],
    [3, 4],
  ] as const) {
    const parameters = { ...plain(4, 0), gain: [1, 1, -2, 0.5] };
    expect(of([low, high, low, high], parameters)).toEqual([-20, 12, 28, 4]);
  }
});

test("a single one among many that are the same", () => {
  const row = new Array<number>(400).fill(7);
  row[123] = 8;
  // 399 / √399 for the one, −1 / √399 for the others, in steps of 1/16.
  const expected = row.map((q) => (q === 8 ? 127 : -4 - 1));
  expect(of(row, plain(400, 0))).toEqual(expected);
});

test.each([
  ["gains for another width", { ...plain(5), gain: [1] }, "1 gains and 5 offsets for 5 columns"],
  ["a negative epsilon", plain(5, -1), "an epsilon of -1 is too large"],
  ["an epsilon beyond the variance", plain(5, 1e6), "an epsilon of 1000000 is too large"],
  ["gains beyond the format", { ...plain(5), gain: [1e6, 1, 1, 1, 1] }, "gains and offsets of 1000000 in steps of"],
])("%s", (_, parameters, message) => {
  const plan = new VectorPlan(config);
  expect(() => layerNorm(plan, { rows: 1, cols: 5 }, input, parameters, output)).toThrow(message);
});

test("the bound is little more than the rounding to int8, also where n² ε and n² σ² are small", () => {
  for (const cols of [2, 16, 64, 256]) {
    const { bound, quantisation } = layerNorm(
      new VectorPlan(npuConfig()),
      { rows: 1, cols },
      input,
      plain(cols),
      covering(-4, 4),
    );
    expect(bound / quantisation.scale).toBeLessThan(0.61);
  }
});
