import {
  type Design,
  type DomainId,
  formatSource,
  type Module,
  type Name,
  type NodeId,
  type Source,
} from "./design.ts";
import { joinPath } from "./element.ts";

const rank = { reg: 0, wire: 1, port: 2 } as const;
const named = new WeakMap<Module, Map<NodeId, Name>>();

/** The name that messages use for a node: a register's name before a wire's before a port's, then the first; or null. */
export function nameOf(module: Module, node: NodeId): Name | null {
  let names = named.get(module);
  if (!names) {
    names = new Map();
    for (const name of module.names) {
      const before = names.get(name.node);
      if (!before || rank[name.kind] < rank[before.kind]) names.set(name.node, name);
    }
    named.set(module, names);
  }
  return names.get(node) ?? null;
}

/** Where the node was written: its own source, else that of its name, or null. */
export function sourceOf(module: Module, node: NodeId): Source | null {
  return module.sources[module.nodeSources[node] ?? -1] ?? nameOf(module, node)?.source ?? null;
}

/** What messages call a node: its name, or `node 17 (add)`. */
export function nodeLabel(module: Module, node: NodeId): string {
  return nameOf(module, node)?.name ?? `node ${node} (${module.nodes[node]?.kind ?? "none"})`;
}

/** What messages call a clock domain. */
export function clockName(module: Module, domain: DomainId): string {
  return module.domains[domain]?.name ?? `${domain}`;
}

/** `file:line`, or "unknown place". */
export function formatLine(source: Source | null): string {
  return source ? `${source.file}:${source.line}` : "unknown place";
}

/** ` (file:line:column)`, or nothing where the place is unknown. */
export function atSource(source: Source | null): string {
  return source ? ` (${formatSource(source)})` : "";
}

/**
 * For every definition a path at which messages can place it: the first one found below the top (`Top.array.pe`, without
 * coordinates), or its own name where the top does not use it.
 */
export function definitionPaths(design: Design): string[] {
  const paths: (string | undefined)[] = new Array(design.modules.length).fill(undefined);
  const top = design.modules[design.top];
  if (top) paths[design.top] = top.name;
  // Parents have higher indices than their children: one sweep down sees every parent before its children.
  for (let index = design.modules.length - 1; index >= 0; index--) {
    const path = paths[index];
    if (path !== undefined)
      for (const child of design.modules[index]?.instances ?? [])
        paths[child.definition] ??= joinPath(path, child.name);
  }
  return design.modules.map((module, index) => paths[index] ?? module.name);
}
