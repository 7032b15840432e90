import type { LayerNormParameters } from "../../runtime/kernels/layer-norm.ts";
import { type PoolShape, windowsOf } from "../../runtime/kernels/pooling.ts";
import { type Quantisation, realOf } from "../../runtime/kernels/quantisation.ts";
import type { Int8Matrix } from "../matrix.ts";

/** Double-precision numbers, row by row. */
export interface RealMatrix {
  readonly rows: number;
  readonly cols: number;
  readonly data: Float64Array;
}

/** The real numbers that a matrix of int8 stands for. */
export function realMatrix({ rows, cols, data }: Int8Matrix, quantisation: Quantisation): RealMatrix {
  return { rows, cols, data: Float64Array.from(data, (q) => realOf(q, quantisation)) };
}

/** Element by element. */
export function mapped({ rows, cols, data }: RealMatrix, of: (x: number) => number): RealMatrix {
  return { rows, cols, data: data.map(of) };
}

/** Row by row: `of` gets a row and returns it changed. */
export function byRow({ rows, cols, data }: RealMatrix, of: (row: Float64Array) => Float64Array): RealMatrix {
  const result = new Float64Array(data.length);
  for (let i = 0; i < rows; i++) result.set(of(data.subarray(i * cols, (i + 1) * cols)), i * cols);
  return { rows, cols, data: result };
}

/** exp(xᵢ) / Σ exp(xⱼ) in each row. */
export function realSoftmax(x: RealMatrix): RealMatrix {
  return byRow(x, (row) => {
    const most = row.reduce((a, b) => Math.max(a, b));
    const powers = row.map((one) => Math.exp(one - most));
    const sum = powers.reduce((a, b) => a + b);
    return powers.map((one) => one / sum);
  });
}

/** (x − μ) / √(σ² + ε) · gain + offset in each row. */
export function realLayerNorm(x: RealMatrix, { gain, offset, epsilon }: LayerNormParameters): RealMatrix {
  return byRow(x, (row) => {
    const mean = row.reduce((a, b) => a + b) / row.length;
    const variance = row.reduce((sum, one) => sum + (one - mean) ** 2, 0) / row.length;
    return row.map((one, i) => ((one - mean) / Math.sqrt(variance + epsilon)) * (gain[i] ?? 1) + (offset[i] ?? 0));
  });
}

/** Largest or mean pixel of each window; a row for each pixel, a column for each channel. */
export function realPooling({ data }: RealMatrix, kind: "max" | "average", shape: PoolShape): RealMatrix {
  const { width, channels, window } = shape;
  const { down, across } = windowsOf(shape);
  const result = new Float64Array(down * across * channels);
  for (let i = 0; i < result.length; i++) {
    const channel = i % channels;
    const place = Math.floor(i / channels);
    const [top, left] = [Math.floor(place / across) * window.stride, (place % across) * window.stride];
    const pixels = Array.from({ length: window.height * window.width }, (_, j) => {
      const pixel = (top + Math.floor(j / window.width)) * width + left + (j % window.width);
      return data[pixel * channels + channel] ?? Number.NaN;
    });
    result[i] = kind === "max" ? Math.max(...pixels) : pixels.reduce((a, b) => a + b) / pixels.length;
  }
  return { rows: down * across, cols: channels, data: result };
}
