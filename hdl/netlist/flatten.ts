import type { Check, Design, Memory, Module, Name, Node, NodeId, Source } from "./design.ts";
import { DesignError, definition } from "./design.ts";
import { elementCount, joinPath } from "./element.ts";
import { type Group, groupsOf, lanePaths } from "./groups.ts";
import { mapOperands, mapWrites } from "./map-operands.ts";
import { memoryPath, statePath } from "./state-path.ts";

/** A design as one module, with the way back to where each of its nodes came from. */
export interface Flat {
  /**
   * The top with everything inlined: no instances, domains and ports of the top, names and memory names as full paths. A
   * child's inputs and an instance's outputs have no node of their own here: their users and names refer to the driver.
   * Its names are put together when they are first asked for.
   */
  readonly module: Module;
  readonly groups: readonly Group[];
  /** For each node of `module`: its group, its lane there, and its id in the group's definition. */
  readonly group: Int32Array;
  readonly lane: Int32Array;
  readonly origin: Int32Array;
  /**
   * For each group the node of `module` that holds the value of node n of the definition in lane l, inputs and instance
   * outputs included: `nodes[g][l × (nodes of the definition) + n]`.
   */
  readonly nodes: readonly Int32Array[];
  /** For each group the memory of `module` for memory m of the definition in lane l, laid out in the same way. */
  readonly memories: readonly Int32Array[];
  /** Every signal's full path and node. Where two are spelt alike, the outer one. */
  readonly names: ReadonlyMap<string, NodeId>;
  /** For each check of `module`, the path of the instance that it is in. */
  readonly checkPaths: readonly string[];
  /** The registers and synchronous memory reads of `module`, ascending. */
  readonly states: readonly NodeId[];
  /** The canonical path (`state-path.ts`) of one of `states`. */
  readonly statePath: (id: NodeId) => string;
  /** Paths of instances of black boxes that have no model: a simulator refuses them. */
  readonly unmodelled: readonly string[];
}

/**
 * Inlines the whole hierarchy below the top. Linear in the number of nodes of the result, without recursion.
 *
 * Throws a DesignError for a design of more than 2^23 nodes or 2^17 instance arrays, and for outputs that are wired to each other in a circle
 * without a node between them (`checkLoops` names the signals).
 */
