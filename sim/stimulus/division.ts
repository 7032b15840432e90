import { type BinaryNode, ones } from "../../hdl/netlist/index.ts";
import { Op } from "../wasm/opcodes.ts";
import { narrowed } from "./element-size.ts";
import { eachLane } from "./lane-loop.ts";
import { limbCall } from "./limb-call.ts";
import type { Computed, LaneValues } from "./values.ts";

/** Quotient or remainder, lane by lane; what the instruction traps on is kept from it and mended afterwards. */
export function division(values: LaneValues, node: BinaryNode): Computed {
  const { kind, a, b, width } = node;
  const { to } = values;
  if (width > 32) return limbCall(values, node);
  const quotient = kind === "divu" || kind === "divs";
  if (width === 1) {
    const vector = quotient ? to.or(values.bit(a), to.not(values.bit(b))) : to.andNot(values.bit(a), values.bit(b));
    return { vectors: [vector], zero: true, sign: true };
  }
  const signed = kind === "divs" || kind === "rems";
  const form = signed ? "sign" : "zero";
  const dividends = values.inElement(a, 32, form);
  const divisors = values.inElement(b, 32, form);
  const [zero, minusOne] = [to.constant(32, 0n), to.constant(32, -1n)];
  const byZero = divisors.map((divisor) => to.equal(32, divisor, zero));
  // The smallest number divided by −1 overflows: −x is right for all x.
  const negated = kind === "divs" ? divisors.map((divisor) => to.equal(32, divisor, minusOne)) : [];
  const safe = divisors.map((divisor, i) => {
    const nonzero = to.subtract(32, divisor, byZero[i] ?? -1);
    const mask = negated[i];
    return mask === undefined ? nonzero : to.select(mask, to.constant(32, 1n), nonzero);
  });
  const opcode = quotient ? (signed ? Op.i32DivS : Op.i32DivU) : signed ? Op.i32RemS : Op.i32RemU;
  const results = eachLane(values, { vectors: dividends, element: 32 }, { vectors: safe, element: 32 }, opcode);
  const mended = results.map((result, i) => {
    const [dividend, mask, none] = [dividends[i] ?? -1, negated[i], byZero[i] ?? -1];
    if (!quotient) return to.select(none, dividend, result);
    const right = mask === undefined ? result : to.select(mask, to.subtract(32, zero, dividend), result);
    return to.or(right, none);
  });
  const { element } = values.shapeOf(width);
  const cut = width === 32 ? mended : mended.map((vector) => to.and(vector, to.constant(32, ones(width))));
  return { vectors: narrowed(values.to, cut, 32, element, false), zero: true, sign: false };
}
