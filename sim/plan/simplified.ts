import {
  type CatNode,
  evaluate,
  isCombinational,
  isState,
  mapOperands,
  type Node,
  type NodeId,
  operands,
  simplify,
  type View,
} from "../../hdl/netlist/index.ts";
import { NodeTable } from "./node-table.ts";
import { postorder } from "./postorder.ts";
import { wordMux } from "./word-mux.ts";

/** Nodes with the algebra done that needs no clock. Ids stay as they were; nodes that came up on the way follow. */
export interface Simplified {
  /** Operands refer to nodes that stand for themselves; a node of constant value is a `const`. */
  readonly nodes: readonly Node[];
  /** For each node the one that has its value. */
  readonly standIn: Int32Array;
  /** All nodes, each after its operands; state after none. */
  readonly order: readonly NodeId[];
}

/** Steps of algebra on one node before it is left as it is. */
const mostSteps = 100;

/** Levels of a chain of choices between words, by field, that are made choices between words: each takes some stack. */
const mostWords = 100;

/**
 * Folds constants and plain algebra (`simplify`) across the borders of instances and lets equal nodes be one. State is
 * left alone. The nodes must not go round word by word (`splitFalseLoops`).
 */
export function simplified(nodes: readonly Node[]): Simplified {
  const simplification = new Simplification(nodes);
  simplification.run();
  return simplification;
}

class Simplification implements View {
  readonly nodes: Node[];
  readonly order: NodeId[] = [];
  readonly #standIn: NodeId[];
  readonly #table = new NodeTable();
  /** By node of the netlist: how many times it is an operand. */
  readonly #uses: Int32Array;
  /** By node of the netlist: whether something takes it apart or asks for the bits in it, which a cat tells best. */
  readonly #isTakenApart: Uint8Array;
  /** Cats that are being made into words of a mux, each within the one before. */
  #words = 0;

  constructor(nodes: readonly Node[]) {
    this.nodes = [...nodes];
    this.#standIn = nodes.map((_, id) => id);
    this.#uses = new Int32Array(nodes.length);
    this.#isTakenApart = new Uint8Array(nodes.length);
    for (const node of nodes)
      for (const operand of operands(node)) {
        this.#uses[operand] = (this.#uses[operand] ?? 0) + 1;
        if (node.kind === "slice" || node.kind === "reduce" || node.kind === "eq") this.#isTakenApart[operand] = 1;
      }
  }

  get standIn(): Int32Array {
    return Int32Array.from(this.#standIn);
  }

  run(): void {
    const count = this.nodes.length;
    const follow = (id: NodeId): readonly NodeId[] => (isState(this.node(id)) ? [] : operands(this.node(id)));
    for (const id of postorder(count, this.nodes.keys(), follow)) {
      const node = this.node(id);
      if (isState(node)) this.order.push(id);
      else this.#settle(id, this.#moved(node));
    }
    for (let id = 0; id < count; id++) {
      const node = this.node(id);
      if (isState(node)) this.nodes[id] = this.#moved(node);
    }
  }

  /** The node with its operands seen through. */
  #moved(node: Node): Node {
    const plain = operands(node).every((operand) => this.#standIn[operand] === operand);
    return plain ? node : mapOperands(node, (operand) => this.#find(operand));
  }

  node(id: NodeId): Node {
    const node = this.nodes[id];
    if (!node) throw new RangeError(`malformed netlist: there is no node ${id}`);
    return node;
  }

  same(a: NodeId, b: NodeId): boolean {
    return a === b;
  }

  constant(width: number, value: bigint): NodeId {
    return this.add({ kind: "const", width, value });
  }

  uses(id: NodeId): number {
    return this.#uses[id] ?? 0;
  }

  add(node: Node): NodeId {
    const id = this.nodes.length;
    this.nodes.push(node);
    this.#standIn.push(id);
    this.#settle(id, node);
    return this.#find(id);
  }

  /** Brings a node, whose operands stand for themselves, to its simplest form, or finds one that has its value. */
  #settle(id: NodeId, first: Node): void {
    let node = first;
    for (let step = 0; step < mostSteps; step++) {
      if (!isCombinational(node) || node.kind === "const") break;
      if (node.kind === "cross") {
        this.#giveOver(id, node, node.a);
        return;
      }
      if (operands(node).every((operand) => this.node(operand).kind === "const")) {
        node = { kind: "const", width: node.width, value: this.#evaluate(node) };
        break;
      }
      const simpler = simplify(node, this);
      const isWhole = simpler === null && this.#isTakenApart[id] !== 1;
      const word = isWhole && node.kind === "cat" ? this.#wordMux(node) : null;
      if (word) {
        node = word;
        continue;
      }
      if (simpler === null) break;
      if ("same" in simpler) {
        this.#giveOver(id, node, simpler.same);
        return;
      }
      node = simpler.node;
    }
    this.nodes[id] = node;
    this.order.push(id);
    this.#standIn[id] = this.#table.findOrAdd(id, node, this.nodes);
  }

  /** A word of a mux is a cat, which may be one of words again, as in a chain of priorities. */
  #wordMux(node: CatNode): Node | null {
    if (this.#words === mostWords) return null;
    this.#words++;
    const word = wordMux(node, this);
    this.#words--;
    return word;
  }

  #giveOver(id: NodeId, node: Node, other: NodeId): void {
    this.nodes[id] = node;
    this.order.push(id);
    this.#standIn[id] = this.#find(other);
  }

  #find(id: NodeId): NodeId {
    return this.#standIn[id] ?? id;
  }

  #evaluate(node: Node): bigint {
    return evaluate(
      node,
      (operand) => {
        const known = this.node(operand);
        return known.kind === "const" ? known.value : 0n;
      },
      (operand) => this.node(operand).width,
    );
  }
}