export function flatten(design: Design): Flat {
  const top = definition(design, design.top);
  const groups = groupsOf(design);
  const drivers = driversOf(design, groups);
  const flatOf = new Int32Array(drivers.length).fill(-1);
  let size = 0;
  for (let slot = 0; slot < drivers.length; slot++) if (drivers[slot] === slot) flatOf[slot] = size++;
  const nodes = groups.map(({ firstSlot, lanes, definition: index }) => {
    const own = drivers.slice(firstSlot, firstSlot + lanes * definition(design, index).nodes.length);
    for (let at = 0; at < own.length; at++) own[at] = flatOf[own[at] ?? 0] ?? -1;
    return own;
  });

  const paths = lanePaths(design, groups);
  const group = new Int32Array(size);
  const lane = new Int32Array(size);
  const origin = new Int32Array(size);
  const flatNodes: Node[] = [];
  const states: NodeId[] = [];
  const memoryBases = firstMemories(design, groups);
  groups.forEach((place, g) => {
    const { nodes: own, memories } = definition(design, place.definition);
    const ids = nodes[g] ?? new Int32Array(0);
    let base = 0;
    const to = (operand: NodeId): NodeId => ids[base + operand] ?? -1;
    for (let at = 0; at < place.lanes; at++, base += own.length)
      for (const [n, node] of own.entries()) {
        if (drivers[place.firstSlot + base + n] !== place.firstSlot + base + n) continue;
        const id = flatNodes.length;
        group[id] = g;
        lane[id] = at;
        origin[id] = n;
        flatNodes.push(inDomains(mapOperands(node, to), place, (memoryBases[g] ?? 0) + at * memories.length));
        if (node.kind === "reg" || (node.kind === "memRead" && node.sync)) states.push(id);
      }
  });

  const inlined: Inlined = { memories: [], checks: [], checkPaths: [], unmodelled: [] };
  groups.forEach((place, g) => {
    for (let at = 0; at < place.lanes; at++)
      inline(inlined, definition(design, place.definition), place, paths[g]?.[at] ?? "", (node) => {
        return nodes[g]?.[at * definition(design, place.definition).nodes.length + node] ?? -1;
      });
  });

  const { sources, base } = mergedSources(design);
  const nodeSources = flatNodes.map((_, id) => {
    const index = groups[group[id] ?? 0]?.definition ?? 0;
    const own = design.modules[index]?.nodeSources[origin[id] ?? -1] ?? -1;
    return own < 0 ? -1 : (base[index] ?? 0) + own;
  });
  const ports = top.ports.map((port) => ({ ...port, node: nodes[0]?.[port.node] ?? -1 }));
  const { memories, checks } = inlined;
  let named: Named | null = null;
  const naming = (): Named => {
    named ??= namesOf(design, groups, paths, nodes);
    return named;
  };
  const { name, domains, blackBox, source } = top;
  const module: Module = {
    ...{ name, domains, ports, nodes: flatNodes, instances: [], memories, checks, nodeSources, sources },
    ...{ blackBox, source },
    get names() {
      return naming().names;
    },
  };
  return {
    module,
    groups,
    group,
    lane,
    origin,
    nodes,
    memories: groups.map(({ definition: index, lanes }, g) =>
      Int32Array.from(
        { length: lanes * definition(design, index).memories.length },
        (_, at) => (memoryBases[g] ?? 0) + at,
      ),
    ),
    get names() {
      return naming().ids;
    },
    checkPaths: inlined.checkPaths,
    states,
    statePath: (id) => {
      const g = group[id] ?? 0;
      const module = definition(design, groups[g]?.definition ?? 0);
      return statePath(module, paths[g]?.[lane[id] ?? 0] ?? "", origin[id] ?? -1);
    },
    unmodelled: inlined.unmodelled,
  };
}

/** For each slot (a node of a lane of a group) the slot that drives it: itself but for inputs and instance outputs. */
function driversOf(design: Design, groups: readonly Group[]): Int32Array {
  const last = groups.at(-1);
  const total = last ? last.firstSlot + last.lanes * definition(design, last.definition).nodes.length : 0;
  const driver = new Int32Array(total);
  for (let slot = 0; slot < total; slot++) driver[slot] = slot;
  const outputs = new Map<Module, readonly (readonly InstanceOutput[])[]>();
  for (const inner of groups) {
    const outer = groups[inner.parent];
    if (!outer) continue;
    const parent = definition(design, outer.definition);
    const child = definition(design, inner.definition);
    const instance = parent.instances[inner.instance];
    if (!instance) continue;
    const elements = elementCount(instance.dims);
    const inputs = child.ports.filter((port) => port.direction === "in");
    for (let at = 0; at < inner.lanes; at++) {
      const outerBase = outer.firstSlot + Math.floor(at / elements) * parent.nodes.length;
      const innerBase = inner.firstSlot + at * child.nodes.length;
      for (const [p, port] of inputs.entries())
        driver[innerBase + port.node] = outerBase + (instance.inputs[p]?.[at % elements] ?? 0);
    }
    const byInstance = outputs.get(parent) ?? instanceOutputs(parent);
    outputs.set(parent, byInstance);
    for (const { id, port, element } of byInstance[inner.instance] ?? []) {
      const output = child.ports[port]?.node ?? 0;
      for (let at = 0; at < outer.lanes; at++)
        driver[outer.firstSlot + at * parent.nodes.length + id] =
          inner.firstSlot + (at * elements + element) * child.nodes.length + output;
    }
  }
  return resolved(driver, definition(design, design.top).name);
}

