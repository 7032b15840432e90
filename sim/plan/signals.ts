import {
  type Design,
  definition,
  type Flat,
  groupsOf,
  joinPath,
  lanePaths,
  type NodeId,
} from "../../hdl/netlist/index.ts";

/** Calls `visit` for every name and then for every port without one, instance by instance: their nodes and paths. */
function walk(
  design: Design,
  groups: Flat["groups"],
  visit: (name: string, node: NodeId, group: number, lane: number) => void,
): void {
  groups.forEach(({ definition: index, lanes }, group) => {
    const { names } = definition(design, index);
    for (let lane = 0; lane < lanes; lane++) for (const { name, node } of names) visit(name, node, group, lane);
  });
  groups.forEach(({ definition: index, lanes }, group) => {
    const { names, ports } = definition(design, index);
    const known = new Set(names.map(({ name }) => name));
    const others = ports.filter(({ name }) => !known.has(name));
    for (const { name, node } of others) for (let lane = 0; lane < lanes; lane++) visit(name, node, group, lane);
  });
}

/** The nodes that have the values of all signals, in an order that the design decides. */
export function signalNodes(design: Design, flat: Flat, to: (id: NodeId) => NodeId): Int32Array {
  const ids: NodeId[] = [];
  const sizes = flat.groups.map(({ definition: index }) => definition(design, index).nodes.length);
  walk(design, flat.groups, (_, node, group, lane) => {
    ids.push(to(flat.nodes[group]?.[lane * (sizes[group] ?? 0) + node] ?? -1));
  });
  return Int32Array.from(ids);
}

/**
 * Every signal's full path and the node that has its value, one of those that `signalNodes` gave. Where an outer signal
 * is spelt like an inner one's path, it is the outer one.
 */
export function signalsByPath(design: Design, nodes: Int32Array): ReadonlyMap<string, NodeId> {
  const groups = groupsOf(design);
  const paths = lanePaths(design, groups);
  const signals = new Map<string, NodeId>();
  let at = 0;
  walk(design, groups, (name, _, group, lane) => {
    const path = joinPath(paths[group]?.[lane] ?? "", name);
    const node = nodes[at++] ?? -1;
    if (!signals.has(path)) signals.set(path, node);
  });
  return signals;
}
