import type {
  BinaryNode,
  CaseNode,
  CompareNode,
  ExtendNode,
  MuxNode,
  Node,
  NodeId,
  ReduceNode,
  ShiftNode,
} from "./design.ts";
import { constantOf, type Simpler, type View } from "./node-view.ts";
import { ones } from "./semantics.ts";
import { simplifyCat, simplifySlice } from "./simplify-wiring.ts";

/** One step of algebra on an operator with at least one operand that is not constant. The value never changes. */
export function simplify(node: Node, view: View): Simpler {
  switch (node.kind) {
    case "not": {
      const inner = view.node(node.a);
      return inner.kind === "not" ? { same: inner.a } : null;
    }
    case "and":
    case "or":
    case "xor":
      return simplifyBitwise(node, view);
    case "add":
    case "sub":
    case "mul":
    case "divu":
    case "divs":
    case "remu":
    case "rems":
      return simplifyArithmetic(node, view);
    case "eq":
    case "ltu":
    case "lts":
      return simplifyCompare(node, view);
    case "shl":
    case "shru":
    case "shrs":
      return simplifyShift(node, view);
    case "mux":
      return simplifyMux(node, view);
    case "case":
      return simplifyCase(node, view);
    case "cat":
      return simplifyCat(node, view);
    case "slice":
      return simplifySlice(node, view);
    case "zext":
    case "sext":
      return simplifyExtend(node, view);
    case "reduce":
      return simplifyReduce(node, view);
    default:
      return null;
  }
}

function simplifyBitwise(node: BinaryNode, view: View): Simpler {
  const { kind, width } = node;
  if (view.same(node.a, node.b)) return kind === "xor" ? { same: view.constant(width, 0n) } : { same: node.a };
  for (const [x, y] of [
    [node.a, node.b],
    [node.b, node.a],
  ] as const) {
    const value = constantOf(view, y);
    if (value === 0n) return kind === "and" ? { same: y } : { same: x };
    if (value !== ones(width)) continue;
    if (kind === "xor") return { node: { kind: "not", width, a: x } };
    return kind === "and" ? { same: x } : { same: y };
  }
  return null;
}

function simplifyArithmetic({ kind, width, a, b }: BinaryNode, view: View): Simpler {
  const [left, right] = [constantOf(view, a), constantOf(view, b)];
  switch (kind) {
    case "add":
      if (right === 0n) return { same: a };
      return left === 0n ? { same: b } : null;
    case "sub":
      if (right === 0n) return { same: a };
      return view.same(a, b) ? { same: view.constant(width, 0n) } : null;
    case "mul":
      if (right === 0n || left === 1n) return { same: b };
      return left === 0n || right === 1n ? { same: a } : null;
    case "divu":
      return right === 1n ? { same: a } : null;
    case "remu":
      return right === 1n ? { same: view.constant(width, 0n) } : null;
    // In one bit a signed 1 is −1, for which the same holds.
    case "divs":
      return right === 1n ? { same: a } : null;
    case "rems":
      return right === 1n ? { same: view.constant(width, 0n) } : null;
    default:
      return null;
  }
}

function simplifyCompare({ kind, a, b }: CompareNode, view: View): Simpler {
  if (view.same(a, b)) return { same: view.constant(1, kind === "eq" ? 1n : 0n) };
  const right = constantOf(view, b);
  if (kind === "ltu") return right === 0n ? { same: view.constant(1, 0n) } : null;
  if (kind !== "eq") return null;
  const left = constantOf(view, a);
  const [value, other] = right === null ? [left, b] : [right, a];
  return value === null ? null : equalToConstant(other, value, view);
}

/** More parts than these are compared as one word. */
const mostPartsCompared = 8;

function equalToConstant(a: NodeId, value: bigint, view: View): Simpler {
  const node = view.node(a);
  if (node.width === 1) return value === 1n ? { same: a } : { node: { kind: "not", width: 1, a } };
  const equals = (part: NodeId, wanted: bigint): NodeId => {
    const { width } = view.node(part);
    if (width === 1) return wanted === 1n ? part : view.add({ kind: "not", width: 1, a: part });
    return view.add({ kind: "eq", width: 1, a: part, b: view.constant(width, wanted) });
  };
  if (node.kind === "zext") {
    const { width } = view.node(node.a);
    return { same: value > ones(width) ? view.constant(1, 0n) : equals(node.a, value) };
  }
  if (node.kind !== "cat" || node.parts.length > mostPartsCompared) return null;
  let above = node.width;
  const matches = node.parts.map((part) => {
    const { width } = view.node(part);
    above -= width;
    return equals(part, BigInt.asUintN(width, value >> BigInt(above)));
  });
  return { same: chain("and", matches, view) };
}

