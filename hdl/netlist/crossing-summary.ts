import { components } from "./components.ts";
import { type Design, type DomainId, definition, type Module, type Node, type NodeId, type Source } from "./design.ts";
import { elementName, joinPath } from "./element.ts";
import { nodeLabel, sourceOf } from "./label.ts";
import { bitsOf, dependencies, inputOrder, type Summary } from "./summary.ts";

/** A piece of state by its path below the module in question. */
export interface StateAt {
  readonly label: string;
  readonly source: Source | null;
}

/** What a definition's users must know of its clocks. */
export interface Crossings {
  /**
   * For each node, what its value depends on within the cycle without passing a `cross`, as a mask: bit d is state of
   * domain d, bit (number of domains + p) is input port p.
   */
  readonly taints: readonly bigint[];
  /** For each port (empty for outputs), which domains sample it and, for each, a register that does. */
  readonly samplers: readonly ReadonlyMap<DomainId, StateAt>[];
}

/** Told of each sampled operand that depends on state of a foreign domain. */
export type OnCrossing = (sampler: StateAt, operand: NodeId, domain: DomainId, foreign: DomainId) => void;

/** The crossing summary of module `index`, from those of all modules below it. */
export function sampledBy(
  design: Design,
  index: number,
  summaries: readonly Summary[],
  known: readonly Crossings[],
  onCrossing: OnCrossing,
): Crossings {
  const module = definition(design, index);
  const taints = taintsOf(design, module, summaries, known);
  const domains = module.domains.length;
  const domainBits = (1n << BigInt(domains)) - 1n;
  const seen: bigint[] = new Array(domains).fill(0n);
  const samplers = module.ports.map(() => new Map<DomainId, StateAt>());

  const sample = (operand: NodeId, domain: DomainId, sampler: () => StateAt): void => {
    const taint = taints[operand] ?? 0n;
    const foreign = taint & domainBits & ~(1n << BigInt(domain));
    if (foreign !== 0n) onCrossing(sampler(), operand, domain, bitsOf(foreign)[0] ?? 0);
    const inputs = taint & ~domainBits & ~(seen[domain] ?? 0n);
    if (inputs === 0n) return;
    seen[domain] = (seen[domain] ?? 0n) | inputs;
    for (const bit of bitsOf(inputs)) samplers[bit - domains]?.set(domain, sampler());
  };

  module.nodes.forEach((node, id) => {
    const sampler = () => ({ label: nodeLabel(module, id), source: sourceOf(module, id) });
    if (node.kind === "reg") sample(node.next, node.domain, sampler);
    if (node.kind === "memRead" && node.sync) {
      sample(node.address, node.sync.domain, sampler);
      sample(node.sync.enable, node.sync.domain, sampler);
    }
  });
  for (const memory of module.memories)
    for (const write of memory.writes) {
      const sampler = () => ({ label: `memory ${memory.name}`, source: write.source ?? memory.source });
      for (const operand of [write.enable, write.address, write.data, ...(write.mask === null ? [] : [write.mask])])
        sample(operand, write.domain, sampler);
    }
  for (const instance of module.instances) {
    const order = inputOrder(definition(design, instance.definition).ports);
    known[instance.definition]?.samplers.forEach((byDomain, port) => {
      for (const [inner, { label, source }] of byDomain)
        instance.inputs[order[port] ?? -1]?.forEach((operand, element) => {
          sample(operand, instance.domains[inner] ?? 0, () => ({
            label: joinPath(elementName(instance.name, instance.dims, element), label),
            source,
          }));
        });
    });
  }
  return { taints, samplers };
}

