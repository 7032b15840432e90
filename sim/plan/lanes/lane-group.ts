import { type Node, type NodeId, operands } from "../../../hdl/netlist/index.ts";

/** Lanes that one pass of a group's code handles: as many as bytes in a vector register. */
export const chunkLanes = 16;

/** Bytes of a lane's element for a value of up to 64 bits. */
export type ElementBytes = 1 | 2 | 4 | 8;

/** The narrowest element that holds `width` bits. */
export function elementBytes(width: number): ElementBytes {
  return width <= 8 ? 1 : width <= 16 ? 2 : width <= 32 ? 4 : 8;
}

/** One register of the prototype, or one of its combinational values, in all lanes. */
export interface LaneRoot {
  /** The register in the prototype, or the value itself. */
  readonly origin: NodeId;
  /** The prototype's node of its next value. */
  readonly next: NodeId;
  readonly width: number;
  /** By lane, the node in the flat design; −1 where that has another place. */
  readonly members: Int32Array;
}

/**
 * Registers that are updated side by side, because in every lane the same operations lead to their next values. The
 * prototype is one lane: its nodes, of which some (the leaves) are not computed in lanes but fetched, each lane from a
 * node of the flat design.
 */
export interface LaneGroup {
  readonly name: string;
  /** The top's clock domain; null for combinational values. */
  readonly domain: number | null;
  readonly lanes: number;
  /** For combinational values: lanes of each wavefront, in the order of the lanes; null for registers. */
  readonly waves: readonly number[] | null;
  /** The prototype, by id. */
  readonly nodes: readonly Node[];
  /** By leaf, then lane: the node of the flat design that has the value. */
  readonly leaves: ReadonlyMap<NodeId, Int32Array>;
  readonly roots: readonly LaneRoot[];
}

/** Something that no group has, and why. */
export interface Unfit {
  readonly name: string;
  readonly reason: string;
}

/** Lanes next to each other that are computed together. */
export interface LaneRange {
  readonly first: number;
  readonly lanes: number;
}

/** The lanes of each chunk. No chunk has lanes of two wavefronts. */
export function chunkRanges({ lanes, waves }: LaneGroup): LaneRange[] {
  const ranges: LaneRange[] = [];
  let first = 0;
  for (const wave of waves ?? [lanes]) {
    const end = first + wave;
    for (; first < end; first = Math.min(end, first + chunkLanes))
      ranges.push({ first, lanes: Math.min(chunkLanes, end - first) });
  }
  return ranges;
}

/** Vector registers of a chunk's elements, as far as its lanes fill them. */
export function partsWithin(bytes: ElementBytes, lanes: number): number {
  return Math.min(bytes, Math.ceil((lanes * bytes) / chunkLanes));
}

/** A prototype in which some nodes are not computed, but fetched like inputs. */
export function cutAt(nodes: readonly Node[], fetched: ReadonlySet<NodeId>): readonly Node[] {
  if (fetched.size === 0) return nodes;
  return nodes.map((node, id) => (fetched.has(id) ? { kind: "input", width: node.width, port: -1 } : node));
}

/** Whether a node can be computed in lanes, from operands in lanes. */
export function isLaneOperation(nodes: readonly Node[], id: NodeId): boolean {
  const node = nodes[id];
  if (!node || node.width > 64) return false;
  if (operands(node).some((operand) => (nodes[operand]?.width ?? 65) > 64)) return false;
  switch (node.kind) {
    case "input":
    case "reg":
    case "memRead":
    case "instOut":
    case "divu":
    case "divs":
    case "remu":
    case "rems":
      return false;
    case "shl":
    case "shru":
    case "shrs":
      return nodes[node.b]?.kind === "const";
    case "case":
      return node.arms.length <= 16;
    default:
      return true;
  }
}

/** More nodes than this lead to no register in lanes, nor does more depth. */
const largestCone = 400;

/** What leads to a value, operands first, down to the leaves; null where it goes round or is too much. */
export function coneOf(nodes: readonly Node[], root: NodeId): NodeId[] | null {
  const order: NodeId[] = [];
  const state = new Map<NodeId, "open" | "done">();
  const visit = (id: NodeId): boolean => {
    const seen = state.get(id);
    if (seen !== undefined) return seen === "done";
    if (state.size > largestCone) return false;
    state.set(id, "open");
    const node = nodes[id];
    if (node && isLaneOperation(nodes, id) && !operands(node).every(visit)) return false;
    state.set(id, "done");
    order.push(id);
    return true;
  };
  return visit(root) ? order : null;
}
