import type {
  Check,
  Design,
  Domain,
  Format,
  Instance,
  Memory,
  Module,
  Name,
  Node,
  NodeId,
  Port,
} from "../../hdl/netlist/index.ts";

const uint: Format = { kind: "uint" };

/** The implicit domain of a design that says nothing else: rising edge, synchronous reset. */
export const clock: Domain = { name: "clock", edge: "rising", reset: "sync", polarity: "high" };

/** A module under construction, node by node; every helper appends and returns the new node's id. */
export class ModuleDraft {
  readonly ports: Port[] = [];
  readonly nodes: Node[] = [];
  readonly instances: Instance[] = [];
  readonly memories: Memory[] = [];
  readonly checks: Check[] = [];
  readonly names: Name[] = [];

  constructor(
    readonly name: string,
    readonly domains: readonly Domain[] = [clock],
  ) {}

  add(node: Node): NodeId {
    return this.nodes.push(node) - 1;
  }

  widthOf(id: NodeId): number {
    const node = this.nodes[id];
    if (!node) throw new RangeError(`no node ${id}`);
    return node.width;
  }

  constant(width: number, value: bigint | number): NodeId {
    return this.add({ kind: "const", width, value: BigInt(value) });
  }

  input(name: string, width: number): NodeId {
    const node = this.add({ kind: "input", width, port: this.ports.length });
    this.ports.push({ name, direction: "in", width, node, format: uint });
    return this.label(name, node, "port");
  }

  output(name: string, node: NodeId): void {
    this.ports.push({ name, direction: "out", width: this.widthOf(node), node, format: uint });
    this.label(name, node, "port");
  }

  label(name: string, node: NodeId, kind: Name["kind"] = "wire"): NodeId {
    this.names.push({ name, node, kind, format: uint, source: null });
    return node;
  }

  /** A register that holds its value until `connect` gives it another `next`. */
  register(name: string, width: number, init: bigint | null, domain = 0): NodeId {
    const id = this.nodes.length;
    this.add({ kind: "reg", width, domain, next: id, init });
    return this.label(name, id, "reg");
  }

  connect(register: NodeId, next: NodeId): void {
    const node = this.nodes[register];
    if (node?.kind !== "reg") throw new RangeError(`node ${register} is no register`);
    this.nodes[register] = { ...node, next };
  }

  memory(name: string, width: number, depth: number, rest: Partial<Memory> = {}): number {
    const plain: Memory = {
      name,
      width,
      depth,
      readUnderWrite: "old",
      init: [],
      writes: [],
      format: uint,
      source: null,
    };
    return this.memories.push({ ...plain, ...rest }) - 1;
  }

  instance(name: string, definition: number, inputs: Instance["inputs"], rest: Partial<Instance> = {}): number {
    const plain: Instance = { name, definition, dims: [], inputs, domains: [0], source: null };
    return this.instances.push({ ...plain, ...rest }) - 1;
  }

  check(kind: Check["kind"], condition: NodeId, enable: NodeId, message: string, domain = 0): void {
    this.checks.push({ kind, condition, enable, domain, message, source: { file: "design.ts", line: 1, column: 1 } });
  }

  build(): Module {
    return {
      name: this.name,
      domains: this.domains,
      ports: this.ports,
      nodes: this.nodes,
      instances: this.instances,
      memories: this.memories,
      checks: this.checks,
      names: this.names,
      nodeSources: this.nodes.map(() => -1),
      sources: [],
      blackBox: null,
      source: null,
    };
  }
}

/** The design of these modules, children first; the last is the top. */
export function designOf(...modules: Module[]): Design {
  return { modules, top: modules.length - 1 };
}
