import { type Bool, cat, clog2, type Dynamic, fill, mux, UInt } from "../../lang/index.ts";
import { resize } from "./resize.ts";

/** A word of `bytes` bits of which the lowest `count` are 1; all of them for a count of `bytes` or more. */
export function lowest(count: UInt<Dynamic>, bytes: number): UInt<number> {
  const few = clog2(bytes + 1);
  const capped = mux(count.lt(bytes), resize(count, few), bytes);
  return UInt(bytes + 1)
    .lit(1)
    .shl(capped)
    .sub(1)
    .trunc(bytes);
}

/** `number` − `amount`, at least 0. */
export function less<W extends number>(number: UInt<W>, amount: number): UInt<W> {
  return mux(number.lt(amount), number.and(0), number.sub(amount));
}

/** The bytes of `data` whose bit in `mask` is 1, zeros for the others. */
export function masked(data: UInt<Dynamic>, mask: UInt<Dynamic>): UInt<Dynamic> {
  return data.and(
    cat(
      ...mask
        .asBools()
        .map((bit) => fill(8, bit))
        .reverse(),
    ),
  );
}

/** How many bits are 1. */
export function countOnes(bits: UInt<Dynamic>): UInt<Dynamic> {
  const width = clog2(bits.width + 1);
  let sums: UInt<Dynamic>[] = bits.asBools().map((bit: Bool) => bit.extend(width));
  while (sums.length > 1)
    sums = Array.from({ length: Math.ceil(sums.length / 2) }, (_, i) => {
      const [a, b] = sums.slice(2 * i, 2 * i + 2);
      return a && b ? a.add(b) : (a ?? UInt(width).lit(0));
    });
  return sums[0] ?? UInt(width).lit(0);
}
