import { Bool, cat, clog2, module, mux, reg, UInt, when } from "../../lang/index.ts";
import { Int32 } from "../config.ts";

/** Bits of the quotient for a square root, 2^60 / x. */
const rootBits = 61;
/** Steps of the division, then of the root. */
const rootSteps = 31;

/**
 * ⌊2^31 / x⌋, or with `root` ⌊2^30 / √x⌋, a bit a cycle; x below 1 counts as 1, and a result beyond int32 as its largest.
 *
 * `start` takes `x` and `root`; `done` comes with the result, which stays until the next start. Division by restoring
 * subtraction takes 61 cycles; the root of the quotient, digit by digit, 31 more. Since ⌊√⌊q⌋⌋ = ⌊√q⌋, rounding down in
 * between costs nothing.
 */
export const Reciprocal = module(
  "Reciprocal",
  { in: { start: Bool, root: Bool, x: Int32 }, out: { done: Bool, result: Int32 } },
  ({ start, root, x }) => {
    const divisor = reg(UInt(32));
    const rooting = reg(Bool);
    const dividing = reg(Bool, 0);
    const extracting = reg(Bool, 0);
    const finished = reg(Bool, 0);
    const count = reg(UInt(clog2(rootBits)), 0);
    const quotient = reg(UInt(rootBits));
    const rest = reg(UInt(33));
    const radicand = reg(UInt(2 * rootSteps));
    const rootRest = reg(UInt(34));
    const result = reg(UInt(rootSteps));

    // The dividend is a one with 31 or 60 zeros behind it: only the first step brings a one down.
    const first = mux(rooting, count.eq(0), count.eq(rootBits - 32));
    const brought = cat(rest.trunc(32), first);
    const fits = brought.ge(divisor.extend(33));

    const pair = radicand.bits(2 * rootSteps - 2, 2);
    const trial = cat(result, UInt(2).lit(1)).extend(34);
    const broughtPair = cat(rootRest.trunc(32), pair);
    const grows = broughtPair.ge(trial);

    finished.next = 0;
    when(start, () => {
      divisor.next = mux(x.gt(0), x.asUInt(), UInt(32).lit(1));
      rooting.next = root;
      dividing.next = 1;
      extracting.next = 0;
      count.next = 0;
      quotient.next = 0;
      rest.next = 0;
      result.next = 0;
    })
      .elseWhen(dividing, () => {
        rest.next = mux(fits, brought.sub(divisor.extend(33)), brought);
        const shifted = cat(quotient.trunc(rootBits - 1), fits);
        quotient.next = shifted;
        count.next = count.add(1);
        when(count.eq(rootBits - 1), () => {
          count.next = 0;
          dividing.next = 0;
          extracting.next = rooting;
          finished.next = rooting.not();
          radicand.next = shifted.extend(2 * rootSteps);
          rootRest.next = 0;
        });
      })
      .elseWhen(extracting, () => {
        rootRest.next = mux(grows, broughtPair.sub(trial), broughtPair);
        result.next = cat(result.trunc(rootSteps - 1), grows);
        radicand.next = radicand.shl(2);
        count.next = count.add(1);
        when(count.eq(rootSteps - 1), () => {
          extracting.next = 0;
          finished.next = 1;
        });
      });

    const large = quotient.shr(31).any();
    const divided = mux(large, UInt(31).lit(2 ** 31 - 1), quotient.trunc(31));
    return { done: finished, result: mux(rooting, result, divided).extend(32).asSInt() };
  },
);
