import type { ShiftNode } from "../../hdl/netlist/index.ts";
import type { Emitter } from "./emitter.ts";
import { I32, Op } from "./opcodes.ts";
import { type Form, typeOf } from "./value-type.ts";

/** Pushes a value of up to 64 bits, shifted by an amount of any width. */
export function pushShift(to: Emitter, node: ShiftNode, wanted: Form): Form {
  const { kind, a, b, width } = node;
  const { code } = to;
  const amount = to.node(b);
  const size = typeOf(width) === I32 ? 32 : 64;
  const shift = (): void => {
    if (kind === "shl") to.typed(width, Op.i32Shl, Op.i64Shl);
    else if (kind === "shru") to.typed(width, Op.i32ShrU, Op.i64ShrU);
    else to.typed(width, Op.i32ShrS, Op.i64ShrS);
  };
  const operandForm: Form = kind === "shl" ? "any" : kind === "shru" ? "zero" : "sign";
  const resultForm = operandForm;

  if (amount.kind === "const") {
    const beyond = amount.value >= BigInt(width);
    if (beyond && kind !== "shrs") {
      to.constant(width, 0n);
      return "zero";
    }
    const places = beyond ? width - 1 : Number(amount.value);
    const exact = kind === "shl" && wanted === "zero" && to.unsigned(a) + places <= width;
    to.push(a, exact ? "zero" : operandForm);
    to.constant(width, BigInt(places));
    shift();
    return exact ? "zero" : resultForm;
  }

  // The instruction takes the amount modulo the size of its type.
  const small = to.unsigned(b) < 7 && 2 ** to.unsigned(b) <= size;
  if (small || kind === "shrs") {
    to.push(a, operandForm);
    to.pushClamped(b, size - 1);
    if (size === 64) code.op(Op.i64ExtendI32U);
    shift();
    return resultForm;
  }
  const places = to.temporary(I32);
  to.push(a, operandForm);
  to.pushClamped(b, size);
  code.tee(places);
  if (size === 64) code.op(Op.i64ExtendI32U);
  shift();
  to.constant(width, 0n);
  code.get(places);
  code.i32(size);
  code.op(Op.i32LtU, Op.select);
  return resultForm;
}
