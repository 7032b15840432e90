import { type Design, definition, type Flat, type Node, type NodeId } from "../../../hdl/netlist/index.ts";

/** All instances of one definition in the same clock domains, wherever they are in the hierarchy: a lane for each. */
export interface InstanceArray {
  /** Where it is, and of what it is made. */
  readonly name: string;
  readonly definition: string;
  /** The definition's nodes, and the nodes of its outputs. */
  readonly nodes: readonly Node[];
  readonly outputs: readonly NodeId[];
  /** By domain of the definition: the top's. */
  readonly domains: readonly number[];
  readonly lanes: number;
  /** By lane, the node of the flat design that has the value of one of the definition's. */
  readonly inEveryLane: (id: NodeId) => Int32Array;
}

/** The arrays of at least `fewest` instances. `to` leads from a node of the flat design to the one that has its value. */
export function instanceArrays(
  design: Design,
  flat: Flat,
  to: (id: NodeId) => NodeId,
  fewest: number,
): InstanceArray[] {
  const alike = new Map<string, number[]>();
  flat.groups.forEach(({ definition: index, domains }, group) => {
    const key = `${index} ${domains.join()}`;
    alike.set(key, [...(alike.get(key) ?? []), group]);
  });
  return [...alike.values()].flatMap((members) => {
    const place = flat.groups[members[0] ?? -1];
    const lanes = members.reduce((sum, group) => sum + (flat.groups[group]?.lanes ?? 0), 0);
    if (!place || lanes < fewest) return [];
    const { nodes, name, ports } = definition(design, place.definition);
    const known = new Map<NodeId, Int32Array>();
    const inEveryLane = (id: NodeId): Int32Array => {
      const before = known.get(id);
      if (before) return before;
      const found = new Int32Array(lanes);
      known.set(id, found);
      let lane = 0;
      for (const group of members)
        for (let at = 0; at < (flat.groups[group]?.lanes ?? 0); at++)
          found[lane++] = to(flat.nodes[group]?.[at * nodes.length + id] ?? -1);
      return found;
    };
    const outputs = new Set(ports.flatMap(({ direction, node }) => (direction === "out" ? [node] : [])));
    const own = members.length === 1 ? place.path || name : `${name} (${members.length} arrays)`;
    return [{ name: own, definition: name, nodes, outputs: [...outputs], domains: place.domains, lanes, inEveryLane }];
  });
}
