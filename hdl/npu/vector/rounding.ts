import { clog2, type Dynamic, mux, UInt } from "../../lang/index.ts";

/** How many bits a number of `width` bits takes without leading zeros: 0 to `width`, in clog2(width + 1) bits. */
export function bitLength(number: UInt<Dynamic>, width: number): UInt<Dynamic> {
  const result = clog2(width + 1);
  let rest = number;
  let length = UInt(result).lit(0);
  for (let step = 2 ** (clog2(width) - 1); step >= 1; step /= 2) {
    const upper = rest.shr(step);
    const long = upper.any();
    rest = mux(long, upper, rest);
    length = mux(long, length.add(step), length);
  }
  return mux(rest.any(), length.add(1), length);
}

/**
 * A magnitude rounded to its `significant` highest bits, halves to the even one, as a conversion to floating point does:
 * `kept` · 2^`dropped`. `kept` has one bit more, for a carry out.
 */
export function roundToSignificant(magnitude: UInt<Dynamic>, width: number, significant: number) {
  const length = bitLength(magnitude, width);
  const amount = clog2(width + 1);
  const long = length.gt(significant);
  const dropped = mux(long, length.sub(significant), UInt(amount).lit(0));
  return { kept: shiftToEven(magnitude, width, dropped).trunc(significant + 1), dropped };
}

/**
 * `magnitude` / 2^`amount`, to the nearest whole number, halves to the even one. `width` is the magnitude's; `amount` is
 * below it.
 */
export function shiftToEven(magnitude: UInt<Dynamic>, width: number, amount: UInt<Dynamic>): UInt<Dynamic> {
  const floor = magnitude.shr(amount);
  const lost = magnitude.sub(floor.shl(amount));
  const half = UInt(width).lit(1).shl(amount).shr(1);
  const up = lost.gt(half).or(lost.eq(half).and(half.any()).and(floor.bit(0)));
  return floor.add(up.extend(width));
}
