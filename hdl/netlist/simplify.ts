import type {
  BinaryNode,
  CaseNode,
  CatNode,
  CompareNode,
  ExtendNode,
  MuxNode,
  Node,
  NodeId,
  ReduceNode,
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
      return simplifyReduce(node, view);
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
  const extended = withoutSignCopies(parts, view);
  const [high = 0, ...rest] = extended;
  const low = rest.length > 0 && constantOf(view, high) === 0n ? rest : null;
  if (low) return { node: { kind: "zext", width: node.width, a: catOf(low, view) } };
  return extended.length < node.parts.length ? { node: { ...node, parts: extended } } : null;
}

function catOf(parts: readonly NodeId[], view: View): NodeId {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  return view.add({ kind: "cat", width: parts.reduce((sum, part) => sum + view.node(part).width, 0), parts });
}

/** Parts of a cat, with copies of the top bit of the part below them made its sign extension. */
function withoutSignCopies(parts: readonly NodeId[], view: View): NodeId[] {
  const result: NodeId[] = [];
  for (let at = parts.length - 1; at >= 0; ) {
    const low = parts[at] ?? 0;
    let first = at;
    while (first > 0 && isTopBit(parts[first - 1] ?? 0, low, view)) first--;
    const width = view.node(low).width + at - first;
    result.unshift(first === at ? low : view.add({ kind: "sext", width, a: low }));
    at = first - 1;
  }
  return result;
}

function isTopBit(bitId: NodeId, wordId: NodeId, view: View): boolean {
  const [bit, word] = [view.node(bitId), view.node(wordId)];
  if (bit.width !== 1 || word.kind === "const") return false;
  if (word.width === 1 && view.same(bitId, wordId)) return true;
  if (bit.kind !== "slice") return false;
  if (view.same(bit.a, wordId)) return bit.low === word.width - 1;
  return word.kind === "slice" && view.same(bit.a, word.a) && bit.low === word.low + word.width - 1;
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
      const parts: NodeId[] = [];
      let at = inner.width;
      for (const part of inner.parts) {
        const top = at;
        at -= view.node(part).width;
        if (top <= low || at >= low + width) continue;
        const [from, to] = [Math.max(low, at) - at, Math.min(low + width, top) - at];
        if (to - from === width) return sliceOf(part, from);
        parts.push(to - from === top - at ? part : view.add({ kind: "slice", width: to - from, a: part, low: from }));
      }
      return { node: { kind: "cat", width, parts } };
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
