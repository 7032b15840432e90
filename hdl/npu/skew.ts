import { module, pipe, SInt, Vec } from "../lang/index.ts";

/**
 * A triangle of registers that turns a row of `lanes` numbers of `width` bits into a slant or back.
 *
 *     "rising"              "falling"
 *     lane 0  ───────►      lane 0  ─▢─▢─►
 *     lane 1  ─▢─────►      lane 1  ─▢───►
 *     lane 2  ─▢─▢───►      lane 2  ─────►
 *
 * Lane i comes out i cycles later when `rising`, `lanes − 1 − i` cycles later when `falling`; one after the other, all
 * lanes are `lanes − 1` cycles late. The registers are not reset: what marks a number as valid goes beside it.
 */
export const Skew = <W extends number>(lanes: number, width: W, slant: "rising" | "falling") =>
  module(
    slant === "rising" ? "RisingSkew" : "FallingSkew",
    { params: { lanes, width }, in: { d: Vec(lanes, SInt(width)) }, out: { q: Vec(lanes, SInt(width)) } },
    ({ d }) => ({ q: d.map((lane, i) => delayed(lane, slant === "rising" ? i : lanes - 1 - i)) }),
  );

function delayed<W extends number>(signal: SInt<W>, cycles: number): SInt<W> {
  let last = signal;
  for (let i = 0; i < cycles; i++) {
    const stage = pipe(last);
    last = stage;
  }
  return last;
}
