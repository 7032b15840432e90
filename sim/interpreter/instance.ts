import {
  evaluate,
  formatSource,
  type Instance,
  isState,
  type Module,
  memoryPath,
  type Node,
  type NodeId,
  operands,
  poison,
  type Scope,
  statePath,
} from "../../hdl/netlist/index.ts";
import { SimulationError } from "../engine.ts";

/** A stream of undefined power-on values for the state with this path: each call gives the next, `width` bits wide. */
export type PowerOn = (path: string) => (width: number) => bigint;

/** Words of a memory, which are held as one bigint each. */
const mostWords = 2 ** 25;
const mostBits = 2 ** 31;

/**
 * One living instance: a value for every node of its definition, words for every memory, and its children. Nothing is
 * shared between instances and nothing is flattened.
 */
export class LiveInstance {
  readonly path: string;
  readonly module: Module;
  /** `children[i][e]`: element `e` of instance array `i`. */
  readonly children: readonly (readonly LiveInstance[])[];
  /** By node id. State nodes keep theirs until an edge. */
  readonly values: bigint[];
  /** By memory, then address. */
  readonly memories: bigint[][];

  readonly #parent: LiveInstance | null;
  /** By port: its position among the input ports. */
  readonly #inputIndex: readonly number[];
  readonly #mostSweeps: number;
  readonly #valueOf = (id: NodeId) => this.value(id);
  readonly #widthOf = (id: NodeId) => at(this.module.nodes, id).width;
  #inputs: readonly bigint[] = [];
  #stale = true;

  /** `domains[d]` is the domain of the top that the module's domain `d` is connected to. */
  constructor(
    scope: Scope,
    readonly domains: readonly number[],
    powerOn: PowerOn,
    parent: LiveInstance | null = null,
  ) {
    const { module, path } = scope;
    if (module.blackBox && !module.blackBox.modelled)
      throw new SimulationError(
        `${path === "" ? "the top" : path} is the black box ${module.name} (${formatSource(module.source)}), ` +
          "which has no behavioural model; give it one to simulate the design",
      );
    this.path = path;
    this.module = module;
    this.#parent = parent;
    let inputs = 0;
    this.#inputIndex = module.ports.map(({ direction }) => (direction === "in" ? inputs++ : -1));
    this.#mostSweeps = backwardBits(module) + 2;
    this.children = module.instances.map((instance, index) => {
      const below = instance.domains.map((domain) => at(domains, domain));
      return scope.children
        .filter((child) => child.instance === index)
        .map((child) => new LiveInstance(child, below, powerOn, this));
    });
    this.values = module.nodes.map((node, id) => {
      if (!isState(node)) return 0n;
      return node.kind === "reg" && node.init !== null ? node.init : powerOn(statePath(module, path, id))(node.width);
    });
    this.memories = module.memories.map(({ width, depth, init }, memory) => {
      const words = powerOn(memoryPath(module, path, memory));
      if (depth > mostWords || depth * width > mostBits)
        throw new SimulationError(
          `the memory ${memoryPath(module, path, memory)} has ${depth} words of ${width} bits, the interpreter holds ` +
            `up to ${mostWords} and ${mostBits} bits; make it smaller or use the compiled simulator`,
        );
      return Array.from({ length: depth }, (_, address) => (init ? (init[address] ?? 0n) : words(width)));
    });
  }

  /** This instance and all below it: parents first, instances in order, elements in order. */
  *all(): Generator<LiveInstance> {
    yield this;
    for (const elements of this.children) for (const child of elements) yield* child.all();
  }

  value(id: NodeId): bigint {
    return at(this.values, id);
  }

  /** Says that state in here changed, so that `settle` evaluates this instance even if its inputs are the same. */
  invalidate(): void {
    for (let stale: LiveInstance | null = this; stale && !stale.#stale; stale = stale.#parent) stale.#stale = true;
  }

  /**
   * Evaluates everything combinational in here and below, given the values of the input ports in port order: the nodes
   * in order, again and again until none changes. Throws a SimulationError with the path where that never happens.
   */
  settle(inputs: readonly bigint[]): void {
    if (!this.#stale && inputs.every((value, i) => value === this.#inputs[i])) return;
    this.#stale = true;
    this.#inputs = inputs;
    let changed = this.#sweep();
    for (let sweeps = 1; changed.length > 0; sweeps++) {
      if (sweeps === this.#mostSweeps) throw this.#neverSettles(changed);
      changed = this.#sweep();
    }
    this.module.instances.forEach((instance, index) => {
      at(this.children, index).forEach((child, element) => {
        child.settle(this.#gather(instance, element));
      });
    });
    this.#stale = false;
  }

  /** Evaluates every node once, in order, and says which changed. */
  #sweep(): NodeId[] {
    const changed: NodeId[] = [];
    this.module.nodes.forEach((node, id) => {
      if (isState(node)) return;
      const value = this.#evaluate(node);
      if (value === this.values[id]) return;
      this.values[id] = value;
      changed.push(id);
    });
    return changed;
  }

  #evaluate(node: Node): bigint {
    if (node.kind === "input") return at(this.#inputs, at(this.#inputIndex, node.port));
    if (node.kind === "memRead") return readWord(this, node.memory, this.value(node.address));
    if (node.kind !== "instOut") return evaluate(node, this.#valueOf, this.#widthOf);
    const child = at(at(this.children, node.instance), node.element);
    child.settle(this.#gather(at(this.module.instances, node.instance), node.element));
    return child.value(at(child.module.ports, node.port).node);
  }

  #gather(instance: Instance, element: number): bigint[] {
    return instance.inputs.map((drivers) => this.value(at(drivers, element)));
  }

  #neverSettles(changed: readonly NodeId[]): SimulationError {
    const names = this.module.names.filter(({ node }) => changed.includes(node));
    const signals = names.map(({ name, source }) => `${name} (${formatSource(source)})`);
    return new SimulationError(
      `${this.path === "" ? "the top" : this.path} (${this.module.name}) never settles: a combinational loop through ` +
        `${signals.slice(0, 8).join(", ") || `nodes ${changed.slice(0, 8).join(", ")}`}; put a register into it`,
    );
  }
}

/** The word at an address, or poison where the memory has none. */
export function readWord(instance: LiveInstance, memory: number, address: bigint): bigint {
  const { width, depth } = at(instance.module.memories, memory);
  return address < BigInt(depth) ? at(at(instance.memories, memory), Number(address)) : poison(width);
}

/** The element at an index that the netlist promises to exist. */
export function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new RangeError(`malformed netlist: there is no element ${index} of ${items.length}`);
  return item;
}

/**
 * The bits of all nodes that follow a node of their own or a higher id. A sweep carries values along any chain of
 * nodes in rising order, so a design without a combinational loop by bit, where a chain visits a bit only once, needs
 * at most one sweep more than this.
 */
function backwardBits({ nodes, instances }: Module): number {
  const follows = (node: Node): readonly NodeId[] => {
    if (isState(node)) return [];
    if (node.kind !== "instOut") return operands(node);
    return at(instances, node.instance).inputs.map((drivers) => at(drivers, node.element));
  };
  return nodes.reduce((bits, node, id) => bits + (follows(node).some((operand) => operand >= id) ? node.width : 0), 0);
}
