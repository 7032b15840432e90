/**
 * Scaling of int32 accumulators by a fixed-point factor, exact to the bit.
 *
 * The factor is `multiplier` · 2^−(31 + shift), with `multiplier` a Q31 number in [1/2, 1), as in B. Jacob and others,
 * "Quantization and training of neural networks for efficient integer-arithmetic-only inference" (CVPR 2018, section
 * 2.2) and in gemmlowp and TensorFlow Lite. The 64-bit product is rounded once, to the nearest integer, halves away
 * from zero. Results ≥ 0 therefore equal TensorFlow Lite's with TFLITE_SINGLE_ROUNDING, which rounds halves up; its
 * default build rounds twice and may differ by one.
 */
export interface Requantisation {
  /** 2^30 to 2^31 − 1. */
  readonly multiplier: number;
  /** Bits to the right beyond the 31 of the fraction: 0 to 31. */
  readonly shift: number;
}

/**
 * The fixed-point factor nearest to `scale`.
 * @throws RangeError unless 2^−32 ≤ scale < 1, before and after rounding
 */
export function requantisation(scale: number): Requantisation {
  let mantissa = scale;
  let shift = 0;
  while (mantissa < 0.5 && shift < 32) {
    mantissa *= 2;
    shift++;
  }
  let multiplier = Math.round(mantissa * 2 ** 31);
  if (multiplier === 2 ** 31) {
    multiplier = 2 ** 30;
    shift--;
  }
  if (!(multiplier >= 2 ** 30 && multiplier < 2 ** 31 && shift >= 0 && shift <= 31)) {
    throw new RangeError(`requantisation by ${scale}: a factor from 2^-32 to just under 1 wanted`);
  }
  return { multiplier, shift };
}

/** `accumulator` (int32) times the factor, rounded; the result fits 32 bits because the factor is below 1. */
export function requantise(accumulator: number, { multiplier, shift }: Requantisation): number {
  const fraction = BigInt(31 + shift);
  const product = BigInt(accumulator) * BigInt(multiplier);
  const magnitude = product < 0n ? -product : product;
  const rounded = Number((magnitude + (1n << (fraction - 1n))) >> fraction);
  return product < 0n ? 0 - rounded : rounded;
}
