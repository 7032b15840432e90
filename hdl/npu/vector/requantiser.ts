import { Bundle, clog2, module, mux, pipe, UInt } from "../../lang/index.ts";
import { Int8, Int32 } from "../config.ts";
import { roundToSignificant, shiftToEven } from "./rounding.ts";

/**
 * How sums become int8: q = clamp(round(sum · scale) + zeroPoint, low, high).
 *
 * The scale is `multiplier` · 2^−(24 + `shift`), with `multiplier` 0 or from 2^23 to 2^24 − 1: any single-precision number
 * from 2^−32 to just under 1, without loss.
 */
export const Scale = Bundle({ multiplier: UInt(24), shift: UInt(5), zeroPoint: Int8, low: Int8, high: Int8 });

/** Bits of a single-precision significand. */
const significand = 24;
/** Shifts by more give 0 like this one does. */
const mostShift = significand + 2;

/**
 * Requantises one sum a cycle, four cycles from `sum` and `scale` to `q`.
 *
 *     │ magnitude,      │ times       │ product to  │ shift to a whole number,
 *     │ to 24 bits      │ multiplier  │ 24 bits     │ sign, zero point, clamp
 *
 * Every rounding is to the nearest, halves to the even one. It is the arithmetic of ONNX Runtime's QLinearMatMul and
 * QLinearConv (`MlasRequantizeOutput`), bit for bit: the int32 sum becomes single precision, is multiplied by the
 * single-precision scale, clamped, and rounded to the nearest even whole number; the zero point is added last.
 */
export const Requantiser = module(
  "Requantiser",
  { in: { sum: Int32, scale: Scale }, out: { q: Int8 } },
  ({ sum, scale }) => {
    const magnitude = mux(sum.lt(0), sum.neg(), sum).asUInt();
    const rounded = roundToSignificant(magnitude, 32, significand);
    const factor = pipe(rounded.kept.trunc(significand + 1));
    const factorExponent = pipe(rounded.dropped);
    const negative = pipe(sum.lt(0));
    const scale1 = pipe(scale);

    const product = pipe(factor.mul(scale1.multiplier));
    const productExponent = pipe(factorExponent);
    const negative2 = pipe(negative);
    const scale2 = pipe(scale1);

    const width = 2 * significand + 1;
    const single = roundToSignificant(product, width, significand);
    const exponentBits = 7;
    const up = single.dropped.extend(exponentBits).add(productExponent.extend(exponentBits));
    const down = scale2.shift.extend(exponentBits).add(significand);
    const value = pipe(single.kept.trunc(significand + 1));
    const huge = pipe(up.ge(down)); // at least 2^23: beyond any int8
    const shift = pipe(mux(down.sub(up).gt(mostShift), UInt(exponentBits).lit(mostShift), down.sub(up)));
    const negative3 = pipe(negative2);
    const scale3 = pipe(scale2);

    const wide = mostShift + 1;
    const whole = shiftToEven(value.extend(wide), wide, shift.trunc(clog2(wide)));
    const large = huge.and(value.any()).or(whole.ge(512));
    const bounded = mux(large, UInt(wide).lit(511), whole).trunc(11).asSInt();
    const signed = mux(negative3, bounded.neg(), bounded).add(scale3.zeroPoint.extend(11));
    const low = scale3.low.extend(11);
    const high = scale3.high.extend(11);
    const clamped = mux(signed.lt(low), low, mux(signed.gt(high), high, signed));
    return { q: pipe(clamped.trunc(8)) };
  },
);
