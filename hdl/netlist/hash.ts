import { createHash } from "node:crypto";
import { type Design, definition, type Module, type NodeId } from "./design.ts";
import { mapOperands } from "./map-operands.ts";

const known = new WeakMap<Module, { readonly children: string; readonly hash: string }>();

/**
 * The structural hash of module `index` with all it instantiates: SHA-256, in hexadecimal.
 *
 * It covers ports (names, widths, formats), domains, every node that a port, check, memory or instance depends on,
 * memories, instances and the messages of checks; the name of a module counts for black boxes alone, which Verilog
 * instantiates by it. It does not depend on other names, on sources, on dead nodes, or on the order of nodes, memories
 * and (where their outputs are used) instances: things are numbered as a walk from the ports, then the checks, then
 * instances without used outputs, first meets them. Operand order counts.
 *
 * Names of state do decide its random values at power-on (`statePath`), which are no part of the structure.
 */
export function moduleHash(design: Design, index: number): string {
  // Children have lower indices: their hashes are ready when a parent's turn comes, at whatever depth.
  const needed = new Set([index]);
  for (let at = index; at >= 0; at--)
    if (needed.has(at)) for (const child of definition(design, at).instances) needed.add(child.definition);
  const hashes: string[] = [];
  for (const at of [...needed].sort((a, b) => a - b)) {
    const module = definition(design, at);
    const children = module.instances.map((child) => hashes[child.definition]).join();
    const before = known.get(module);
    const hash = before?.children === children ? before.hash : new Walk(module, hashes).hash();
    known.set(module, { children, hash });
    hashes[at] = hash;
  }
  return hashes[index] ?? "";
}

/** The structural hash of a design: of its top and all below it. */
export function designHash(design: Design): string {
  return moduleHash(design, design.top);
}

/** Numbers things in the order in which they are first asked for. */
class Numbering {
  readonly #numbers = new Map<number, number>();
  readonly order: number[] = [];
  /** How many of `order` have been dealt with. */
  done = 0;

  of(key: number): number {
    const before = this.#numbers.get(key);
    if (before !== undefined) return before;
    this.#numbers.set(key, this.order.length);
    return this.order.push(key) - 1;
  }

  /** The next one to deal with. */
  next(): number | undefined {
    const key = this.order[this.done];
    if (key !== undefined) this.done++;
    return key;
  }
}

/** Numbers and writes down what it meets, nodes first, breadth first. */
class Walk {
  readonly #module: Module;
  readonly #hashes: readonly string[];
  readonly #nodes = new Numbering();
  readonly #memories = new Numbering();
  readonly #instances = new Numbering();
  readonly #hash = createHash("sha256");

  constructor(module: Module, hashes: readonly string[]) {
    this.#module = module;
    this.#hashes = hashes;
  }

  hash(): string {
    const { name, domains, ports, checks, instances, blackBox } = this.#module;
    this.#write("systole netlist 1", blackBox && [name, blackBox]);
    for (const domain of domains) this.#write("domain", domain);
    for (const { node, ...port } of ports) this.#write("port", port, this.#node(node));
    for (const { kind, condition, enable, domain, message } of checks)
      this.#write("check", kind, this.#node(condition), this.#node(enable), domain, message);
    this.#follow();
    for (const index of instances.keys()) {
      this.#instances.of(index);
      this.#follow();
    }
    return this.#hash.digest("hex");
  }

  #write(...parts: readonly unknown[]): void {
    this.#hash.update(JSON.stringify(parts, canonical));
    this.#hash.update("\n");
  }

  #node = (id: NodeId): number => this.#nodes.of(id);

  /** Writes everything that has a number until nothing new is met. */
  #follow(): void {
    for (;;) {
      const node = this.#nodes.next();
      if (node !== undefined) {
        this.#writeNode(node);
        continue;
      }
      const memory = this.#memories.next();
      if (memory !== undefined) {
        this.#writeMemory(memory);
        continue;
      }
      const instance = this.#instances.next();
      if (instance === undefined) return;
      this.#writeInstance(instance);
    }
  }

  #writeNode(id: NodeId): void {
    const before = this.#module.nodes[id];
    if (!before) return;
    const node = mapOperands(before, this.#node);
    if (node.kind === "memRead") this.#write({ ...node, memory: this.#memories.of(node.memory) });
    else if (node.kind === "instOut") this.#write({ ...node, instance: this.#instances.of(node.instance) });
    else this.#write(node);
  }

  #writeMemory(index: number): void {
    const memory = this.#module.memories[index];
    if (!memory) return;
    const { width, depth, readUnderWrite, init } = memory;
    this.#write("memory", width, depth, readUnderWrite, init);
    for (const { domain, enable, address, data, mask } of memory.writes)
      this.#write(domain, [enable, address, data].map(this.#node), mask === null ? null : this.#node(mask));
  }

  #writeInstance(index: number): void {
    const instance = this.#module.instances[index];
    if (!instance) return;
    this.#write("instance", this.#hashes[instance.definition], instance.dims, instance.domains);
    for (const gather of instance.inputs) this.#write(gather.map(this.#node));
  }
}

/** For JSON.stringify: fields in alphabetical order, bigints as text. */
function canonical(_: string, value: unknown): unknown {
  if (typeof value === "bigint") return `0x${value.toString(16)}`;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}
