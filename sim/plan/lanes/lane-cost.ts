import { isState, type Node, type NodeId } from "../../../hdl/netlist/index.ts";
import { fetchCost, fetchOf } from "./fetch.ts";
import {
  chunkLanes,
  chunkRanges,
  coneOf,
  elementBytes,
  isLaneOperation,
  type LaneGroup,
  type LaneRoot,
  partsWithin,
} from "./lane-group.ts";
import { LanePlaces } from "./lane-order.ts";

/** Rough instructions an edge takes for some registers, as lanes and one by one. */
export interface LaneCost {
  readonly lanes: number;
  readonly scalar: number;
}

/** A group with what it costs. */
export interface PricedGroup {
  readonly group: LaneGroup;
  readonly cost: LaneCost;
}

/** Registers that could be in lanes, but are cheaper one by one. */
export interface Rejected {
  readonly group: LaneGroup;
  readonly roots: readonly LaneRoot[];
  readonly cost: LaneCost;
}

export interface Chosen {
  readonly groups: readonly PricedGroup[];
  readonly rejected: readonly Rejected[];
}

/** Lanes must be so much cheaper. */
const margin = 1.15;
/** What it takes to have a value of scalar code in memory for its lanes. */
const keepCost = 1;
/** Load the next value, store it, copy the bank. */
const registerCost = 3;

/** Whether a group is so much cheaper in lanes that it is worth it. */
export function pays({ lanes, scalar }: LaneCost): boolean {
  return lanes * margin < scalar;
}

/**
 * Keeps the registers of each group that are cheaper in lanes, given which others are, and the combinational values
 * `wires`: first each on its own, until that settles, then each group as a whole; all of them where `forced`. `nodes` are
 * those of the flat design.
 */
export function chooseLanes(
  nodes: readonly Node[],
  candidates: readonly LaneGroup[],
  wires: readonly LaneGroup[],
  forced: boolean,
): Chosen {
  let groups = candidates;
  const rejected: Rejected[] = [];
  for (let changed = !forced; changed; ) {
    changed = false;
    const price = pricing(nodes, [...groups, ...wires]);
    const kept = groups.flatMap((group) => {
      const whole = price(group, group.roots);
      if (pays(whole)) {
        const costs = group.roots.map((root) => ({ root, cost: price(group, [root]) }));
        const dear = costs.filter(({ cost }) => cost.lanes >= 2 * cost.scalar).map(({ root }) => root);
        if (dear.length === 0) return [group];
        changed = true;
        rejected.push({ group, roots: dear, cost: price(group, dear) });
        return [
          restricted(
            group,
            group.roots.filter((root) => !dear.includes(root)),
          ),
        ];
      }
      const worth = group.roots.filter((root) => pays(price(group, [root])));
      const rest = group.roots.filter((root) => !worth.includes(root));
      if (rest.length === 0) return [group];
      changed = true;
      rejected.push({ group, roots: rest, cost: price(group, rest) });
      return worth.length > 0 ? [restricted(group, worth)] : [];
    });
    groups = kept;
  }
  const price = pricing(nodes, [...groups, ...wires]);
  return { groups: groups.map((group) => ({ group, cost: price(group, group.roots) })), rejected };
}

/** The group with fewer roots, and only the leaves that those need. */
export function restricted(group: LaneGroup, roots: readonly LaneRoot[]): LaneGroup {
  const needed = new Set(roots.flatMap(({ origin, next }) => [origin, ...(coneOf(group.nodes, next) ?? [])]));
  return { ...group, roots, leaves: new Map([...group.leaves].filter(([leaf]) => needed.has(leaf))) };
}

/** Prices roots of groups, where all that is in `groups` is in lanes. */
export function pricing(
  nodes: readonly Node[],
  groups: readonly LaneGroup[],
): (group: LaneGroup, roots: readonly LaneRoot[]) => LaneCost {
  const places = new LanePlaces(groups);
  const stretch = groups.map(({ lanes }) => lanes * 8 + 64);
  /** Distances between addresses as they will be: lanes side by side, all else apart. */
  const address = (id: NodeId, bytes: number): number => {
    const place = places.get(id);
    if (!place) return 1024 * id + 2 ** 40;
    return place.group * 2 ** 30 + place.root * (stretch[place.group] ?? 0) + place.lane * bytes;
  };
  const fetches = new Map<Int32Array, number>();
  const fetching = (group: LaneGroup, sources: Int32Array, width: number): number => {
    const known = fetches.get(sources);
    if (known !== undefined) return known;
    const bytes = elementBytes(width);
    const perRegister = chunkLanes / bytes;
    let cost = 0;
    const kept = new Set<NodeId>();
    for (const { first, lanes } of chunkRanges(group))
      for (let at = first; at < first + lanes; at += perRegister) {
        const own: number[] = [];
        for (const id of sources.subarray(at, Math.min(at + perRegister, first + lanes))) {
          own.push(address(id, bytes));
          const node = nodes[id];
          if (node && !isState(node) && node.kind !== "const" && !places.get(id)) kept.add(id);
        }
        cost += fetchCost(fetchOf(own, bytes));
      }
    cost += kept.size * keepCost;
    fetches.set(sources, cost);
    return cost;
  };

  return (group, roots) => {
    const cone = new Set(roots.flatMap(({ next }) => coneOf(group.nodes, next) ?? []));
    const ranges = chunkRanges(group);
    /** Chunks of elements of a width, as far as lanes fill them. */
    const chunks = (width: number): number => {
      const bytes = elementBytes(width);
      return ranges.reduce((sum, { lanes }) => sum + partsWithin(bytes, lanes), 0) / bytes;
    };
    let lanes = 0;
    let scalar = 0;
    for (const id of cone) {
      const node = group.nodes[id];
      if (!node) continue;
      if (!isLaneOperation(group.nodes, id)) {
        lanes += fetching(group, group.leaves.get(id) ?? new Int32Array(0), node.width);
        scalar += group.lanes;
      } else {
        lanes += chunks(node.width) * laneOperationCost(group.nodes, node);
        scalar += group.lanes * scalarOperationCost(node);
      }
    }
    for (const { width } of roots) {
      lanes += chunks(width) * (1 + elementBytes(width));
      if (group.waves === null) scalar += group.lanes * registerCost;
    }
    return { lanes, scalar };
  };
}

/** Vector instructions for one chunk. */
function laneOperationCost(nodes: readonly Node[], node: Node): number {
  const parts = elementBytes(node.width);
  const operandParts = elementBytes("a" in node ? (nodes[node.a]?.width ?? 1) : 1);
  switch (node.kind) {
    case "const":
    case "cross":
      return 0;
    case "mux":
      return parts * 3 + (parts > 1 ? parts : 0);
    case "case":
      return node.arms.length * parts * 4;
    case "mul":
      return parts * (parts === 1 ? 6 : 3);
    case "zext":
    case "sext":
      return operandParts === parts ? 1 : parts * 1.5;
    case "eq":
    case "ltu":
    case "lts":
    case "reduce":
      return operandParts * (node.kind === "reduce" ? 6 : 2);
    case "slice":
      return operandParts * 2;
    case "cat":
      return node.parts.length * parts * 3;
    case "shl":
    case "shru":
    case "shrs":
      return parts * (parts === 1 || parts === 8 ? 4 : 1);
    default:
      return parts * 1.5;
  }
}

function scalarOperationCost(node: Node): number {
  if (node.kind === "const" || node.kind === "cross") return 0;
  if (node.kind === "case") return node.arms.length * 2;
  if (node.kind === "cat") return node.parts.length * 2;
  return node.kind === "mux" ? 2 : 1;
}
