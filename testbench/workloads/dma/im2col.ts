import type { Transfer } from "./transfer.ts";

/** A convolution's input: a picture of height × width pixels of `channels` bytes, row by row, and how windows slide. */
export interface Convolution {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Side of the square window, step from one window to the next, and zero pixels on each of the four sides. */
  readonly kernel: number;
  readonly stride: number;
  readonly border: number;
}

/** Windows down and across. */
export function windowsOf({ height, width, kernel, stride, border }: Convolution): { down: number; across: number } {
  const along = (size: number) => Math.floor((size + 2 * border - kernel) / stride) + 1;
  return { down: along(height), across: along(width) };
}

/**
 * The transfer that writes a convolution's windows as rows of a matrix, kernel × kernel × channels bytes each, from the
 * picture at `source`: im2col as a walk, without a padded copy of the picture.
 */
export function im2col(convolution: Convolution, source: number, destination: number): Transfer {
  const { height, width, channels, kernel, stride, border } = convolution;
  const { down, across } = windowsOf(convolution);
  const pitch = width * channels;
  const length = kernel * channels;
  return {
    source: source - border * (pitch + channels),
    destination,
    length,
    counts: [kernel, across, down],
    sourceStrides: [pitch, stride * channels, stride * pitch],
    destinationStrides: [length, kernel * length, across * kernel * length],
    padding: {
      top: border,
      bottom: border + height,
      left: border * channels,
      right: (border + width) * channels,
      down: [1, 0, stride],
      across: [false, true, false],
    },
    onError: "end",
    interrupt: false,
  };
}
