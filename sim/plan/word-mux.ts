import type { CatNode, Node, NodeId } from "../../hdl/netlist/index.ts";

/** The nodes so far, and a place for new ones. */
interface Nodes {
  node(id: NodeId): Node;
  add(node: Node): NodeId;
}

/** Words are put together from words of muxes, of muxes, to this depth. */
const deepest = 4;

/** Of the bits that choose parts of a cat, those that choose most of them are tried. */
const mostTried = 4;

/**
 * The mux between two words that a cat comes to whose parts are chosen by the same bit, bit by bit and field by field, as
 * where a register is written field by field or else keeps what it has: null unless one of the words is at hand, and with
 * it all of its fields go. Parts that are not chosen by that bit are in both words.
 */
export function wordMux({ width, parts }: CatNode, nodes: Nodes): Node | null {
  for (const select of selectsOf(parts, nodes)) {
    const [a, b] = sidesOf(parts, select, nodes);
    const [wholeA, wholeB] = [wholeOf(a, nodes, deepest), wholeOf(b, nodes, deepest)];
    if (wholeA === null && wholeB === null) continue;
    const made = (whole: Node | NodeId | null, side: readonly NodeId[]): NodeId =>
      typeof whole === "number" ? whole : nodes.add(whole ?? { kind: "cat", width, parts: side });
    return { kind: "mux", width, select, a: made(wholeA, a), b: made(wholeB, b) };
  }
  return null;
}

/** The bits that choose at least two of the parts, those that choose most first. */
function selectsOf(parts: readonly NodeId[], nodes: Nodes): NodeId[] {
  const counts = new Map<NodeId, number>();
  for (const part of parts) {
    const node = nodes.node(part);
    if (node.kind === "mux") counts.set(node.select, (counts.get(node.select) ?? 0) + 1);
  }
  const several = [...counts].filter(([, count]) => count > 1).sort(([, a], [, b]) => b - a);
  return several.slice(0, mostTried).map(([select]) => select);
}

/** The parts where a bit is 1, and where it is 0. */
function sidesOf(parts: readonly NodeId[], select: NodeId, nodes: Nodes): [NodeId[], NodeId[]] {
  const side = (one: boolean): NodeId[] =>
    parts.map((part) => {
      const node = nodes.node(part);
      return node.kind === "mux" && node.select === select ? (one ? node.a : node.b) : part;
    });
  return [side(true), side(false)];
}

/** The word that parts side by side are, where it is at hand: constant, a slice, or a choice between such words. */
function wholeOf(parts: readonly NodeId[], nodes: Nodes, depth: number): Node | NodeId | null {
  const constant = constantOf(parts, nodes);
  if (constant) return constant;
  const slice = sliceOf(parts, nodes);
  if (slice !== null) return slice;
  const [first = -1] = parts;
  const node = nodes.node(first);
  if (depth === 0 || node.kind !== "mux") return null;
  const { select } = node;
  const isChosen = (part: NodeId): boolean => {
    const other = nodes.node(part);
    return other.kind === "mux" && other.select === select;
  };
  if (!parts.every(isChosen)) return null;
  const [a, b] = sidesOf(parts, select, nodes).map((side) => wholeOf(side, nodes, depth - 1));
  if (a === null || a === undefined || b === null || b === undefined) return null;
  const made = (whole: Node | NodeId): NodeId => (typeof whole === "number" ? whole : nodes.add(whole));
  const width = parts.reduce((sum, part) => sum + nodes.node(part).width, 0);
  return { kind: "mux", width, select, a: made(a), b: made(b) };
}

function constantOf(parts: readonly NodeId[], nodes: Nodes): Node | null {
  let [width, value] = [0, 0n];
  for (const part of parts) {
    const node = nodes.node(part);
    if (node.kind !== "const") return null;
    value = (value << BigInt(node.width)) | node.value;
    width += node.width;
  }
  return { kind: "const", width, value };
}

/** Slices that meet, from the top down. */
function sliceOf(parts: readonly NodeId[], nodes: Nodes): Node | NodeId | null {
  let [of, low, width] = [-1, 0, 0];
  for (const part of parts) {
    const node = nodes.node(part);
    if (node.kind !== "slice" || (of >= 0 && (node.a !== of || node.low + node.width !== low))) return null;
    of = node.a;
    low = node.low;
    width += node.width;
  }
  if (of < 0) return null;
  return nodes.node(of).width === width ? of : { kind: "slice", width, a: of, low };
}
