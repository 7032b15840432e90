import { roundToEven } from "./round-to-even.ts";

/**
 * Scaling of int32 sums as the vector unit does it, exact to the bit.
 *
 * The factor is `multiplier` · 2^−(24 + shift), a single-precision number. The sum becomes single precision, is
 * multiplied by the factor in single precision and rounded to the nearest whole number, halves to the even one: the
 * arithmetic of ONNX Runtime's QLinearMatMul (`MlasRequantizeOutput`).
 */
export interface SingleScale {
  /** 0, or 2^23 to 2^24 − 1. */
  readonly multiplier: number;
  /** 0 to 31. */
  readonly shift: number;
}

/** How a requantised row becomes int8. */
export interface Int8Range {
  readonly zeroPoint: number;
  readonly low: number;
  readonly high: number;
}

/** The factor itself. */
export const factorOf = ({ multiplier, shift }: SingleScale): number => multiplier * 2 ** -(24 + shift);

/** The word of the scale memory: multiplier in bits 23:0, shift in bits 28:24. */
export const scaleWord = ({ multiplier, shift }: SingleScale): number => multiplier + shift * 2 ** 24;

/** The largest factor, a step of single precision below 1. */
const largest = 1 - 2 ** -24;

/**
 * The factor nearest to `scale`; for 1 that is 1 − 2^−24, which leaves every sum below 2^23 as it is.
 * @throws RangeError unless 2^−32 ≤ scale ≤ 1, before and after rounding
 */
export function singleScale(scale: number): SingleScale {
  const single = scale <= 1 ? Math.min(largest, Math.fround(scale)) : scale;
  let shift = 0;
  let mantissa = single;
  while (mantissa < 0.5 && shift < 32) {
    mantissa *= 2;
    shift++;
  }
  if (!(mantissa >= 0.5 && mantissa < 1 && shift <= 31))
    throw new RangeError(`requantisation by ${scale}: a factor from 2^-32 to 1 wanted`);
  return { multiplier: mantissa * 2 ** 24, shift };
}

/** `sum` (int32) as int8. Where `low` is above `high` the lower bound goes first, as in the hardware. */
export function requantiseSingle(sum: number, scale: SingleScale, { zeroPoint, low, high }: Int8Range): number {
  const scaled = Math.fround(Math.fround(sum) * factorOf(scale));
  const rounded = roundToEven(Math.min(1000, Math.max(-1000, scaled))) + zeroPoint;
  return rounded < low ? low : rounded > high ? high : rounded;
}