/** An operator of one bit on all of them. */
function chain(kind: "and" | "or" | "xor", bits: readonly NodeId[], view: View): NodeId {
  return bits.reduce((a, b) => view.add({ kind, width: 1, a, b }));
}

function simplifyReduce({ op, a }: ReduceNode, view: View): Simpler {
  const inner = view.node(a);
  if (inner.width === 1) return { same: a };
  const reduced = (part: NodeId): NodeId =>
    view.node(part).width === 1 ? part : view.add({ kind: "reduce", width: 1, op, a: part });
  switch (inner.kind) {
    case "cat":
      return { same: chain(op, inner.parts.map(reduced), view) };
    case "not": {
      if (op === "xor") return null;
      const opposite = op === "and" ? "or" : "and";
      const found = view.add({ kind: "reduce", width: 1, op: opposite, a: inner.a });
      return { node: { kind: "not", width: 1, a: found } };
    }
    case "zext":
      return { same: op === "and" ? view.constant(1, 0n) : reduced(inner.a) };
    case "sext":
      return op === "xor" ? null : { same: reduced(inner.a) };
    default:
      return null;
  }
}

function simplifyShift({ kind, width, a, b }: ShiftNode, view: View): Simpler {
  const value = constantOf(view, a);
  if (value === 0n || (kind === "shrs" && value === ones(width))) return { same: a };
  const amount = constantOf(view, b);
  if (amount === 0n) return { same: a };
  return amount !== null && amount >= BigInt(width) && kind !== "shrs" ? { same: view.constant(width, 0n) } : null;
}

function simplifyMux(node: MuxNode, view: View): Simpler {
  const select = constantOf(view, node.select);
  if (select !== null) return { same: select === 1n ? node.a : node.b };
  if (view.same(node.a, node.b)) return { same: node.a };
  const inverted = view.node(node.select);
  if (inverted.kind === "not") return { node: { ...node, select: inverted.a, a: node.b, b: node.a } };
  const [taken, other] = [view.node(node.a), view.node(node.b)];
  if (taken.kind === "mux" && view.same(taken.select, node.select)) return { node: { ...node, a: taken.a } };
  if (other.kind === "mux" && view.same(other.select, node.select)) return { node: { ...node, b: other.b } };
  if (node.width !== 1) return null;
  const [a, b] = [constantOf(view, node.a), constantOf(view, node.b)];
  if (a === 1n && b === 0n) return { same: node.select };
  return a === 0n && b === 1n ? { node: { kind: "not", width: 1, a: node.select } } : null;
}

function simplifyCase(node: CaseNode, view: View): Simpler {
  const selector = constantOf(view, node.selector);
  if (selector !== null) return { same: node.arms.find(({ match }) => match === selector)?.value ?? node.otherwise };
  const arms = node.arms.filter(({ value }) => !view.same(value, node.otherwise));
  if (arms.length === 0) return { same: node.otherwise };
  if (view.node(node.selector).width === 1) {
    const valueAt = (wanted: bigint): NodeId => arms.find(({ match }) => match === wanted)?.value ?? node.otherwise;
    return { node: { kind: "mux", width: node.width, select: node.selector, a: valueAt(1n), b: valueAt(0n) } };
  }
  return arms.length < node.arms.length ? { node: { ...node, arms } } : null;
}

function simplifyExtend(node: ExtendNode, view: View): Simpler {
  const inner = view.node(node.a);
  if (inner.width === node.width) return { same: node.a };
  if (inner.kind === node.kind) return { node: { ...node, a: inner.a } };
  // The top bit of a true zero extension is 0, whatever extends it further.
  const zeroTop = inner.kind === "zext" && inner.width > view.node(inner.a).width;
  return zeroTop ? { node: { kind: "zext", width: node.width, a: inner.a } } : null;
}
