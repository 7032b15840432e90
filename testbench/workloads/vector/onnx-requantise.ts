import { rangeOf } from "../../runtime/kernels/requantise.ts";
import { factorOf, type SingleScale } from "../../runtime/requantise-single.ts";
import { type OnnxRuntime, type OnnxSession, type OnnxValue, scalar } from "./onnx-runtime.ts";
import type { RequantiseBatch } from "./requantise-batch.ts";

/** The ways in which ONNX Runtime makes int8 of int32 sums. */
export const onnxWays = ["QLinearConv", "QLinearMatMul", "DequantizeLinear + QuantizeLinear"] as const;

/** The most columns that `asProduct` takes. */
const mostProductColumns = 8;

const int8 = (...data: number[]) => scalar(Int8Array.from(data));
const float = (...data: number[]) => scalar(Float32Array.from(data));
const float32 = (scales: readonly SingleScale[]) => Float32Array.from(scales, factorOf);
const zeros = (...dims: number[]): OnnxValue => ({
  data: new Int8Array(dims.reduce((product, one) => product * one, 1)),
  dims,
});

/**
 * Int8 of batches as ONNX Runtime computes them, each in three ways that all round like the vector unit. An activation is a
 * clamp of what the operator gives.
 */
export class OnnxRequantiser {
  private constructor(
    private readonly convolution: OnnxSession,
    private readonly product: OnnxSession,
    private readonly dequantised: OnnxSession,
  ) {}

  static async open(runtime: OnnxRuntime): Promise<OnnxRequantiser> {
    const quantised = (dims: { x: (number | string)[]; w: (number | string)[]; scales: string }) =>
      [
        { name: "x", type: "int8", dims: dims.x },
        { name: "xScale", type: "float32", dims: [] },
        { name: "xZero", type: "int8", dims: [] },
        { name: "w", type: "int8", dims: dims.w },
        { name: "wScale", type: "float32", dims: [dims.scales] },
        { name: "wZero", type: "int8", dims: [dims.scales] },
        { name: "yScale", type: "float32", dims: [] },
        { name: "yZero", type: "int8", dims: [] },
      ] as const;
    const names = ["x", "xScale", "xZero", "w", "wScale", "wZero", "yScale", "yZero"];
    const y = (dims: (number | string)[]) => ({ name: "y", type: "int8", dims }) as const;
    return new OnnxRequantiser(
      await runtime.open(
        [{ op: "QLinearConv", inputs: [...names, "bias"], outputs: ["y"] }],
        [
          ...quantised({ x: [1, 1, 1, 1], w: ["M", 1, 1, 1], scales: "M" }),
          { name: "bias", type: "int32", dims: ["M"] },
        ],
        y([1, "M", 1, 1]),
      ),
      await runtime.open(
        [{ op: "QLinearMatMul", inputs: names, outputs: ["y"] }],
        quantised({ x: ["M", "K"], w: ["K", "N"], scales: "N" }),
        y(["M", "N"]),
      ),
      await runtime.open(
        [
          { op: "DequantizeLinear", inputs: ["x", "xScale"], outputs: ["real"], attributes: { axis: 1 } },
          { op: "QuantizeLinear", inputs: ["real", "yScale", "yZero"], outputs: ["y"] },
        ],
        [
          { name: "x", type: "int32", dims: ["M", "N"] },
          { name: "xScale", type: "float32", dims: ["N"] },
          { name: "yScale", type: "float32", dims: [] },
          { name: "yZero", type: "int8", dims: [] },
        ],
        y(["M", "N"]),
      ),
    );
  }

  /** The int8 of a batch by each of `onnxWays`; null for the product where it cannot make the sums, or only slowly. */
  async run(batch: RequantiseBatch): Promise<(Int8Array | null)[]> {
    const product = this.asProduct(batch);
    return [
      limitedTo(batch, await this.asConvolution(batch)),
      product && limitedTo(batch, await product),
      limitedTo(batch, await this.asDequantised(batch)),
    ];
  }

  /** Each element is a channel of its own: 0 times a weight of 0, plus the sum as the channel's bias. */
  private asConvolution({ sums, scales, biases, limits }: RequantiseBatch): Promise<unknown> {
    const { cols, data } = sums;
    const factors = scales.map(factorOf);
    const bias = data.map((sum, i) => sum + (biases[i % cols] ?? 0));
    const each = Float32Array.from(data, (_, i) => factors[i % cols] ?? 0);
    return this.convolution.run({
      ...{ x: zeros(1, 1, 1, 1), xScale: float(1), xZero: int8(0) },
      ...{ w: zeros(data.length, 1, 1, 1), wScale: { data: each, dims: [data.length] }, wZero: zeros(data.length) },
      ...{ yScale: float(1), yZero: int8(limits.zeroPoint), bias: { data: bias, dims: [data.length] } },
    });
  }

  private asDequantised({ sums, scales, biases, limits }: RequantiseBatch): Promise<unknown> {
    const { rows, cols, data } = sums;
    return this.dequantised.run({
      x: { data: data.map((sum, i) => sum + (biases[i % cols] ?? 0)), dims: [rows, cols] },
      xScale: { data: float32(scales), dims: [cols] },
      ...{ yScale: float(1), yZero: int8(limits.zeroPoint) },
    });
  }

  /**
   * A row of x whose sum, with weights of 127 but for a last one of 1, is the sum of the batch's row: up to 133,000 of them,
   * so for a few columns only, all with the same sums.
   */
  private asProduct({ sums, scales, biases, limits }: RequantiseBatch): Promise<unknown> | null {
    const { rows, cols, data } = sums;
    const wanted = Array.from({ length: rows }, (_, row) => data[row * cols] ?? 0);
    if (cols > mostProductColumns) return null;
    if (data.some((sum, i) => sum !== wanted[Math.floor(i / cols)]) || biases.some((bias) => bias !== 0)) return null;
    const most = 127;
    const depth = 2 + Math.max(...wanted.map((sum) => Math.ceil(Math.abs(sum) / (most * most))));
    const x = new Int8Array(rows * depth);
    for (const [row, sum] of wanted.entries()) {
      let rest = Math.round(sum / most);
      x[(row + 1) * depth - 1] = sum - rest * most;
      for (let i = row * depth; rest !== 0; i++) {
        const part = Math.max(-most, Math.min(most, rest));
        x[i] = part;
        rest -= part;
      }
    }
    const w = new Int8Array(depth * cols).fill(most, 0, (depth - 1) * cols).fill(1, (depth - 1) * cols);
    return this.product.run({
      ...{ x: { data: x, dims: [rows, depth] }, xScale: float(1), xZero: int8(0) },
      ...{ w: { data: w, dims: [depth, cols] }, wScale: { data: float32(scales), dims: [cols] } },
      ...{ wZero: zeros(cols), yScale: float(1), yZero: int8(limits.zeroPoint) },
    });
  }
}

/** What an operator gave, limited as the batch's activation does. */
function limitedTo({ limits }: RequantiseBatch, data: unknown): Int8Array {
  if (!(data instanceof Int8Array)) throw new TypeError("ONNX Runtime gave no int8");
  const { low, high } = rangeOf(limits);
  return data.map((q) => Math.min(high, Math.max(low, q)));
}