function taintsOf(
  design: Design,
  module: Module,
  summaries: readonly Summary[],
  known: readonly Crossings[],
): readonly bigint[] {
  const follow = dependencies(design, module, summaries);
  const { count, members, starts } = components(module.nodes.length, follow);
  const taints: bigint[] = new Array(module.nodes.length).fill(0n);
  const domains = BigInt(module.domains.length);

  const own = (node: Node, id: NodeId): bigint => {
    switch (node.kind) {
      case "cross":
        return 0n;
      case "input":
        return 1n << (domains + BigInt(node.port));
      case "reg":
        return 1n << BigInt(node.domain);
      case "instOut":
        return instanceTaint(design, module, node, known, taints);
      case "memRead": {
        if (node.sync) return 1n << BigInt(node.sync.domain);
        const writes = module.memories[node.memory]?.writes ?? [];
        return writes.reduce((mask, write) => mask | (1n << BigInt(write.domain)), taints[node.address] ?? 0n);
      }
      default:
        return follow(id).reduce((mask, operand) => mask | (taints[operand] ?? 0n), 0n);
    }
  };

  for (let c = 0; c < count; c++) {
    const group = members.subarray(starts[c], starts[c + 1]);
    // Words may go round where bits do not: then all of the group get the same, once for each member to come round.
    for (let changed = true; changed; ) {
      changed = false;
      for (const id of group) {
        const node = module.nodes[id];
        const taint = node ? own(node, id) : 0n;
        if (taint === taints[id]) continue;
        taints[id] = taint;
        changed = group.length > 1;
      }
    }
  }
  return taints;
}

function instanceTaint(
  design: Design,
  module: Module,
  node: Extract<Node, { kind: "instOut" }>,
  known: readonly Crossings[],
  taints: readonly bigint[],
): bigint {
  const instance = module.instances[node.instance];
  if (!instance) return 0n;
  const child = definition(design, instance.definition);
  const order = inputOrder(child.ports);
  let mask = 0n;
  for (const bit of bitsOf(known[instance.definition]?.taints[child.ports[node.port]?.node ?? -1] ?? 0n)) {
    if (bit < child.domains.length) mask |= 1n << BigInt(instance.domains[bit] ?? 0);
    else mask |= taints[instance.inputs[order[bit - child.domains.length] ?? -1]?.[node.element] ?? -1] ?? 0n;
  }
  return mask;
}

/** Finds a piece of state of `domain` that `node` of module `index` depends on; there is one where its taint says so. */
export function trace(
  design: Design,
  index: number,
  node: NodeId,
  domain: DomainId,
  summaries: readonly Summary[],
  known: readonly Crossings[],
): StateAt {
  let path = "";
  let at = { index, node, domain };
  for (;;) {
    const module = definition(design, at.index);
    const step = traceWithin(design, module, known[at.index]?.taints ?? null, at.node, at.domain, summaries, known);
    if ("label" in step) return { label: joinPath(path, step.label), source: step.source };
    path = joinPath(path, step.name);
    at = step;
  }
}

type Step =
  | StateAt
  | { readonly name: string; readonly index: number; readonly node: NodeId; readonly domain: DomainId };

function traceWithin(
  design: Design,
  module: Module,
  known: readonly bigint[] | null,
  start: NodeId,
  domain: DomainId,
  summaries: readonly Summary[],
  crossings: readonly Crossings[],
): Step {
  const taints = known ?? taintsOf(design, module, summaries, crossings);
  const follow = dependencies(design, module, summaries);
  const bit = 1n << BigInt(domain);
  const seen = new Set<NodeId>();
  const open = [start];
  for (let id = open.shift(); id !== undefined; id = open.shift()) {
    if (seen.has(id) || ((taints[id] ?? 0n) & bit) === 0n) continue;
    seen.add(id);
    const node = module.nodes[id];
    if (node?.kind === "reg" || (node?.kind === "memRead" && node.sync))
      return { label: nodeLabel(module, id), source: sourceOf(module, id) };
    if (node?.kind === "memRead") {
      const memory = module.memories[node.memory];
      const write = memory?.writes.find((port) => port.domain === domain);
      if (memory && write) return { label: `memory ${memory.name}`, source: write.source ?? memory.source };
    }
    if (node?.kind === "instOut") {
      const instance = module.instances[node.instance];
      const output = instance && design.modules[instance.definition]?.ports[node.port]?.node;
      if (instance && output !== undefined) {
        const taint = crossings[instance.definition]?.taints[output] ?? 0n;
        const inner = instance.domains.findIndex((outer, d) => outer === domain && ((taint >> BigInt(d)) & 1n) === 1n);
        if (inner >= 0)
          return {
            name: elementName(instance.name, instance.dims, node.element),
            index: instance.definition,
            node: output,
            domain: inner,
          };
      }
    }
    open.push(...follow(id));
  }
  return { label: nodeLabel(module, start), source: sourceOf(module, start) };
}
