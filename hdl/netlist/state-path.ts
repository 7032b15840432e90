import type { Module, NodeId } from "./design.ts";
import { joinPath } from "./element.ts";

const firstNames = new WeakMap<Module, Map<NodeId, string>>();

/**
 * The canonical path of a register (or synchronous memory read) in the instance at `path`: its first name of kind "reg"
 * in the module's table, else `$` and its node id. Power-on values are drawn by this path, so every engine uses it.
 * `module` and `node` are those of the hierarchical design, not of a flattened one (see `flatten.ts`).
 */
export function statePath(module: Module, path: string, node: NodeId): string {
  let names = firstNames.get(module);
  if (!names) {
    names = new Map();
    for (const name of module.names) if (name.kind === "reg" && !names.has(name.node)) names.set(name.node, name.name);
    firstNames.set(module, names);
  }
  return joinPath(path, names.get(node) ?? `$${node}`);
}

/** The canonical path of a memory in the instance at `path`, by which its power-on contents are drawn. */
export function memoryPath(module: Module, path: string, memory: number): string {
  return joinPath(path, module.memories[memory]?.name ?? `$memory${memory}`);
}
