import { expect, test } from "vitest";
import { npuConfig } from "../../../hdl/index.ts";
import { onModel } from "./on-model.fuzz.ts";
import { type PoolShape, pooling, windowsOf } from "./pooling.ts";
import { VectorPlan } from "./vector-plan.ts";

const config = npuConfig({ side: 4, scratchpadRows: 256, accumulatorRows: 64 });
const same = { scale: 0.1, zeroPoint: -7 };
const image: PoolShape = { height: 3, width: 4, channels: 1, window: { height: 2, width: 2, stride: 1 } };
const pixels = [
  [1, 2, 3, 4],
  [5, 9, 7, 8],
  [-128, 127, 0, 1],
].flat();

test("the largest of each window, the same int8 when the quantisation is the same", () => {
  const results = onModel(config, (plan) => pooling(plan, "max", image, same, same), pixels);
  expect(windowsOf(image)).toEqual({ down: 2, across: 3 });
  expect(results).toEqual([9, 9, 8, 127, 127, 8]);
});

test("the mean of each window, halves to the even number above the zero point", () => {
  const results = onModel(config, (plan) => pooling(plan, "average", image, same, same), pixels);
  // Means 4.25, 5.25, 5.5, 3.25, 35.75 and 4.
  expect(results).toEqual([4, 5, 5, 3, 36, 4]);
});

test("another zero point and scale, strides, channels of several blocks", () => {
  const shape = { ...image, channels: 6, window: { height: 3, width: 2, stride: 2 } };
  const given = pixels.flatMap((q) => [q, q, q, q, q, -q - 1]);
  const output = { scale: 0.2, zeroPoint: 20 };
  const results = onModel(config, (plan) => pooling(plan, "max", shape, same, output), given);
  const of = (q: number) => Math.min(127, Math.round((q + 7) / 2) + 20);
  expect(results).toEqual(
    [127, 8].flatMap((most, i) => [...new Array<number>(5).fill(of(most)), of([127, -1][i] ?? 0)]),
  );
});

test.each([
  ["larger than the image", { ...image, window: { height: 4, width: 2, stride: 1 } }],
  ["of 16 pixels", { ...image, height: 20, window: { height: 16, width: 2, stride: 1 } }],
  ["that do not move", { ...image, window: { height: 2, width: 2, stride: 0 } }],
])("windows %s", (_, shape) => {
  expect(() => pooling(new VectorPlan(config), "max", shape, same, same)).toThrow("in an image of");
});

test("an output finer than the input is refused", () => {
  const finer = { ...same, scale: 0.05 };
  expect(() => pooling(new VectorPlan(config), "max", image, same, finer)).toThrow("requantisation by 2: a factor");
});
