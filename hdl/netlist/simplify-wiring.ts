import type { CatNode, ConstNode, Node, NodeId, SliceNode } from "./design.ts";
import { constantOf, type Simpler, type View } from "./node-view.ts";

/** One step on a cat: neighbours that meet, copies of a top bit and zeros on top become one part. */
export function simplifyCat(node: CatNode, view: View): Simpler {
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

/** Two neighbours in a cat as one: constants, or slices that meet, of which a slice may be all of its operand. */
export function joined(high: Node, low: Node, view: Pick<View, "same">): ConstNode | SliceNode | null {
  const width = high.width + low.width;
  if (high.kind === "const" && low.kind === "const")
    return { kind: "const", width, value: (high.value << BigInt(low.width)) | low.value };
  if (high.kind !== "slice" || low.kind !== "slice") return null;
  if (!view.same(high.a, low.a) || high.low !== low.low + low.width) return null;
  return { kind: "slice", width, a: low.a, low: low.low };
}

function mergeParts(high: NodeId, low: NodeId, view: View): NodeId | null {
  const node = joined(view.node(high), view.node(low), view);
  if (node?.kind === "const") return view.constant(node.width, node.value);
  return node && (node.width === view.node(node.a).width ? node.a : view.add(node));
}

/** One step on a slice: it takes of what is wired together below only what it needs. */
export function simplifySlice(node: SliceNode, view: View): Simpler {
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
