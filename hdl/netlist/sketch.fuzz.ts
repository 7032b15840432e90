import type {
  BinaryKind,
  BlackBox,
  Check,
  Design,
  Domain,
  DomainId,
  Format,
  Instance,
  Memory,
  Module,
  Name,
  Node,
  NodeId,
  Port,
  Source,
} from "./design.ts";
import { elementCount } from "./element.ts";

/** A clock domain with the usual attributes: rising edge, synchronous reset, active high. */
export function clock(name = "clock"): Domain {
  return { name, edge: "rising", reset: "sync", polarity: "high" };
}

const uint: Format = { kind: "uint" };

/**
 * A module written down node by node, for tests of the passes. Nothing is checked here:
 * `validate` does that. Node `id` is said to be written on line `id + 1` of `<module>.ts`.
 */
export class Sketch {
  readonly ports: Port[] = [];
  readonly nodes: Node[] = [];
  readonly instances: Instance[] = [];
  readonly memories: Memory[] = [];
  readonly checks: Check[] = [];
  readonly names: Name[] = [];
  readonly sources: Source[] = [];
  blackBox: BlackBox | null = null;

  constructor(
    readonly name: string,
    readonly domains: readonly Domain[] = [clock()],
  ) {}

  /** Adds a node; its source is line `id + 1` of `<module>.ts`. */
  node(node: Node, name?: string, kind: Name["kind"] = "wire"): NodeId {
    const id = this.nodes.push(node) - 1;
    this.sources.push({ file: `${this.name}.ts`, line: id + 1, column: 1 });
    if (name !== undefined) this.call(id, name, kind);
    return id;
  }

  call(node: NodeId, name: string, kind: Name["kind"] = "wire"): void {
    this.names.push({ name, node, kind, format: uint, source: this.sources[node] ?? null });
  }

  input(name: string, width: number): NodeId {
    const port = this.ports.length;
    const node = this.node({ kind: "input", width, port }, name, "port");
    this.ports.push({ name, direction: "in", width, node, format: uint });
    return node;
  }

  output(name: string, node: NodeId): number {
    this.call(node, name, "port");
    return this.ports.push({ name, direction: "out", width: this.width(node), node, format: uint }) - 1;
  }

  width(node: NodeId): number {
    return this.nodes[node]?.width ?? 0;
  }

  constant(width: number, value: bigint | number): NodeId {
    return this.node({ kind: "const", width, value: BigInt(value) });
  }

  op(kind: BinaryKind, a: NodeId, b: NodeId, name?: string): NodeId {
    return this.node({ kind, width: this.width(a), a, b }, name);
  }

  not(a: NodeId, name?: string): NodeId {
    return this.node({ kind: "not", width: this.width(a), a }, name);
  }

  compare(kind: "eq" | "ltu" | "lts", a: NodeId, b: NodeId, name?: string): NodeId {
    return this.node({ kind, width: 1, a, b }, name);
  }

  mux(select: NodeId, a: NodeId, b: NodeId, name?: string): NodeId {
    return this.node({ kind: "mux", width: this.width(a), select, a, b }, name);
  }

  slice(a: NodeId, low: number, width: number, name?: string): NodeId {
    return this.node({ kind: "slice", width, a, low }, name);
  }

  cat(parts: readonly NodeId[], name?: string): NodeId {
    return this.node({ kind: "cat", width: parts.reduce((sum, part) => sum + this.width(part), 0), parts }, name);
  }

  extend(kind: "zext" | "sext", a: NodeId, width: number, name?: string): NodeId {
    return this.node({ kind, width, a }, name);
  }

  reg(width: number, next: NodeId, name?: string, domain: DomainId = 0, init: bigint | null = 0n): NodeId {
    return this.node({ kind: "reg", width, domain, next, init }, name, "reg");
  }

  /** Replaces a node, so that a later one can feed an earlier. */
  set(id: NodeId, change: Partial<Node>): void {
    const before = this.nodes[id];
    if (before) this.nodes[id] = Object.assign({}, before, change);
  }

  memory(name: string, width: number, depth: number, more: Partial<Memory> = {}): number {
    const plain: Memory = {
      name,
      width,
      depth,
      readUnderWrite: "old",
      init: null,
      writes: [],
      format: uint,
      source: null,
    };
    return this.memories.push({ ...plain, ...more }) - 1;
  }

  /** A gather is given in full, or as one node for all elements. */
  instance(
    name: string,
    definition: number,
    inputs: readonly (NodeId | readonly NodeId[])[],
    dims: readonly number[] = [],
    domains: readonly DomainId[] = [0],
  ): number {
    const count = elementCount(dims);
    const gathers = inputs.map((gather) =>
      typeof gather === "number" ? Array.from({ length: count }, () => gather) : gather,
    );
    return this.instances.push({ name, definition, dims, inputs: gathers, domains, source: null }) - 1;
  }

  out(instance: number, port: number, width: number, element = 0, name?: string): NodeId {
    return this.node({ kind: "instOut", width, instance, port, element }, name);
  }

  check(condition: NodeId, enable: NodeId, message: string, domain: DomainId = 0): void {
    this.checks.push({ kind: "check", condition, enable, domain, message, source: null });
  }

  module(): Module {
    const { name, domains, ports, nodes, instances, memories, checks, names, sources, blackBox } = this;
    const nodeSources = nodes.map((_, id) => id);
    const source = { file: `${name}.ts`, line: 1, column: 1 };
    return { name, domains, ports, nodes, instances, memories, checks, names, nodeSources, sources, blackBox, source };
  }
}

/** A design of these modules, children first, the last one on top. */
export function designOf(...modules: (Sketch | Module)[]): Design {
  const built = modules.map((module) => (module instanceof Sketch ? module.module() : module));
  return { modules: built, top: built.length - 1 };
}
