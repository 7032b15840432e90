import { type CatNode, joined, type MuxNode, type Node, type NodeId, type View } from "../../hdl/netlist/index.ts";

/** The nodes so far, and a place for new ones. */
interface Nodes extends Pick<View, "node" | "same" | "add"> {
  /** How many nodes have it as an operand. */
  uses(id: NodeId): number;
}

/** A word that is at hand: a node, or what is to be made of such words. */
type Word = NodeId | Exclude<Node, MuxNode> | WordMux;
interface WordMux {
  readonly kind: "mux";
  readonly width: number;
  readonly select: NodeId;
  readonly a: Word;
  readonly b: Word;
}

/** Words at hand are choices between choices, to this depth. */
const deepest = 4;

/** Of the bits that choose parts of a cat, those that choose most of them are tried. */
const mostTried = 4;

/**
 * The mux between two words that a cat comes to where one bit chooses its parts, as where a register is written field by
 * field or else keeps what it has. Null unless one of the words is at hand, so that one mux takes the place of those of
 * the fields, which nothing else may use. Parts that the bit does not choose are in both words.
 */
export function wordMux({ width, parts }: CatNode, nodes: Nodes): Node | null {
  for (const select of selectsOf(parts, nodes)) {
    const [whenOne, whenZero] = sidesOf(parts, select, nodes);
    const [a, b] = [wordAtHand(whenOne, nodes, deepest), wordAtHand(whenZero, nodes, deepest)];
    if (a === null && b === null) continue;
    const word = (atHand: Word | null, side: readonly NodeId[]): NodeId =>
      made(atHand ?? { kind: "cat", width, parts: side }, nodes);
    return { kind: "mux", width, select, a: word(a, whenOne), b: word(b, whenZero) };
  }
  return null;
}

/** The bits that choose at least two of the parts, those that choose most first. */
function selectsOf(parts: readonly NodeId[], nodes: Nodes): NodeId[] {
  const counts = new Map<NodeId, number>();
  for (const part of parts) {
    const choice = choiceOf(part, nodes);
    if (choice) counts.set(choice.select, (counts.get(choice.select) ?? 0) + 1);
  }
  const several = [...counts].filter(([, count]) => count > 1).sort(([, a], [, b]) => b - a);
  return several.slice(0, mostTried).map(([select]) => select);
}

/** A mux that nothing but the cat uses. */
function choiceOf(part: NodeId, nodes: Nodes): MuxNode | null {
  const node = nodes.node(part);
  return node.kind === "mux" && nodes.uses(part) <= 1 ? node : null;
}

/** The parts where a bit is 1, and where it is 0. */
function sidesOf(parts: readonly NodeId[], select: NodeId, nodes: Nodes): [NodeId[], NodeId[]] {
  const side = (one: boolean): NodeId[] =>
    parts.map((part) => {
      const choice = choiceOf(part, nodes);
      if (choice?.select !== select) return part;
      return one ? choice.a : choice.b;
    });
  return [side(true), side(false)];
}

/** The word that parts side by side are, where it is at hand: constant, a slice, or a choice between such words. */
function wordAtHand(parts: readonly NodeId[], nodes: Nodes, depth: number): Word | null {
  const known = joinedOf(parts, nodes);
  if (known !== null || depth === 0) return known;
  const select = choiceOf(parts[0] ?? -1, nodes)?.select;
  if (select === undefined || !parts.every((part) => choiceOf(part, nodes)?.select === select)) return null;
  const [whenOne, whenZero] = sidesOf(parts, select, nodes);
  const a = wordAtHand(whenOne, nodes, depth - 1);
  const b = a === null ? null : wordAtHand(whenZero, nodes, depth - 1);
  const width = parts.reduce((sum, part) => sum + nodes.node(part).width, 0);
  return a === null || b === null ? null : { kind: "mux", width, select, a, b };
}

/** Constants, or slices that meet, as one. */
function joinedOf([first = -1, ...rest]: readonly NodeId[], nodes: Nodes): Word | null {
  let word: Node | null = nodes.node(first);
  for (const part of rest) {
    word = joined(word, nodes.node(part), nodes);
    if (word === null) return null;
  }
  return word.kind === "slice" && word.width === nodes.node(word.a).width ? word.a : word;
}

function made(word: Word, nodes: Nodes): NodeId {
  if (typeof word === "number") return word;
  return nodes.add(word.kind === "mux" ? { ...word, a: made(word.a, nodes), b: made(word.b, nodes) } : word);
}
