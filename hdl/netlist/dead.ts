import { type Design, type Module, type NodeId, operands } from "./design.ts";
import { Rewrite } from "./rewrite.ts";

export interface DeadOptions {
  /**
   * Whatever can be looked at by name stays: named nodes, memories and instances, and all that they depend on. Default
   * false: names of dead nodes go with them.
   */
  readonly keepNames?: boolean;
}

/**
 * Removes from every module what no output, check or instance needs: nodes, write ports with their memories, and
 * instances whose outputs are not read, except of definitions that hold checks or black boxes at any depth. Ports stay,
 * as do the definitions themselves. Black boxes without a model are left alone.
 */
export function removeDead(design: Design, options: DeadOptions = {}): Design {
  const acts: boolean[] = [];
  for (const module of design.modules)
    acts.push(
      module.checks.length > 0 || module.blackBox !== null || module.instances.some((child) => acts[child.definition]),
    );
  return { ...design, modules: design.modules.map((module) => removeDeadNodes(module, acts, options)) };
}

/** `acts[definition]`: whether a definition does something even when nobody reads its outputs. */
function removeDeadNodes(module: Module, acts: readonly boolean[], { keepNames = false }: DeadOptions): Module {
  if (module.blackBox?.modelled === false) return module;
  const live = new Uint8Array(module.nodes.length);
  const memories = new Uint8Array(module.memories.length);
  const instances = new Uint8Array(module.instances.length);
  const open: NodeId[] = [];

  const useMemory = (index: number): void => {
    if (memories[index] === 1) return;
    memories[index] = 1;
    for (const { enable, address, data, mask } of module.memories[index]?.writes ?? [])
      open.push(enable, address, data, ...(mask === null ? [] : [mask]));
  };
  const useInstance = (index: number): void => {
    if (instances[index] === 1) return;
    instances[index] = 1;
    for (const gather of module.instances[index]?.inputs ?? []) for (const id of gather) open.push(id);
  };

  for (const port of module.ports) open.push(port.node);
  for (const check of module.checks) open.push(check.condition, check.enable);
  if (keepNames) {
    for (const name of module.names) open.push(name.node);
    for (const index of module.memories.keys()) useMemory(index);
    for (const index of module.instances.keys()) useInstance(index);
  }
  module.instances.forEach((instance, index) => {
    if (acts[instance.definition]) useInstance(index);
  });
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const node = module.nodes[id];
    if (!node || live[id] === 1) continue;
    live[id] = 1;
    for (const operand of operands(node)) open.push(operand);
    if (node.kind === "memRead") useMemory(node.memory);
    if (node.kind === "instOut") useInstance(node.instance);
  }

  if (live.every(Boolean) && memories.every(Boolean) && instances.every(Boolean)) return module;
  return new Rewrite(module).build({
    node: (id) => live[id] === 1,
    memory: (index) => memories[index] === 1,
    instance: (index) => instances[index] === 1,
  });
}
