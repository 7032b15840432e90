import {
  type BinaryNode,
  type CatNode,
  type ExtendNode,
  type NodeId,
  ones,
  type ShiftNode,
} from "../../hdl/netlist/index.ts";
import { limbCount } from "../plan/slots.ts";
import type { Emitter } from "./emitter.ts";
import { copyWord, pushIndex, storageOf } from "./memory-access.ts";
import { Access, I32, Op } from "./opcodes.ts";
import { selectorOf } from "./operation.ts";
import { pushParts } from "./wiring.ts";

/** Computes a node of more than 64 bits into its home. */
export function computeWide(to: Emitter, id: NodeId): void {
  const { code } = to;
  const node = to.node(id);
  const { width } = node;
  const limbs = limbCount(width);
  const home = to.address(id);
  switch (node.kind) {
    case "not":
      code.i32(home);
      to.pushAddress(node.a);
      code.i32(to.plan.layout.homes.constant(ones(width), width));
      code.i32(limbs);
      to.call("xor");
      return;
    case "and":
    case "or":
    case "xor":
    case "add":
    case "sub":
    case "mul":
      code.i32(home);
      to.pushAddress(node.a);
      to.pushAddress(node.b);
      code.i32(limbs);
      to.call(node.kind === "sub" ? "subtract" : node.kind === "mul" ? "multiply" : node.kind);
      if (node.kind === "add" || node.kind === "sub" || node.kind === "mul") maskTop(to, home, width);
      return;
    case "divu":
    case "divs":
    case "remu":
    case "rems":
      divide(to, node, home);
      return;
    case "shl":
    case "shru":
    case "shrs":
      shift(to, node, home);
      return;
    case "mux":
      code.i32(home);
      to.pushAddress(node.a);
      to.pushAddress(node.b);
      to.push(node.select, "zero");
      code.op(Op.select);
      code.i32(4 * limbs);
      code.memoryCopy();
      return;
    case "case": {
      const matches = selectorOf(to, node.selector);
      code.i32(home);
      for (const { value } of node.arms) to.pushAddress(value);
      to.pushAddress(node.otherwise);
      for (const { match } of node.arms.toReversed()) {
        matches(match);
        code.op(Op.select);
      }
      code.i32(4 * limbs);
      code.memoryCopy();
      return;
    }
    case "cat":
      concatenate(to, node, home);
      return;
    case "slice":
      code.i32(home);
      to.pushAddress(node.a);
      code.i32(node.low);
      code.i32(limbs);
      to.call("slice");
      maskTop(to, home, width);
      return;
    case "zext":
    case "sext":
      extend(to, node, home);
      return;
    case "memRead": {
      const storage = storageOf(to.plan, node.memory);
      copyWord(code, storage, () => pushIndex(to, storage.memory, node.address), home);
      return;
    }
    default:
      throw new RangeError(`a node of kind ${node.kind} has nothing to compute`);
  }
}

/** Clears the bits of the top limb that are above the width. */
function maskTop({ code }: Emitter, home: number, width: number): void {
  if (width % 32 === 0) return;
  const top = home + 4 * (limbCount(width) - 1);
  code.storeAt(Access.store32, top, () => {
    code.loadFrom(Access.load32, top);
    code.i32(2 ** (width % 32) - 1);
    code.op(Op.i32And);
  });
}

function divide(to: Emitter, { kind, a, b, width }: BinaryNode, home: number): void {
  const { code } = to;
  const { scratch, scratchStride } = to.plan.layout;
  const quotient = kind === "divu" || kind === "divs";
  code.i32(quotient ? home : scratch);
  code.i32(quotient ? scratch : home);
  to.pushAddress(a);
  to.pushAddress(b);
  code.i32(limbCount(width));
  if (kind === "divu" || kind === "remu") to.call("divideUnsigned");
  else {
    code.i32(((width - 1) % 32) + 1);
    code.i32(scratch + scratchStride);
    to.call("divideSigned");
  }
  maskTop(to, home, width);
}

function shift(to: Emitter, { kind, a, b, width }: ShiftNode, home: number): void {
  const { code } = to;
  const limbs = limbCount(width);
  code.i32(home);
  to.pushAddress(a);
  to.pushClamped(b, 32 * limbs);
  code.i32(limbs);
  if (kind === "shl") to.call("shiftLeft");
  else {
    code.loadFrom(Access.load32, to.address(a) + 4 * (limbs - 1));
    if (kind === "shrs") {
      const top = to.temporary(I32);
      const unused = 32 * limbs - width;
      code.i32(unused);
      code.op(Op.i32Shl);
      code.i32(unused);
      code.op(Op.i32ShrS);
      code.tee(top);
      code.get(top);
      code.i32(31);
      code.op(Op.i32ShrS);
    } else code.i32(0);
    to.call("shiftRight");
  }
  maskTop(to, home, width);
}

/** Narrow parts side by side go in as one number of up to 64 bits. */
function concatenate(to: Emitter, { parts, width }: CatNode, home: number): void {
  const { code } = to;
  code.i32(home);
  code.i32(0);
  code.i32(4 * limbCount(width));
  code.memoryFill();
  let low = 0;
  let run: NodeId[] = [];
  let runWidth = 0;
  const insertRun = (): void => {
    if (run.length === 0) return;
    code.i32(home);
    code.i32(low);
    pushParts(to, run, 64, "zero");
    to.call("insertWord");
    low += runWidth;
    run = [];
    runWidth = 0;
  };
  for (const part of parts.toReversed()) {
    const own = to.width(part);
    if (own > 64 || runWidth + own > 64) insertRun();
    if (own > 64) {
      code.i32(home);
      code.i32(low);
      to.pushAddress(part);
      code.i32(limbCount(own));
      to.call("insert");
      low += own;
    } else {
      run = [part, ...run];
      runWidth += own;
    }
  }
  insertRun();
}

function extend(to: Emitter, { kind, a, width }: ExtendNode, home: number): void {
  const { code } = to;
  const from = to.width(a);
  const signed = kind === "sext";
  const own = from <= 64 ? 2 : limbCount(from);
  const sign = to.temporary(I32);
  if (from <= 64) {
    code.storeAt(Access.store64, home, () => to.pushAs(64, a, signed ? "sign" : "zero"));
    if (signed) {
      code.loadFrom(Access.load32, home + 4);
      code.i32(31);
      code.op(Op.i32ShrS);
      code.set(sign);
    }
  } else {
    code.i32(home);
    to.pushAddress(a);
    code.i32(4 * own);
    code.memoryCopy();
    if (signed) {
      const top = home + 4 * (own - 1);
      const unused = 32 * own - from;
      code.storeAt(Access.store32, top, () => {
        code.loadFrom(Access.load32, top);
        code.i32(unused);
        code.op(Op.i32Shl);
        code.i32(unused);
        code.op(Op.i32ShrS);
        code.tee(sign);
      });
      code.get(sign);
      code.i32(31);
      code.op(Op.i32ShrS);
      code.set(sign);
    }
  }
  const rest = 4 * (limbCount(width) - own);
  if (rest > 0) {
    code.i32(home + 4 * own);
    code.get(sign);
    code.i32(rest);
    code.memoryFill();
  }
  maskTop(to, home, width);
}
