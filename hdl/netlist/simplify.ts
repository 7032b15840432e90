import type {
  BinaryNode,
  CaseNode,
  CatNode,
  CompareNode,
  ExtendNode,
  MuxNode,
  Node,
  NodeId,
  ShiftNode,
  SliceNode,
} from "./design.ts";
import { ones } from "./semantics.ts";

/** How the rules look at a module: through everything that was simplified before. */
export interface View {
  node(id: NodeId): Node;
  /** Whether two operands are the same node by now. */
  same(a: NodeId, b: NodeId): boolean;
  /** A node with this constant. */
  constant(width: number, value: bigint): NodeId;
  /** A new node. */
  add(node: Node): NodeId;
}

/** A node of the same value that is there already, a simpler node to take its place, or null: as simple as it gets. */
export type Simpler = { readonly same: NodeId } | { readonly node: Node } | null;

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
      return view.node(node.a).width === 1 ? { same: node.a } : null;
    default:
      return null;
  }
}

function constantOf(view: View, id: NodeId): bigint | null {
  const node = view.node(id);
  return node.kind === "const" ? node.value : null;
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
  if (kind !== "eq" || view.node(a).width !== 1) return null;
  const left = constantOf(view, a);
  const [value, other] = right === null ? [left, b] : [right, a];
  if (value === null) return null;
  return value === 1n ? { same: other } : { node: { kind: "not", width: 1, a: other } };
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
  return arms.length < node.arms.length ? { node: { ...node, arms } } : null;
}

function simplifyCat(node: CatNode, view: View): Simpler {
  const [only] = node.parts;
  if (node.parts.length === 1 && only !== undefined) return { same: only };
  const parts: NodeId[] = [];
  for (const part of node.parts) {
    const high = parts.at(-1);
    const merged = high === undefined ? null : mergeParts(high, part, view);
    if (merged === null) parts.push(part);
    else parts[parts.length - 1] = merged;
  }
  return parts.length < node.parts.length ? { node: { ...node, parts } } : null;
}

/** Two neighbours in a cat as one: constants, or slices that meet. */
function mergeParts(highId: NodeId, lowId: NodeId, view: View): NodeId | null {
  const [high, low] = [view.node(highId), view.node(lowId)];
  const width = high.width + low.width;
  if (high.kind === "const" && low.kind === "const")
    return view.constant(width, (high.value << BigInt(low.width)) | low.value);
  if (high.kind !== "slice" || low.kind !== "slice") return null;
  if (!view.same(high.a, low.a) || high.low !== low.low + low.width) return null;
  return width === view.node(low.a).width ? low.a : view.add({ kind: "slice", width, a: low.a, low: low.low });
}

function simplifySlice(node: SliceNode, view: View): Simpler {
  const { width, low } = node;
  const inner = view.node(node.a);
  if (width === inner.width) return { same: node.a };
  const sliceOf = (a: NodeId, at: number): Simpler =>
    view.node(a).width === width ? { same: a } : { node: { kind: "slice", width, a, low: at } };
  switch (inner.kind) {
    case "slice":
      return sliceOf(inner.a, inner.low + low);
    case "zext":
    case "sext": {
      const from = view.node(inner.a).width;
      if (low + width <= from) return sliceOf(inner.a, low);
      return inner.kind === "zext" && low >= from ? { same: view.constant(width, 0n) } : null;
    }
    case "cat": {
      let at = inner.width;
      for (const part of inner.parts) {
        at -= view.node(part).width;
        if (low >= at) return low + width <= at + view.node(part).width ? sliceOf(part, low - at) : null;
      }
      return null;
    }
    default:
      return null;
  }
}

function simplifyExtend(node: ExtendNode, view: View): Simpler {
  const inner = view.node(node.a);
  if (inner.width === node.width) return { same: node.a };
  if (inner.kind === node.kind) return { node: { ...node, a: inner.a } };
  // The top bit of a true zero extension is 0, whatever extends it further.
  const zeroTop = inner.kind === "zext" && inner.width > view.node(inner.a).width;
  return zeroTop ? { node: { kind: "zext", width: node.width, a: inner.a } } : null;
}
