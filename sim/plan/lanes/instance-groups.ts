import { type Design, definition, type Flat, type NodeId } from "../../../hdl/netlist/index.ts";
import { coneOf, isLaneOperation, type LaneGroup, type LaneRoot } from "./lane-group.ts";

/** A register that no group has, and why. */
export interface Unfit {
  readonly name: string;
  readonly reason: string;
}

export interface Candidates {
  readonly groups: readonly LaneGroup[];
  readonly unfit: readonly Unfit[];
}

/**
 * All instances of one definition in the same clock domains, wherever they are in the hierarchy, as lanes of one group; not where they are fewer than `fewest`.
 * `to` leads from a node of the flat design to the one that has its value.
 */
export function instanceGroups(design: Design, flat: Flat, to: (id: NodeId) => NodeId, fewest: number): Candidates {
  const alike = new Map<string, number[]>();
  flat.groups.forEach(({ definition: index, domains }, group) => {
    const key = `${index} ${domains.join()}`;
    alike.set(key, [...(alike.get(key) ?? []), group]);
  });
  const groups: LaneGroup[] = [];
  const unfit: Unfit[] = [];
  for (const members of alike.values()) {
    const lanes = members.reduce((sum, group) => sum + (flat.groups[group]?.lanes ?? 0), 0);
    if (lanes < fewest) continue;
    const found = lanesOfDefinition(design, flat, to, members, lanes);
    groups.push(...found.groups);
    unfit.push(...found.unfit);
  }
  return { groups, unfit };
}

function lanesOfDefinition(
  design: Design,
  flat: Flat,
  to: (id: NodeId) => NodeId,
  members: readonly number[],
  lanes: number,
): Candidates {
  const place = flat.groups[members[0] ?? -1];
  if (!place) return { groups: [], unfit: [] };
  const { nodes, name } = definition(design, place.definition);
  const inEveryLane = (id: NodeId): Int32Array => {
    const found = new Int32Array(lanes);
    let lane = 0;
    for (const group of members)
      for (let at = 0; at < (flat.groups[group]?.lanes ?? 0); at++)
        found[lane++] = to(flat.nodes[group]?.[at * nodes.length + id] ?? -1);
    return found;
  };

  const unfit: Unfit[] = [];
  const byDomain = new Map<number, { readonly roots: LaneRoot[]; readonly leaves: Set<NodeId> }>();
  nodes.forEach((node, origin) => {
    if (node.kind !== "reg") return;
    if (node.next === origin) return;
    const cone = node.width > 64 ? null : coneOf(nodes, node.next);
    if (!cone) {
      const reason = node.width > 64 ? "wider than a lane" : "too much logic before it, or logic that goes round";
      unfit.push({ name: `${name} ×${lanes}, register of ${node.width} bits`, reason });
      return;
    }
    const domain = place.domains[node.domain] ?? 0;
    const own = byDomain.get(domain) ?? { roots: [], leaves: new Set() };
    byDomain.set(domain, own);
    own.roots.push({ origin, next: node.next, width: node.width, registers: inEveryLane(origin) });
    for (const id of [origin, ...cone]) if (!isLaneOperation(nodes, id)) own.leaves.add(id);
  });
  const groups = [...byDomain].map(([domain, { roots, leaves }]) => ({
    name: members.length === 1 ? place.path || name : `${name} (${members.length} arrays)`,
    domain,
    lanes,
    nodes,
    roots,
    leaves: new Map([...leaves].map((leaf) => [leaf, inEveryLane(leaf)])),
  }));
  return { groups, unfit };
}
