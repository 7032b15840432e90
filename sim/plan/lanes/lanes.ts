import type { Design, Flat, Node, NodeId } from "../../../hdl/netlist/index.ts";
import type { LaneChoice } from "../../engine.ts";
import { delayChains } from "./delay-chains.ts";
import { instanceGroups, type Unfit } from "./instance-groups.ts";
import { type Chosen, chooseLanes, type LaneCost, type Rejected, restricted } from "./lane-cost.ts";
import { chunkLanes, type LaneGroup } from "./lane-group.ts";
import { type OrderedGroup, ordered } from "./lane-order.ts";

/** What is updated in lanes, in the order in which it is updated, and what is not. */
export interface Lanes {
  readonly groups: readonly OrderedGroup[];
  readonly costs: ReadonlyMap<LaneGroup, LaneCost>;
  readonly rejected: readonly Rejected[];
  readonly unfit: readonly Unfit[];
}

/** Fewer instances than these leave most of a vector register empty. */
const fewestLanes = 4;

export const noLanes: Lanes = { groups: [], costs: new Map(), rejected: [], unfit: [] };

/**
 * Finds registers to update in lanes: those of instances of one definition, and chains of plain delays. `nodes` are the
 * flat design's after simplification; `to` leads to the one that has a node's value.
 */
export function findLanes(
  design: Design,
  flat: Flat,
  nodes: readonly Node[],
  to: (id: NodeId) => NodeId,
  wanted: Exclude<LaneChoice, "off">,
): Lanes {
  const forced = wanted === "always";
  const choose = (candidates: readonly LaneGroup[]): Chosen => chooseLanes(nodes, candidates, forced);
  const { groups: instances, unfit } = instanceGroups(design, flat, to, forced ? 2 : fewestLanes);
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
      const roots = group.roots.filter(({ registers }) => !registers.some((id) => taken.has(id)));
      return restricted(group, roots);
    });
  const { groups, rejected } = choose([...large, ...chains, ...few.filter(({ roots }) => roots.length > 0)]);
  return {
    groups: ordered(groups.map(({ group }) => group)),
    costs: new Map(groups.map(({ group, cost }) => [group, cost])),
    rejected: [...many.rejected, ...rejected],
    unfit,
  };
}

function take(taken: Set<NodeId>, groups: readonly LaneGroup[]): void {
  for (const { roots } of groups) for (const { registers } of roots) for (const id of registers) taken.add(id);
}
