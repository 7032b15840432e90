/**
 * The 10,000 handwritten digits of the `mnist` package (28 × 28, about 1,000 of each digit), split for training.
 *
 * Held out are the first `HELD_OUT_PER_DIGIT` images of every digit in the package's own order, taken in turns:
 * digits 0 to 9, image 0 of each, then image 1 of each, and so on. All later images are for training, in the same
 * order. Nothing about the split is random and nothing in it looks at what a network makes of an image.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

export const PIXELS = 28 * 28;
export const CLASSES = 10;
export const HELD_OUT_PER_DIGIT = 150;

/** `pixels` holds `labels.length` images of `PIXELS` values from 0 (paper) to 1 (ink), row by row. */
export interface LabelledImages {
  readonly pixels: Float64Array;
  readonly labels: Uint8Array;
}

/**
 * Reads the package's ten files.
 * @throws Error where a file is not what the package is known to hold
 */
export function loadDigits(): { training: LabelledImages; heldOut: LabelledImages } {
  const require = createRequire(import.meta.url);
  const perDigit: Float64Array[] = [];
  for (let digit = 0; digit < CLASSES; digit++) {
    const path = require.resolve(`mnist/src/digits/${digit}.json`);
    const file: { data: number[] } = JSON.parse(readFileSync(path, "utf8"));
    if (file.data.length % PIXELS !== 0 || file.data.length < 2 * HELD_OUT_PER_DIGIT * PIXELS) {
      throw new Error(`${path}: ${file.data.length} values are not whole images of ${PIXELS} pixels, or too few`);
    }
    perDigit.push(Float64Array.from(file.data));
  }
  const longest = Math.max(...perDigit.map((data) => data.length / PIXELS));
  return {
    heldOut: inTurns(perDigit, 0, HELD_OUT_PER_DIGIT),
    training: inTurns(perDigit, HELD_OUT_PER_DIGIT, longest),
  };
}

/** Images `from` to `to` − 1 of every digit, as far as there are so many. */
function inTurns(perDigit: readonly Float64Array[], from: number, to: number): LabelledImages {
  const images: Float64Array[] = [];
  const labels: number[] = [];
  for (let index = from; index < to; index++) {
    for (const [digit, data] of perDigit.entries()) {
      const image = data.subarray(index * PIXELS, (index + 1) * PIXELS);
      if (image.length === 0) continue;
      images.push(image);
      labels.push(digit);
    }
  }
  const pixels = new Float64Array(images.length * PIXELS);
  for (const [index, image] of images.entries()) pixels.set(image, index * PIXELS);
  return { pixels, labels: Uint8Array.from(labels) };
}
