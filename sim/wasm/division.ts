import { type BinaryNode, ones } from "../../hdl/netlist/index.ts";
import type { Emitter } from "./emitter.ts";
import { Op } from "./opcodes.ts";
import { type Form, typeOf } from "./value-type.ts";

/** Pushes quotient or remainder of up to 64 bits, with the instruction kept from its two traps. */
export function pushDivision(to: Emitter, { kind, a, b, width }: BinaryNode): Form {
  const { code } = to;
  const type = typeOf(width);
  const signed = kind === "divs" || kind === "rems";
  const quotient = kind === "divu" || kind === "divs";
  const form: Form = signed ? "sign" : "zero";
  const [dividend, divisor] = [to.temporary(type), to.temporary(type)];
  to.push(a, form);
  code.set(dividend);
  to.push(b, form);
  code.set(divisor);

  const divide = (): void => {
    code.get(dividend);
    code.get(divisor);
    if (kind === "divu") to.typed(width, Op.i32DivU, Op.i64DivU);
    else if (kind === "divs") to.typed(width, Op.i32DivS, Op.i64DivS);
    else if (kind === "remu") to.typed(width, Op.i32RemU, Op.i64RemU);
    else to.typed(width, Op.i32RemS, Op.i64RemS);
  };
  // The smallest number divided by −1 overflows: −x is right for all x.
  const divideGuarded = (): void => {
    code.get(divisor);
    to.constant(width, -1n);
    to.typed(width, Op.i32Eq, Op.i64Eq);
    const negate = (): void => {
      to.constant(width, 0n);
      code.get(dividend);
      to.typed(width, Op.i32Sub, Op.i64Sub);
    };
    code.branch(type, negate, divide);
  };
  const divideByZero = (): void => {
    if (quotient) to.constant(width, signed ? -1n : ones(width));
    else code.get(dividend);
  };
  code.get(divisor);
  to.typed(width, Op.i32Eqz, Op.i64Eqz);
  code.branch(type, divideByZero, kind === "divs" ? divideGuarded : divide);
  // Only the quotient that overflows leaves its width.
  return kind === "divs" ? "any" : form;
}
