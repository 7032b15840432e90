import type { NodeId } from "../../../hdl/netlist/index.ts";
import type { InstanceArray } from "./instance-arrays.ts";
import { coneOf, cutAt, isLaneOperation, type LaneGroup, type LaneRoot, type Unfit } from "./lane-group.ts";
import type { WireGroup } from "./wire-groups.ts";

export interface Candidates {
  readonly groups: readonly LaneGroup[];
  readonly unfit: readonly Unfit[];
}

/**
 * The registers of each array as lanes of one group a domain. Where combinational outputs of the array are computed in
 * lanes, registers take them from there, and have the order of lanes of those that go through the most wavefronts.
 */
export function instanceGroups(arrays: readonly InstanceArray[], wires: readonly WireGroup[]): Candidates {
  const groups: LaneGroup[] = [];
  const unfit: Unfit[] = [];
  for (const array of arrays) {
    const found = groupsOf(
      array,
      wires.filter((group) => group.array === array),
    );
    groups.push(...found.groups);
    unfit.push(...found.unfit);
  }
  return { groups, unfit };
}

function groupsOf(array: InstanceArray, wires: readonly WireGroup[]): Candidates {
  const { name, lanes } = array;
  const [longest] = wires.toSorted((a, b) => b.waves.length - a.waves.length);
  const inOrder = (id: NodeId): Int32Array => {
    const found = array.inEveryLane(id);
    return longest ? longest.order.map((lane) => found[lane] ?? -1) : found;
  };
  const nodes = cutAt(array.nodes, new Set(wires.flatMap(({ roots }) => roots.map(({ origin }) => origin))));
  const unfit: Unfit[] = [];
  const byDomain = new Map<number, { readonly roots: LaneRoot[]; readonly leaves: Set<NodeId> }>();
  nodes.forEach((node, origin) => {
    if (node.kind !== "reg") return;
    if (node.next === origin) return;
    const cone = node.width > 64 ? null : coneOf(nodes, node.next);
    if (!cone) {
      const reason = node.width > 64 ? "wider than a lane" : "too much logic before it, or logic that goes round";
      unfit.push({ name: `${array.definition} ×${lanes}, register of ${node.width} bits`, reason });
      return;
    }
    const domain = array.domains[node.domain] ?? 0;
    const own = byDomain.get(domain) ?? { roots: [], leaves: new Set() };
    byDomain.set(domain, own);
    own.roots.push({ origin, next: node.next, width: node.width, members: inOrder(origin) });
    for (const id of [origin, ...cone]) if (!isLaneOperation(nodes, id)) own.leaves.add(id);
  });
  const groups = [...byDomain].map(([domain, { roots, leaves }]) => ({
    name,
    domain,
    lanes,
    waves: null,
    nodes,
    roots,
    leaves: new Map([...leaves].map((leaf) => [leaf, inOrder(leaf)])),
  }));
  return { groups, unfit };
}
