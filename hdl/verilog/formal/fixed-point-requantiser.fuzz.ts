import { module, mux, SInt, UInt } from "../../lang/index.ts";

/**
 * Scales an accumulator by `multiplier` · 2^−(multiplierWidth + shift), rounded to the nearest integer with halves away
 * from zero, and saturates to int8: the arithmetic of `testbench/workloads/requantise.ts` in any width, in one cycle.
 *
 * Adds one half less one to a negative product, so that rounding down rounds its halves away from zero too.
 */
export const FixedPointRequantiser = (accumulatorWidth: number, multiplierWidth: number, shiftWidth: number) => {
  const productWidth = accumulatorWidth + multiplierWidth + 1;

  return module(
    "FixedPointRequantiser",
    {
      params: { accumulatorWidth, multiplierWidth },
      in: { accumulator: SInt(accumulatorWidth), multiplier: UInt(multiplierWidth), shift: UInt(shiftWidth) },
      out: { result: SInt(8) },
    },
    ({ accumulator, multiplier, shift }) => {
      const product = accumulator.mul(multiplier.extend(multiplierWidth + 1).asSInt());
      const half = UInt(productWidth + 1)
        .lit(2 ** (multiplierWidth - 1))
        .shl(shift)
        .asSInt();
      const isNegative = product.lt(0);
      const rounding = mux(isNegative, half.sub(1), half);
      const rounded = product
        .extend(productWidth + 1)
        .add(rounding)
        .shr(shift)
        .shr(multiplierWidth);
      const saturated = mux(rounded.gt(127), SInt(productWidth + 1).lit(127), rounded);
      return { result: mux(saturated.lt(-128), SInt(productWidth + 1).lit(-128), saturated).trunc(8) };
    },
  );
};
