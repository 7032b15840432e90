import type { Instance, Module, Name, Node, NodeId } from "./design.ts";
import { isState } from "./design.ts";
import { mapOperands, mapWrites } from "./map-operands.ts";

/**
 * A module being rewritten: nodes may be replaced in place, added, or given over to another node that stands for them.
 * `build` makes the new module, with ids, names and sources remapped. Input nodes stay whatever happens.
 */
export class Rewrite {
  readonly module: Module;
  readonly nodes: Node[];
  readonly #sources: number[];
  readonly #standIn: NodeId[];

  constructor(module: Module) {
    this.module = module;
    this.nodes = [...module.nodes];
    this.#sources = [...module.nodeSources];
    this.#standIn = module.nodes.map((_, id) => id);
  }

  /** The node that stands for `id`, through all that was given over. */
  find(id: NodeId): NodeId {
    let root = id;
    for (let next = this.#standIn[root]; next !== undefined && next !== root; next = this.#standIn[root]) root = next;
    for (let at = id; at !== root; ) {
      const next = this.#standIn[at] ?? root;
      this.#standIn[at] = root;
      at = next;
    }
    return root;
  }

  /** The node that stands for `id`; its operands may have been given over since. */
  node(id: NodeId): Node {
    const node = this.nodes[this.find(id)];
    if (!node) throw new RangeError(`${this.module.name} has no node ${id}`);
    return node;
  }

  /** Adds a node, written where `origin` was. */
  add(node: Node, origin: NodeId): NodeId {
    this.#sources.push(this.#sources[origin] ?? -1);
    this.#standIn.push(this.nodes.length);
    return this.nodes.push(node) - 1;
  }

  /** Lets `other` stand for `id`, unless `id` stands for `other` already. Says whether it did. */
  giveOver(id: NodeId, other: NodeId): boolean {
    const root = this.find(other);
    if (root === id || this.find(id) !== id) return false;
    this.#standIn[id] = root;
    return true;
  }

  /** Whether any node was replaced, added or given over. */
  get changed(): boolean {
    return (
      this.nodes.length !== this.module.nodes.length ||
      this.nodes.some((node, id) => node !== this.module.nodes[id] || this.#standIn[id] !== id)
    );
  }

  /** The new module: without what was given over and what `keep` refuses; names of what it refuses go too. */
  build(keep: Keep = {}): Module {
    const { module } = this;
    const ids = new Int32Array(this.nodes.length).fill(-1);
    let count = 0;
    this.nodes.forEach((node, id) => {
      const kept = this.#standIn[id] === id && (keep.node?.(id) ?? true);
      if (kept || node.kind === "input") ids[id] = count++;
    });
    const memories = numbering(module.memories, keep.memory);
    const instances = numbering(module.instances, keep.instance);
    const to = (id: NodeId): NodeId => ids[this.find(id)] ?? -1;

    const nodes: Node[] = [];
    const nodeSources: number[] = [];
    this.nodes.forEach((node, id) => {
      if ((ids[id] ?? -1) < 0) return;
      const moved = mapOperands(node, to);
      if (moved.kind === "memRead") nodes.push({ ...moved, memory: memories[moved.memory] ?? -1 });
      else if (moved.kind === "instOut") nodes.push({ ...moved, instance: instances[moved.instance] ?? -1 });
      else nodes.push(moved);
      nodeSources.push(this.#sources[id] ?? -1);
    });
    return {
      ...module,
      nodes,
      nodeSources,
      ports: module.ports.map((port) => ({
        ...port,
        node: port.direction === "in" ? (ids[port.node] ?? -1) : to(port.node),
      })),
      memories: module.memories.filter((_, index) => memories[index] !== -1).map((memory) => mapWrites(memory, to)),
      instances: module.instances
        .filter((_, index) => instances[index] !== -1)
        .map((instance) => moveInputs(instance, to)),
      checks: module.checks.map((check) => ({ ...check, condition: to(check.condition), enable: to(check.enable) })),
      names: module.names.flatMap((name) => this.#moveName(name, to)),
    };
  }

  /** A register's name that now stands for plain logic is a wire's. */
  #moveName(name: Name, to: (id: NodeId) => NodeId): Name[] {
    const node = to(name.node);
    if (node < 0) return [];
    const lost = name.kind === "reg" && !isState(this.node(name.node));
    return [{ ...name, node, kind: lost ? "wire" : name.kind }];
  }
}

/** Which nodes, memories and instances go into the result: all that are not asked about. */
export interface Keep {
  readonly node?: (id: NodeId) => boolean;
  readonly memory?: (index: number) => boolean;
  readonly instance?: (index: number) => boolean;
}

/** The new index of each thing that is kept, −1 for the others. */
function numbering(things: readonly unknown[], keep: ((index: number) => boolean) | undefined): number[] {
  let count = 0;
  return things.map((_, index) => ((keep?.(index) ?? true) ? count++ : -1));
}

function moveInputs(instance: Instance, to: (id: NodeId) => NodeId): Instance {
  return { ...instance, inputs: instance.inputs.map((gather) => gather.map(to)) };
}
