import type { BlackBox, Check, Memory, Module, Name, Node, NodeId, Port, Source } from "../netlist/index.ts";
import type { Builder, BuiltMemory } from "./builder.ts";
import { alwaysOne, type Expression, type Operation } from "./expression.ts";
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
    const port = ports.findIndex((candidate) => candidate.node === node && candidate.name === base + leaf);
    const portName = names[port];
    if (portName) {
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

class Emitter {
  readonly nodes: Node[] = [];
  readonly nodeSources: number[] = [];
  readonly sources: Source[] = [];
  private readonly needed = new Set<Expression>();
  private readonly ids = new Map<Expression, NodeId>();
  private readonly constants = new Map<string, NodeId>();
  private readonly sourceIndex = new Map<Source, number>();
  private readonly places = new Map<unknown, { instance: number; element: number }>();

  constructor(
    private readonly builder: Builder,
    private readonly instances: readonly GroupedInstance[],
    private readonly portIndex: ReadonlyMap<string, number>,
  ) {
    instances.forEach(({ elements }, instance) => {
      elements.forEach((built, element) => {
        this.places.set(built, { instance, element });
      });
    });
  }

  has(expression: Expression): boolean {
    return this.ids.has(expression);
  }

  id(expression: Expression | null | undefined): NodeId {
    const known = expression ? (this.ids.get(expression) ?? this.constantId(expression)) : undefined;
    if (known === undefined) throw new RangeError(`an expression of ${this.builder.path} was not emitted`);
    return known;
  }

  /** Marks an expression, and all that it depends on, as part of the module. */
  require(root: Expression | null | undefined): void {
    const pending = root ? [root] : [];
    for (let expression = pending.pop(); expression; expression = pending.pop()) {
      if (this.needed.has(expression)) continue;
      this.needed.add(expression);
      pending.push(...operandsOf(expression.operation));
    }
  }

  emit(): void {
    for (const expression of this.needed) if (expression.operation.kind === "const") this.addConstant(expression);
    const owned = this.builder.expressions.filter((expression) => this.needed.has(expression));
    owned.forEach((expression, i) => {
      this.ids.set(expression, this.nodes.length + i);
    });
    for (const expression of owned) this.add(this.node(expression), expression.site);
  }

  private addConstant({ operation, width }: Expression): void {
    if (operation.kind !== "const") return;
    const key = `${width}:${operation.value}`;
    if (this.constants.has(key)) return;
    this.constants.set(key, this.nodes.length);
    this.add({ kind: "const", width, value: operation.value }, null);
  }

  private constantId({ operation, width }: Expression): NodeId | undefined {
    return operation.kind === "const" ? this.constants.get(`${width}:${operation.value}`) : undefined;
  }

  private add(node: Node, site: Site | null): void {
    this.nodes.push(node);
    let index = -1;
    if (site) {
      index = this.sourceIndex.get(site.source) ?? this.sources.push(site.source) - 1;
      this.sourceIndex.set(site.source, index);
    }
    this.nodeSources.push(index);
  }

  private node({ operation, width }: Expression): Node {
    const id = (operand: Expression) => this.id(operand);
    switch (operation.kind) {
      case "const":
        return { kind: "const", width, value: operation.value };
      case "input":
        return { kind: "input", width, port: this.portIndex.get(operation.name) ?? -1 };
      case "not":
      case "cross":
      case "zext":
      case "sext":
        return { kind: operation.kind, width, a: id(operation.a) };
      case "eq":
      case "ltu":
      case "lts":
        return { kind: operation.kind, width: 1, a: id(operation.a), b: id(operation.b) };
      case "mux":
        return { kind: "mux", width, select: id(operation.select), a: id(operation.a), b: id(operation.b) };
      case "case": {
        const arms = operation.arms.map(({ match, value }) => ({ match, value: id(value) }));
        return { kind: "case", width, selector: id(operation.selector), arms, otherwise: id(operation.otherwise) };
      }
      case "cat":
        return { kind: "cat", width, parts: operation.parts.map(id) };
      case "slice":
        return { kind: "slice", width, a: id(operation.a), low: operation.low };
      case "reduce":
        return { kind: "reduce", op: operation.op, width: 1, a: id(operation.a) };
      case "state": {
        const { kind, driver, domain, init } = operation.target;
        const next = this.id(driver);
        return kind === "wire" ? { kind: "zext", width, a: next } : { kind: "reg", width, domain, next, init };
      }
      case "memRead": {
        const { address, sync } = operation.read;
        const memory = this.builder.memories.findIndex((candidate) => candidate === operation.memory);
        const timing = sync && { domain: sync.domain, enable: id(sync.enable) };
        return { kind: "memRead", width, memory, address: id(address), sync: timing };
      }
      case "instOut": {
        const place = this.places.get(operation.instance);
        const port = place ? (this.instances[place.instance]?.portIndex.get(operation.port) ?? -1) : -1;
        return { kind: "instOut", width, instance: place?.instance ?? -1, port, element: place?.element ?? -1 };
      }
      default:
        return { kind: operation.kind, width, a: id(operation.a), b: id(operation.b) };
    }
  }
}

function operandsOf(operation: Operation): readonly Expression[] {
  switch (operation.kind) {
    case "const":
    case "input":
    case "instOut":
      return [];
    case "mux":
      return [operation.select, operation.a, operation.b];
    case "case":
      return [operation.selector, ...operation.arms.map((arm) => arm.value), operation.otherwise];
    case "cat":
      return operation.parts;
    case "state":
      return operation.target.driver ? [operation.target.driver] : [];
    case "memRead":
      return operation.read.sync ? [operation.read.address, operation.read.sync.enable] : [operation.read.address];
    case "not":
    case "cross":
    case "slice":
    case "zext":
    case "sext":
    case "reduce":
      return [operation.a];
    default:
      return [operation.a, operation.b];
  }
}
