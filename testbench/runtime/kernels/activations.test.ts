import { describe, expect, test } from "vitest";
import { npuConfig } from "../../../hdl/index.ts";
import { addRelu } from "./add-relu.ts";
import { hardSwish } from "./hard-swish.ts";
import { hardTanh } from "./hard-tanh.ts";
import { leakyRelu } from "./leaky-relu.ts";
import { onModel } from "./on-model.fuzz.ts";
import { type Quantisation, quantise, realOf } from "./quantisation.ts";
import { hardSwishOf, hardTanhOf, leakyReluOf, squaredReluOf } from "./real-functions.ts";
import { squaredRelu } from "./squared-relu.ts";
import type { VectorKernel } from "./vector-kernel.ts";
import { VectorPlan } from "./vector-plan.ts";

const config = npuConfig({ side: 16 });
const shape = { rows: 16, cols: 16 };
const all = Array.from({ length: 256 }, (_, i) => i - 128);
const slope = 0.3;

type Planned = (plan: VectorPlan, input: Quantisation, output: Quantisation) => VectorKernel;
const kernels: readonly (readonly [string, (x: number) => number, Planned])[] = [
  ["hard swish", hardSwishOf, (plan, input, output) => hardSwish(plan, shape, input, output)],
  ["hard tanh", hardTanhOf, (plan, input, output) => hardTanh(plan, shape, input, output)],
  ["leaky relu", (x) => leakyReluOf(x, slope), (plan, input, output) => leakyRelu(plan, shape, slope, input, output)],
  ["squared relu", squaredReluOf, (plan, input, output) => squaredRelu(plan, shape, input, output)],
];

describe.each(kernels)("%s", (_, of, planned) => {
  test.each([
    [0.05, -128, 0.06, 127],
    [0.05, 127, 0.06, -128],
    [0.03, 0, 0.04, 0],
    [0.2, -10, 0.9, 3],
  ])("of every int8 is at most a step off the nearest: scale %d and zero point %d to %d and %d", (...numbers) => {
    const [scale, zeroPoint, outScale, outZeroPoint] = numbers;
    const [input, output] = [
      { scale, zeroPoint },
      { scale: outScale, zeroPoint: outZeroPoint },
    ];
    const results = onModel(config, (plan) => planned(plan, input, output), all);
    const exact = all.map((q) => quantise(of(realOf(q, input)), output));
    const { bound } = planned(new VectorPlan(config), input, output);
    const off = results.map((q, i) => Math.abs(q - (exact[i] ?? Number.NaN)));
    expect(Math.max(...off)).toBeLessThanOrEqual(1);
    // Where the nearest is not reached the exact result lies near the middle between two.
    expect(off.filter((steps) => steps > 0).length / 256).toBeLessThanOrEqual(2 * (bound / outScale - 0.5) + 0.02);
  });
});

test("relu of a sum, with the zero points at the ends", () => {
  const [a, b] = [
    { scale: 0.05, zeroPoint: -128 },
    { scale: 0.02, zeroPoint: 127 },
  ];
  const output = { scale: 0.06, zeroPoint: -128 };
  const reversed = all.toReversed();
  const results = onModel(config, (plan) => addRelu(plan, shape, [a, b], output), all, reversed);
  const exact = all.map((q, i) => quantise(Math.max(0, realOf(q, a) + realOf(reversed[i] ?? 0, b)), output));
  expect(Math.max(...results.map((q, i) => Math.abs(q - (exact[i] ?? Number.NaN))))).toBeLessThanOrEqual(1);
});

const fine = { scale: 1e-5, zeroPoint: 0 };
const usual = { scale: 0.05, zeroPoint: 0 };
test.each<[string, () => unknown, string]>([
  ["hard swish", () => hardSwish(new VectorPlan(config), shape, fine, usual), "hard swish of steps of 0.00001"],
  ["hard tanh", () => hardTanh(new VectorPlan(config), shape, fine, usual), "hard tanh of steps of 0.00001"],
  ["leaky relu", () => leakyRelu(new VectorPlan(config), shape, 1.5, usual, usual), "a slope of 1.5: 0 to 1 wanted"],
  ["squared relu", () => squaredRelu(new VectorPlan(config), shape, usual, fine), "requantisation by 250"],
  [
    "sums",
    () => addRelu(new VectorPlan(config), shape, [usual, usual], fine),
    "for an output of 0.00001 are too large",
  ],
])("%s beyond its formats is refused", (_, act, message) => {
  expect(act).toThrow(message);
});