interface InstanceOutput {
  readonly id: NodeId;
  readonly port: number;
  readonly element: number;
}

/** The nodes of a module that are outputs of its instances, by instance. */
function instanceOutputs({ instances, nodes }: Module): InstanceOutput[][] {
  const outputs: InstanceOutput[][] = instances.map(() => []);
  nodes.forEach((node, id) => {
    if (node.kind === "instOut") outputs[node.instance]?.push({ id, port: node.port, element: node.element });
  });
  return outputs;
}

/** Follows each slot to the end of its chain of drivers, shortening the chains on the way. */
function resolved(driver: Int32Array, top: string): Int32Array {
  for (let slot = 0; slot < driver.length; slot++) {
    let end = slot;
    let steps = 0;
    for (let next = driver[end] ?? end; next !== end; next = driver[end] ?? end) {
      end = next;
      if (++steps > driver.length)
        throw new DesignError(`combinational loop in ${top}: outputs of instances drive each other in a circle`);
    }
    for (let at = slot; at !== end; ) {
      const next = driver[at] ?? end;
      driver[at] = end;
      at = next;
    }
  }
  return driver;
}

function inDomains(node: Node, { domains }: Group, firstMemory: number): Node {
  if (node.kind === "reg")
    return domains[node.domain] === node.domain ? node : { ...node, domain: domains[node.domain] ?? 0 };
  if (node.kind !== "memRead") return node;
  const sync = node.sync && { ...node.sync, domain: domains[node.sync.domain] ?? 0 };
  return { ...node, memory: firstMemory + node.memory, sync };
}

function firstMemories(design: Design, groups: readonly Group[]): number[] {
  let next = 0;
  return groups.map(({ definition: index, lanes }) => {
    const first = next;
    next += lanes * definition(design, index).memories.length;
    return first;
  });
}

interface Inlined {
  readonly memories: Memory[];
  readonly checks: Check[];
  readonly checkPaths: string[];
  readonly unmodelled: string[];
}

/** Adds everything but the nodes and names of one element. */
function inline(into: Inlined, module: Module, { domains }: Group, path: string, to: (node: NodeId) => NodeId): void {
  module.memories.forEach((memory, index) => {
    const moved = mapWrites(memory, to, (domain) => domains[domain] ?? 0);
    into.memories.push({ ...moved, name: memoryPath(module, path, index) });
  });
  for (const check of module.checks) {
    const domain = domains[check.domain] ?? 0;
    into.checks.push({ ...check, domain, condition: to(check.condition), enable: to(check.enable) });
    into.checkPaths.push(path);
  }
  if (module.blackBox?.modelled === false) into.unmodelled.push(path);
}

interface Named {
  readonly names: readonly Name[];
  readonly ids: ReadonlyMap<string, NodeId>;
}

/** The names of all elements as full paths. */
function namesOf(
  design: Design,
  groups: readonly Group[],
  paths: readonly (readonly string[])[],
  nodes: Flat["nodes"],
): Named {
  const names: Name[] = [];
  const ids = new Map<string, NodeId>();
  groups.forEach(({ definition: index }, g) => {
    const {
      names: own,
      nodes: { length: count },
    } = definition(design, index);
    paths[g]?.forEach((path, at) => {
      for (const name of own) {
        const full = joinPath(path, name.name);
        if (ids.has(full)) continue;
        const node = nodes[g]?.[at * count + name.node] ?? -1;
        ids.set(full, node);
        names.push({ ...name, name: full, node });
      }
    });
  });
  return { names, ids };
}

function mergedSources(design: Design): { sources: Source[]; base: number[] } {
  const sources: Source[] = [];
  const base = design.modules.map((module) => {
    const first = sources.length;
    for (const source of module.sources) sources.push(source);
    return first;
  });
  return { sources, base };
}
