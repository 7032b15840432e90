import type { Design, Flat, Node, NodeId } from "../../../hdl/netlist/index.ts";
import type { LaneChoice } from "../../engine.ts";
import { delayChains } from "./delay-chains.ts";
import { instanceArrays } from "./instance-arrays.ts";
import { instanceGroups } from "./instance-groups.ts";
import { type Chosen, chooseLanes, type LaneCost, pays, pricing, type Rejected, restricted } from "./lane-cost.ts";
import { chunkLanes, type LaneGroup, type Unfit } from "./lane-group.ts";
import { type OrderedGroup, ordered } from "./lane-order.ts";
import { outputsOf, type WireGroup, wireGroups, wiresInOrder } from "./wire-groups.ts";

/** What is updated in lanes, in the order in which it is updated, and what is not. */
export interface Lanes {
  readonly groups: readonly OrderedGroup[];
  /** Combinational values, in the order in which they are computed, before any register is updated. */
  readonly wires: readonly WireGroup[];
  readonly costs: ReadonlyMap<LaneGroup, LaneCost>;
  readonly rejected: readonly Rejected[];
  readonly unfit: readonly Unfit[];
}

/** Fewer instances than these leave most of a vector register empty. */
const fewestLanes = 4;
/** Outputs that go through no lane save nothing that counts where these are fewer. */
const fewestIndependentLanes = 4 * chunkLanes;

export const noLanes: Lanes = { groups: [], wires: [], costs: new Map(), rejected: [], unfit: [] };

/**
 * Finds registers to update in lanes: those of instances of one definition, and chains of plain delays; and combinational
 * values that such lanes take from one another. `nodes` are the flat design's after simplification; `to` leads to the one
 * that has a node's value.
 */
export function findLanes(
  design: Design,
  flat: Flat,
  nodes: readonly Node[],
  to: (id: NodeId) => NodeId,
  wanted: Exclude<LaneChoice, "off">,
): Lanes {
  const forced = wanted === "always";
  const arrays = instanceArrays(design, flat, to, forced ? 2 : fewestLanes);
  const candidates = wireGroups(arrays, nodes);
  const isLong = ({ waves, lanes }: WireGroup): boolean =>
    forced || waves.length > 1 || lanes >= fewestIndependentLanes;
  const tooFew = candidates.groups
    .filter((group) => !isLong(group))
    .map(({ array, roots }) => ({
      name: outputsOf(array, roots.length),
      reason: `they go through no instance, and fewer than ${fewestIndependentLanes} instances save too little`,
    }));
  const long = candidates.groups.filter(isLong);
  const { wires, rejected: costly } = forced
    ? { wires: long, rejected: [] }
    : worthwhile(nodes, long, (kept) => instanceGroups(arrays, kept).groups);
  const choose = (groups: readonly LaneGroup[]): Chosen => chooseLanes(nodes, groups, wires, forced);
  const { groups: instances, unfit } = instanceGroups(arrays, wires);
  // Few instances with long delays in them make better lanes of the delays.
  const isLarge = ({ lanes }: LaneGroup): boolean => 2 * lanes >= chunkLanes;
  const many = choose(instances.filter(isLarge));
  const large = many.groups.map(({ group }) => group);
  const taken = new Set<NodeId>();
  take(taken, large);
  const chains = delayChains(nodes, (id) => taken.has(id), forced ? 2 : chunkLanes);
  take(taken, chains);
  const few = instances
    .filter((group) => !isLarge(group))
    .map((group) => {
      const roots = group.roots.filter(({ members }) => !members.some((id) => taken.has(id)));
      return restricted(group, roots);
    });
  const { groups, rejected } = choose([...large, ...chains, ...few.filter(({ roots }) => roots.length > 0)]);
  const price = pricing(nodes, [...groups.map(({ group }) => group), ...wires]);
  const priced = wires.map((group) => ({ group, cost: price(group, group.roots) }));
  return {
    groups: ordered(groups.map(({ group }) => group)),
    wires: wiresInOrder(wires, nodes),
    costs: new Map<LaneGroup, LaneCost>([...groups, ...priced].map(({ group, cost }) => [group, cost])),
    rejected: [...costly, ...many.rejected, ...rejected],
    unfit: [...candidates.unfit, ...tooFew, ...unfit],
  };
}

/** Keeps the combinational values that are cheaper in lanes, where all registers of the groups are in lanes. */
function worthwhile(
  nodes: readonly Node[],
  candidates: readonly WireGroup[],
  groupsWith: (wires: readonly WireGroup[]) => readonly LaneGroup[],
): { readonly wires: readonly WireGroup[]; readonly rejected: readonly Rejected[] } {
  const rejected: Rejected[] = [];
  for (let wires = candidates; ; ) {
    const price = pricing(nodes, [...groupsWith(wires), ...wires]);
    const priced = wires.map((group) => ({ group, roots: group.roots, cost: price(group, group.roots) }));
    const kept = priced.filter(({ cost }) => pays(cost)).map(({ group }) => group);
    rejected.push(...priced.filter(({ cost }) => !pays(cost)));
    if (kept.length === wires.length) return { wires, rejected };
    wires = kept;
  }
}

function take(taken: Set<NodeId>, groups: readonly LaneGroup[]): void {
  for (const { roots } of groups) for (const { members } of roots) for (const id of members) taken.add(id);
}
