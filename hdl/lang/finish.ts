import type { BlackBox, Check, Memory, Module, Name, NodeId, Port, Source } from "../netlist/index.ts";
import type { Builder, BuiltMemory } from "./builder.ts";
import { Emitter } from "./emitter.ts";
import { alwaysOne, type Expression } from "./expression.ts";
import { type GroupedInstance, groupInstances } from "./instances.ts";
import { assignNames, type Claim, rootOf } from "./names.ts";
import type { PortLeaf } from "./ports.ts";
import type { Site } from "./site.ts";
import { writePortsOf } from "./write-ports.ts";

/** What a module's body came to, ready to be made a definition. */
export interface Finished {
  readonly builder: Builder;
  readonly name: string;
  readonly leaves: readonly PortLeaf[];
  readonly inputs: ReadonlyMap<string, Expression>;
  readonly outputs: ReadonlyMap<string, Expression>;
  readonly blackBox: BlackBox | null;
  readonly site: Site | null;
}

/**
 * Numbers everything that a body made: the expressions that something uses or that have a name, in the order in which
 * they were written, become the module's dense nodes.
 */
export function finishModule({ builder, name, leaves, inputs, outputs, blackBox, site }: Finished): Module {
  const memoryWrites = new Map(builder.memories.map((memory) => [memory, writePortsOf(builder, memory)]));
  const instances = groupInstances(builder);
  const emitter = new Emitter(builder, instances, new Map(leaves.map((leaf, i) => [leaf.name, i])));

  for (const leaf of leaves) if (leaf.direction === "in") emitter.require(inputs.get(leaf.name));
  for (const output of outputs.values()) emitter.require(output);
  for (const target of builder.targets) if (target.kind === "reg") emitter.require(target.self.expression);
  for (const { elements } of instances)
    for (const { inputs: bound } of elements) for (const input of bound?.values() ?? []) emitter.require(input);
  for (const write of [...memoryWrites.values()].flat()) {
    for (const operand of [write.enable, write.address, write.data, write.mask]) emitter.require(operand);
  }
  const one = builder.checks.some((check) => !check.guard) ? alwaysOne : null;
  emitter.require(one);
  for (const { condition, guard } of builder.checks) for (const operand of [condition, guard]) emitter.require(operand);
  for (const expression of builder.expressions) if (isNamed(expression)) emitter.require(expression);
  emitter.emit();

  const id = (expression: Expression | null | undefined): NodeId => emitter.id(expression);
  const ports = leaves.map(
    (leaf): Port => ({
      name: leaf.name,
      direction: leaf.direction,
      width: leaf.width,
      node: id(leaf.direction === "in" ? inputs.get(leaf.name) : outputs.get(leaf.name)),
      format: leaf.format,
    }),
  );
  const names = portNames(ports, leaves, site);
  const claims = claimNames(builder, ports, emitter, names);
  const instanceNames = claimInstances(instances, claims);
  const memoryNames = claimMemories(builder.memories, claims);
  assignNames(claims, new Set(names.map((port) => rootOf(port.name))));

  return {
    name,
    domains: builder.domains,
    ports,
    nodes: emitter.nodes,
    instances: instances.map(({ definition, dims, elements, domains, site: at, inputNames }) => ({
      name: instanceNames.get(elements[0]) ?? "instance",
      definition,
      dims,
      inputs: inputNames.map((input) => elements.map((element) => id(element.inputs?.get(input)))),
      domains,
      source: at?.source ?? null,
    })),
    memories: builder.memories.map(
      (memory): Memory => ({
        name: memoryNames.get(memory) ?? "memory",
        width: memory.width,
        depth: memory.depth,
        readUnderWrite: memory.readUnderWrite,
        init: memory.init,
        writes: (memoryWrites.get(memory) ?? []).map((write) => ({
          domain: write.domain,
          enable: id(write.enable),
          address: id(write.address),
          data: id(write.data),
          mask: write.mask ? id(write.mask) : null,
          source: write.source,
        })),
        format: memory.format,
        source: memory.site?.source ?? null,
      }),
    ),
    checks: builder.checks.map(
      (check): Check => ({
        kind: check.kind,
        condition: id(check.condition),
        enable: id(check.guard ?? one),
        domain: check.domain,
        message: check.message,
        source: check.site?.source ?? null,
      }),
    ),
    names,
    nodeSources: emitter.nodeSources,
    sources: emitter.sources,
    blackBox,
    source: site?.source ?? null,
  };
}

function isNamed(expression: Expression): boolean {
  if (expression.givenName !== undefined) return true;
  return !expression.intermediate && expression.operation.kind !== "instOut" && Boolean(expression.site?.name);
}

function portNames(ports: readonly Port[], leaves: readonly PortLeaf[], site: Site | null): Name[] {
  const source = (name: string) => site?.property(leaves.find((leaf) => leaf.name === name)?.key ?? "") ?? null;
  return ports.map(({ name, node, format }) => ({ name, node, kind: "port", format, source: source(name) }));
}

function claimNames(builder: Builder, ports: readonly Port[], emitter: Emitter, names: Name[]): Claim[] {
  const claims: Claim[] = [];
  const portIndex = new Map(ports.map(({ name }, index) => [name, index]));
  const state: Claim[] = [];
  const values: Claim[] = [];
  for (const expression of builder.expressions) {
    const { operation, givenName, site } = expression;
    const target = operation.kind === "state" ? operation.target : null;
    if (!emitter.has(expression) || operation.kind === "input" || (!target && !isNamed(expression))) continue;
    const base = givenName ?? (target ? (site?.name ?? site?.enclosing ?? target.callee) : site?.name);
    if (!base) continue;
    const node = emitter.id(expression);
    const leaf = target && givenName === undefined ? target.leaf : "";
    const kind = target?.kind === "reg" ? "reg" : "wire";
    const port = portIndex.get(base + leaf) ?? -1;
    const portName = names[port];
    if (portName && ports[port]?.node === node) {
      names[port] = { ...portName, kind, source: site?.source ?? null };
      continue;
    }
    const take = (name: string, source: Source | null) => {
      names.push({ name, node, kind, format: expression.format, source });
    };
    (target ? state : values).push({ base, leaf, site, take });
  }
  return claims.concat(state, values);
}

function claimInstances(instances: readonly GroupedInstance[], claims: Claim[]): Map<unknown, string> {
  const names = new Map<unknown, string>();
  const own = instances.map(({ elements, site, moduleName }): Claim => {
    const first = elements[0];
    const base = first?.givenName ?? site?.name ?? site?.enclosing ?? moduleName.toLowerCase();
    return { base, leaf: "", site: null, take: (name) => names.set(first, name) };
  });
  claims.unshift(...own);
  return names;
}

function claimMemories(memories: readonly BuiltMemory[], claims: Claim[]): Map<BuiltMemory, string> {
  const names = new Map<BuiltMemory, string>();
  claims.unshift(
    ...memories.map((memory): Claim => {
      const base = memory.givenName ?? memory.site?.name ?? memory.site?.enclosing ?? "memory";
      return { base, leaf: "", site: memory.site, take: (name) => names.set(memory, name) };
    }),
  );
  return names;
}
