import type { Dynamic, UInt } from "../../lang/index.ts";

/** The same number in `bits` bits: extended with zeros, or its low bits. */
export function resize<W extends number>(number: UInt<Dynamic>, bits: W): UInt<W> {
  return number.width <= bits ? number.extend(bits) : number.trunc(bits);
}
