import {
  type BinaryNode,
  type CaseNode,
  type CompareNode,
  type Node,
  type NodeId,
  ones,
} from "../../hdl/netlist/index.ts";
import { limbCount } from "../plan/slots.ts";
import { pushDivision } from "./division.ts";
import type { Emitter } from "./emitter.ts";
import { pushWord } from "./memory-access.ts";
import { Op } from "./opcodes.ts";
import { pushShift } from "./shift.ts";
import { type Form, typeOf } from "./value-type.ts";
import { pushCat, pushExtension, pushSlice } from "./wiring.ts";

/**
 * Pushes the value of a node of up to 64 bits, computed from its operands, preferably in the form that is wanted. Each
 * operand is asked for once. The result says which form it has.
 */
export function pushOperation(to: Emitter, id: NodeId, wanted: Form): Form {
  const node = to.node(id);
  const { width } = node;
  switch (node.kind) {
    case "not":
      to.push(node.a, wanted);
      to.constant(width, wanted === "zero" ? ones(width) : -1n);
      to.typed(width, Op.i32Xor, Op.i64Xor);
      return wanted;
    case "and":
      // One operand with zeros above suffices.
      to.push(node.a, wanted);
      to.push(node.b, wanted === "zero" ? "any" : wanted);
      to.typed(width, Op.i32And, Op.i64And);
      return wanted;
    case "or":
    case "xor":
      to.push(node.a, wanted);
      to.push(node.b, wanted);
      if (node.kind === "or") to.typed(width, Op.i32Or, Op.i64Or);
      else to.typed(width, Op.i32Xor, Op.i64Xor);
      return wanted;
    case "add":
    case "sub":
    case "mul":
      return pushArithmetic(to, node, wanted);
    case "divu":
    case "divs":
    case "remu":
    case "rems":
      return pushDivision(to, node);
    case "shl":
    case "shru":
    case "shrs":
      return pushShift(to, node, wanted);
    case "eq":
    case "ltu":
    case "lts":
      pushComparison(to, node);
      return "zero";
    case "mux":
      to.push(node.a, wanted);
      to.push(node.b, wanted);
      to.push(node.select, "zero");
      to.code.op(Op.select);
      return wanted;
    case "case":
      pushCase(to, node, wanted);
      return wanted;
    case "cat":
      return pushCat(to, node, wanted);
    case "slice":
      return pushSlice(to, node, wanted);
    case "zext":
    case "sext":
      return pushExtension(to, node);
    case "reduce":
      pushReduction(to, node);
      return "zero";
    case "memRead":
      pushWord(to, node);
      return "zero";
    default:
      throw new RangeError(`a node of kind ${node.kind} has nothing to compute`);
  }
}

/** Where the bounds of the operands show that nothing overflows, the result is in the form of the operands. */
function pushArithmetic(to: Emitter, node: BinaryNode, wanted: Form): Form {
  const { kind, a, b, width } = node;
  const bits = (of: (id: NodeId) => number): number => (kind === "mul" ? of(a) + of(b) : Math.max(of(a), of(b)) + 1);
  const exact = (form: Form): boolean => {
    if (form === "sign") return bits((id) => to.signed(id)) <= width;
    return form === "zero" && kind !== "sub" && bits((id) => to.unsigned(id)) <= width;
  };
  const form: Form = exact(wanted) ? wanted : "any";
  to.push(a, form);
  to.push(b, form);
  if (kind === "add") to.typed(width, Op.i32Add, Op.i64Add);
  else if (kind === "sub") to.typed(width, Op.i32Sub, Op.i64Sub);
  else to.typed(width, Op.i32Mul, Op.i64Mul);
  return form;
}

function pushComparison(to: Emitter, { kind, a, b }: CompareNode): void {
  const width = to.width(a);
  if (width > 64) {
    to.pushAddress(a);
    to.pushAddress(b);
    to.code.i32(limbCount(width));
    if (kind === "lts") to.code.i32(((width - 1) % 32) + 1);
    to.call(kind === "eq" ? "equal" : kind === "ltu" ? "lessUnsigned" : "lessSigned");
    return;
  }
  const zero = kind === "eq" ? [a, b].find((id) => isZero(to.node(id))) : undefined;
  if (zero !== undefined) {
    to.push(zero === a ? b : a, "zero");
    to.typed(width, Op.i32Eqz, Op.i64Eqz);
    return;
  }
  const form: Form = kind === "lts" ? "sign" : "zero";
  to.push(a, form);
  to.push(b, form);
  if (kind === "eq") to.typed(width, Op.i32Eq, Op.i64Eq);
  else if (kind === "ltu") to.typed(width, Op.i32LtU, Op.i64LtU);
  else to.typed(width, Op.i32LtS, Op.i64LtS);
}

function isZero(node: Node): boolean {
  return node.kind === "const" && node.value === 0n;
}

/** All arms, then a select for each from the last to the first: the first match wins. */
function pushCase(to: Emitter, node: CaseNode, wanted: Form): void {
  const matches = selectorOf(to, node.selector);
  for (const { value } of node.arms) to.push(value, wanted);
  to.push(node.otherwise, wanted);
  for (const { match } of node.arms.toReversed()) {
    matches(match);
    to.code.op(Op.select);
  }
}

/** Computes a selector of any width once; what it returns pushes whether it has a value. */
export function selectorOf(to: Emitter, selector: NodeId): (match: bigint) => void {
  const { code } = to;
  const width = to.width(selector);
  if (width > 64)
    return (match) => {
      to.pushAddress(selector);
      code.i32(to.plan.layout.homes.constant(match, width));
      code.i32(limbCount(width));
      to.call("equal");
    };
  const value = to.temporary(typeOf(width));
  to.push(selector, "zero");
  code.set(value);
  return (match) => {
    code.get(value);
    to.constant(width, match);
    to.typed(width, Op.i32Eq, Op.i64Eq);
  };
}

function pushReduction(to: Emitter, { op, a }: Extract<Node, { kind: "reduce" }>): void {
  const { code } = to;
  const width = to.width(a);
  if (width > 64) {
    to.pushAddress(a);
    if (op === "and") code.i32(to.plan.layout.homes.constant(ones(width), width));
    code.i32(limbCount(width));
    to.call(op === "and" ? "equal" : op === "or" ? "any" : "parity");
    return;
  }
  to.push(a, "zero");
  if (op === "xor") {
    to.typed(width, Op.i32Popcnt, Op.i64Popcnt);
    if (width > 32) code.op(Op.i32WrapI64);
    code.i32(1);
    code.op(Op.i32And);
    return;
  }
  to.constant(width, op === "and" ? ones(width) : 0n);
  if (op === "and") to.typed(width, Op.i32Eq, Op.i64Eq);
  else to.typed(width, Op.i32Ne, Op.i64Ne);
}
