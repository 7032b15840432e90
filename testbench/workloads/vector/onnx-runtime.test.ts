import { describe, expect, test } from "vitest";
import { Random } from "../../bench/random.ts";
import { replay, seedOf } from "../../bench/seed.ts";
import { erf, geluOf, hardSwishOf, leakyReluOf, sigmoidOf } from "../../runtime/kernels/real-functions.ts";
import { OnnxRuntime } from "./onnx-runtime.ts";
import { mapped, type RealMatrix, realLayerNorm, realPooling, realSoftmax } from "./real-matrix.ts";

const seed = seedOf(undefined);
const runtime = await OnnxRuntime.load();
if (!runtime) throw new Error("onnxruntime-web is not installed; npm ci installs it");

const random = new Random(seed);
const [rows, cols] = [36, 5];
const x: RealMatrix = { rows, cols, data: Float64Array.from({ length: rows * cols }, () => 12 * random.unit() - 6) };

/** What an operator of ONNX Runtime makes of `data`, in single precision. */
async function operator(
  op: string,
  inputs: Readonly<Record<string, { readonly data: Float32Array; readonly dims: readonly number[] }>>,
  attributes: Readonly<Record<string, number | readonly number[]>> = {},
): Promise<number[]> {
  const names = Object.keys(inputs);
  const session = await runtime?.open(
    [{ op, inputs: names, outputs: ["y"], attributes }],
    Object.entries(inputs).map(([name, { dims }]) => ({ name, type: "float32", dims })),
    { name: "y", type: "float32", dims: Object.values(inputs)[0]?.dims.map((_, i) => `d${i}`) ?? [] },
    20,
  );
  const data = await session?.run(inputs);
  if (!(data instanceof Float32Array)) throw new TypeError(`${op} gave no float32`);
  return [...data];
}

const closest = (expected: RealMatrix, got: readonly number[]) =>
  got.length === expected.data.length
    ? got.reduce((most, one, i) => Math.max(most, Math.abs(one - (expected.data[i] ?? Number.NaN))), 0)
    : Number.NaN;
const matrix = { data: Float32Array.from(x.data), dims: [rows, cols] };

describe(`the real functions are those of ONNX Runtime (${replay(seed)})`, () => {
  test.each<[string, (x: number) => number]>([
    ["Erf", erf],
    ["Gelu", geluOf],
    ["Sigmoid", sigmoidOf],
    ["HardSwish", hardSwishOf],
    ["LeakyRelu", (one) => leakyReluOf(one, 0.01)],
  ])("%s", async (op, of) => {
    expect(closest(mapped(x, of), await operator(op, { x: matrix }))).toBeLessThan(2e-6);
  });

  test("Softmax", async () => {
    expect(closest(realSoftmax(x), await operator("Softmax", { x: matrix }))).toBeLessThan(2e-6);
  });

  test("LayerNormalization", async () => {
    const vector = () => Array.from({ length: cols }, () => random.unit() - 0.5);
    const [gain, offset] = [vector(), vector()];
    const single = (data: readonly number[]) => ({ data: Float32Array.from(data), dims: [cols] });
    const got = await operator("LayerNormalization", { x: matrix, gain: single(gain), offset: single(offset) });
    expect(closest(realLayerNorm(x, { gain, offset, epsilon: 1e-5 }), got)).toBeLessThan(2e-6);
  });

  test.each([
    ["MaxPool", "max"],
    ["AveragePool", "average"],
  ] as const)("%s", async (op, kind) => {
    const shape = { height: 6, width: 6, channels: cols, window: { height: 3, width: 2, stride: 2 } };
    const channelsFirst = (data: ArrayLike<number>, pixels: number) =>
      Array.from({ length: cols * pixels }, (_, i) => data[(i % pixels) * cols + Math.floor(i / pixels)] ?? Number.NaN);
    const image = { data: Float32Array.from(channelsFirst(x.data, 36)), dims: [1, cols, 6, 6] };
    const got = await operator(op, { x: image }, { kernel_shape: [3, 2], strides: [2, 2] });
    const expected = realPooling(x, kind, shape);
    const turned = { ...expected, data: Float64Array.from(channelsFirst(expected.data, expected.rows)) };
    expect(closest(turned, got)).toBeLessThan(2e-6);
  });
});
