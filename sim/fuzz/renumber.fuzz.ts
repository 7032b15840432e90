import { type Module, mapOperands, mapWrites, type Node, type NodeId } from "../../hdl/netlist/index.ts";
import { powerOnWords } from "../power-on.ts";

/** A random order of a module's nodes: the new id of every old one. */
export function shuffledIds({ nodes }: Module, seed: number): NodeId[] {
  const words = powerOnWords(seed, "order");
  const ids = nodes.map((_, id) => id);
  for (let last = ids.length - 1; last > 0; last--) {
    const other = words() % (last + 1);
    [ids[last], ids[other]] = [ids[other] ?? 0, ids[last] ?? 0];
  }
  return ids;
}

/** The same module with node `i` renamed to `ids[i]`. */
export function renumber(module: Module, ids: readonly NodeId[]): Module {
  const to = (id: NodeId): NodeId => ids[id] ?? -1;
  const nodes: Node[] = new Array(module.nodes.length);
  const nodeSources: number[] = [];
  module.nodes.forEach((node, id) => {
    nodeSources[to(id)] = module.nodeSources[id] ?? -1;
    nodes[to(id)] = mapOperands(node, to);
  });
  return {
    ...module,
    nodes,
    nodeSources,
    ports: module.ports.map((port) => ({ ...port, node: to(port.node) })),
    names: module.names.map((name) => ({ ...name, node: to(name.node) })),
    instances: module.instances.map((instance) => ({ ...instance, inputs: instance.inputs.map((row) => row.map(to)) })),
    memories: module.memories.map((memory) => mapWrites(memory, to)),
    checks: module.checks.map((check) => ({ ...check, condition: to(check.condition), enable: to(check.enable) })),
  };
}
