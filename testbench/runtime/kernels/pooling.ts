import { type Quantisation, realOf } from "./quantisation.ts";
import type { VectorKernel } from "./vector-kernel.ts";
import type { VectorPlan } from "./vector-plan.ts";

/** An image and the windows over it, in pixels. */
export interface PoolShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Height, width and distance of windows, 1 to 15 each. */
  readonly window: { readonly height: number; readonly width: number; readonly stride: number };
}

/** Windows one below the other and side by side that lie wholly in the image. */
export function windowsOf({ height, width, window }: PoolShape): { readonly down: number; readonly across: number } {
  const places = (image: number, size: number) => Math.floor((image - size) / window.stride) + 1;
  return { down: places(height, window.height), across: places(width, window.width) };
}

/**
 * Largest or mean pixel of each window, channel by channel, from int8 to int8: one instruction, a pixel of a window a cycle.
 * Input and output are matrices with a row for each pixel, in the order of the image's lines, and a column for each channel.
 *
 * The sum of a window of n pixels is exact; less n times the zero point as bias, it is requantised by
 * scale / (n · the output's scale). The largest pixel is requantised likewise, with n = 1.
 *
 * Bound. Single precision rounds scale and product, 2 · 2^−24 of the result; a factor of 1 is 2^−24 less. Int8 rounds by half
 * a step.
 *
 * @throws RangeError for windows that the instruction does not take or that do not fit into the image, and where scale / n
 * is more than the output's scale
 */
export function pooling(
  plan: VectorPlan,
  kind: "max" | "average",
  shape: PoolShape,
  input: Quantisation,
  output: Quantisation,
): VectorKernel {
  const { height, width, channels, window } = shape;
  const sizes = [window.height, window.width, window.stride];
  const { down, across } = windowsOf(shape);
  if (sizes.some((size) => !(Number.isInteger(size) && size >= 1 && size <= 15)) || down < 1 || across < 1)
    throw new RangeError(`no windows of ${window.height} x ${window.width} in an image of ${height} x ${width}`);
  const pixels = { rows: height * width, cols: channels };
  const windows = { rows: down * across, cols: channels };
  const x = plan.scratchpad(plan.flat(pixels).rows, 0);
  const y = plan.scratchpad(plan.flat(windows).rows, 1);
  const summed = kind === "max" ? 1 : window.height * window.width;
  const bias = -summed * input.zeroPoint;
  const scale = plan.requantiser(channels, input.scale / (summed * output.scale), bias);

  plan.poolOver(width, across, pixels.rows);
  plan.requantiseTo(output.zeroPoint);
  plan.vec({
    op: kind === "max" ? "poolmax" : "poolavg",
    imm: window.height | (window.width << 4) | (window.stride << 8),
    src: x,
    dst: y,
    ...windows,
    scale,
  });
  const largest = Math.max(realOf(127, output), -realOf(-128, output));
  return {
    inputs: [{ at: x, ...pixels }],
    output: { at: y, ...windows },
    quantisation: output,
    bound: largest * 3 * 2 ** -24 + output.scale / 2,
  };
}
