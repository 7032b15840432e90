import type { CatNode, ExtendNode, NodeId, SliceNode } from "../../hdl/netlist/index.ts";
import type { Emitter } from "./emitter.ts";
import { Access, Op } from "./opcodes.ts";
import type { Form } from "./value-type.ts";

/** Pushes a concatenation of up to 64 bits. */
export function pushCat(to: Emitter, { parts, width }: CatNode, wanted: Form): Form {
  return pushParts(to, parts, width, wanted);
}

/** Pushes parts, most significant first, side by side in the type that holds `width` bits; their widths sum to no more. */
export function pushParts(to: Emitter, parts: readonly NodeId[], width: number, wanted: Form): Form {
  let low = parts.reduce((sum, part) => sum + to.width(part), 0);
  let pushed = false;
  let form: Form = "zero";
  parts.forEach((part, index) => {
    low -= to.width(part);
    const node = to.node(part);
    if (node.kind === "const" && node.value === 0n) return;
    // What is above the top part is above all.
    const own: Form = index === 0 ? wanted : "zero";
    if (index === 0) form = wanted;
    to.pushAs(width, part, own);
    if (low > 0) {
      to.constant(width, BigInt(low));
      to.typed(width, Op.i32Shl, Op.i64Shl);
    }
    if (pushed) to.typed(width, Op.i32Or, Op.i64Or);
    pushed = true;
  });
  if (!pushed) to.constant(width, 0n);
  return form;
}

/** Pushes up to 64 bits of a value of any width. */
export function pushSlice(to: Emitter, { a, low, width }: SliceNode, wanted: Form): Form {
  const { code } = to;
  const from = to.width(a);
  if (from > 64) return pushBits(to, to.address(a), low, width);
  const topmost = low + width === from;
  const nothingAbove = low + width >= to.unsigned(a);
  const form: Form = wanted === "sign" && topmost ? "sign" : wanted === "zero" && nothingAbove ? "zero" : "any";
  to.push(a, form);
  if (low > 0) {
    to.constant(from, BigInt(low));
    if (form === "sign") to.typed(from, Op.i32ShrS, Op.i64ShrS);
    else to.typed(from, Op.i32ShrU, Op.i64ShrU);
  }
  if (from > 32 && width <= 32) code.op(Op.i32WrapI64);
  return form;
}

/** Pushes bits `low` to `low` + `width` − 1, at most 64, of a number in memory. */
function pushBits(to: Emitter, address: number, low: number, width: number): Form {
  const { code } = to;
  const byte = address + Math.floor(low / 8);
  const bit = low % 8;
  const one = bit + width <= 32;
  code.loadFrom(one ? Access.load32 : Access.load64, byte);
  if (bit > 0) {
    if (one) code.i32(bit);
    else code.i64(BigInt(bit));
    code.op(one ? Op.i32ShrU : Op.i64ShrU);
  }
  if (bit + width > 64) {
    code.loadFrom(Access.load64From8, byte + 8);
    code.i64(BigInt(64 - bit));
    code.op(Op.i64Shl, Op.i64Or);
  }
  if (!one && width <= 32) code.op(Op.i32WrapI64);
  return "any";
}

/** Pushes an extension to up to 64 bits. */
export function pushExtension(to: Emitter, { kind, a, width }: ExtendNode): Form {
  const form: Form = kind === "zext" ? "zero" : "sign";
  to.pushAs(width, a, form);
  return form;
}
