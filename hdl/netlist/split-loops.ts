import { movedFrom } from "./bit-graph.ts";
import { bitSummaries } from "./bit-summary.ts";
import type { BinaryNode, Design, Module, Node, NodeId, ShiftNode } from "./design.ts";
import { checkBits, wordCycles } from "./loops.ts";

/** A bit of a node that stands in the result. */
interface Bit {
  readonly node: NodeId;
  readonly bit: number;
}

/**
 * Rewrites words that go round where no bit does (`w = cat(slice(w, 0, 7), a)`) into single bits, so that the words of
 * the result can be put in order. Sums become ripples of carries, other prefix operations act on as many low (or high)
 * bits as each result bit needs. Node ids, names and state stay as they are; new nodes are appended.
 *
 * For a module without instances, such as `flatten` yields; throws a RangeError for one with, and the DesignError of
 * `checkLoops` where a bit does go round. Returns the module itself where no word goes round.
 */
export function splitFalseLoops(module: Module): Module {
  if (module.instances.length > 0) throw new RangeError(`${module.name} has instances; flatten the design first`);
  const design: Design = { modules: [module], top: 0 };
  const cycles = wordCycles(design, module, []);
  if (cycles.length === 0) return module;
  for (const cycle of cycles) checkBits(design, module, cycle, bitSummaries(design, []), () => module.name);
  return new Splitter(module, new Set(cycles.flat())).split();
}

class Splitter {
  readonly #module: Module;
  readonly #members: ReadonlySet<NodeId>;
  readonly #nodes: Node[];
  readonly #nodeSources: number[];
  /** For each split node the nodes of its bits, from bit 0. */
  readonly #bits = new Map<NodeId, NodeId[]>();
  /** The node that new nodes are written for. */
  #origin: NodeId = 0;
  #zero: NodeId | null = null;

  constructor(module: Module, members: ReadonlySet<NodeId>) {
    this.#module = module;
    this.#members = members;
    this.#nodes = [...module.nodes];
    this.#nodeSources = [...module.nodeSources];
  }

  split(): Module {
    for (const id of this.#members) {
      const node = this.#before(id);
      this.#origin = id;
      // Placeholders first: bits refer to each other in any order.
      if (this.#isSplit(node))
        this.#bits.set(
          id,
          Array.from({ length: node.width }, () => this.#add(node)),
        );
    }
    for (const [id, bits] of this.#bits) {
      this.#origin = id;
      this.#define(this.#before(id), bits);
    }
    for (const id of this.#members) {
      const node = this.#before(id);
      this.#origin = id;
      if (this.#isKept(node)) continue;
      const bits = Array.from({ length: node.width }, (_, bit) => this.#find(id, bit));
      this.#nodes[id] = { kind: "cat", width: node.width, parts: this.#parts(bits) };
    }
    return { ...this.#module, nodes: this.#nodes, nodeSources: this.#nodeSources };
  }

  #before(id: NodeId): Node {
    const node = this.#module.nodes[id];
    if (!node) throw new RangeError(`${this.#module.name} has no node ${id}`);
    return node;
  }

  /** Whether every bit of the node depends on all bits of its operands: nothing is gained by splitting it. */
  #isKept({ kind }: Node): boolean {
    return ["eq", "ltu", "lts", "reduce", "divu", "divs", "remu", "rems", "memRead"].includes(kind);
  }

  #isSplit(node: Node): boolean {
    const moves = node.kind === "cat" || node.kind === "slice" || node.kind === "zext" || node.kind === "sext";
    return !this.#isKept(node) && !moves && !this.#isConstantShift(node);
  }

  #isConstantShift(node: Node): boolean {
    const shifts = node.kind === "shl" || node.kind === "shru" || node.kind === "shrs";
    return shifts && this.#before(node.b).kind === "const";
  }

  #add(node: Node): NodeId {
    this.#nodeSources.push(this.#nodeSources[this.#origin] ?? -1);
    return this.#nodes.push(node) - 1;
  }

  /** Where a bit's value comes from once plain copies are followed. */
  #find(id: NodeId, bit: number): Bit {
    for (let at: Bit = { node: id, bit }; ; ) {
      const node = this.#before(at.node);
      if (!this.#members.has(at.node) || this.#isKept(node)) return at;
      const own = this.#bits.get(at.node)?.[at.bit];
      if (own !== undefined) return { node: own, bit: 0 };
      const from = movedFrom(this.#module, node, at.bit);
      if (!from) return { node: this.#constantZero(), bit: 0 };
      at = from;
    }
  }

  #constantZero(): NodeId {
    this.#zero ??= this.#add({ kind: "const", width: 1, value: 0n });
    return this.#zero;
  }

  /** Nodes for these bits, given from bit 0 and returned from the top, runs of one word as one slice. */
  #parts(bits: readonly Bit[]): NodeId[] {
    const parts: NodeId[] = [];
    for (let at = 0; at < bits.length; ) {
      const first = bits[at] ?? { node: 0, bit: 0 };
      let width = 1;
      for (let next = bits[at + width]; next; next = bits[at + width]) {
        if (next.node !== first.node || next.bit !== first.bit + width) break;
        width++;
      }
      const whole = this.#nodes[first.node]?.width === width;
      parts.push(whole ? first.node : this.#add({ kind: "slice", width, a: first.node, low: first.bit }));
      at += width;
    }
    return parts.reverse();
  }

  /** Bits `low` to `high` of a node as a value. */
  #word(id: NodeId, low: number, high: number): NodeId {
    const bits = Array.from({ length: high - low + 1 }, (_, i) => this.#find(id, low + i));
    const parts = this.#parts(bits);
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : this.#add({ kind: "cat", width: bits.length, parts });
  }

  #bit(id: NodeId, bit: number): NodeId {
    return this.#word(id, bit, bit);
  }

  #define(node: Node, bits: readonly NodeId[]): void {
    if (node.kind === "add" || node.kind === "sub") this.#ripple(node, bits);
    else for (const [bit, id] of bits.entries()) this.#nodes[id] = this.#bitOf(node, bit);
  }

  #bitOf(node: Node, bit: number): Node {
    switch (node.kind) {
      case "not":
      case "cross":
        return { kind: node.kind, width: 1, a: this.#bit(node.a, bit) };
      case "and":
      case "or":
      case "xor":
        return { kind: node.kind, width: 1, a: this.#bit(node.a, bit), b: this.#bit(node.b, bit) };
      case "mux": {
        const select = this.#bit(node.select, 0);
        return { kind: "mux", width: 1, select, a: this.#bit(node.a, bit), b: this.#bit(node.b, bit) };
      }
      case "case": {
        const arms = node.arms.map(({ match, value }) => ({ match, value: this.#bit(value, bit) }));
        return { ...node, width: 1, arms, otherwise: this.#bit(node.otherwise, bit) };
      }
      case "mul": {
        const [a, b] = [this.#word(node.a, 0, bit), this.#word(node.b, 0, bit)];
        const product = this.#add({ kind: "mul", width: bit + 1, a, b });
        return { kind: "slice", width: 1, a: product, low: bit };
      }
      case "shl":
      case "shru":
      case "shrs":
        return this.#shiftedBit(node, bit);
      default:
        throw new RangeError(`a node of kind ${node.kind} is not split into bits`);
    }
  }

  /** The bits that can be shifted into this one, shifted by the same amount; this one is then at an end. */
  #shiftedBit(node: ShiftNode, bit: number): Node {
    const up = node.kind === "shl";
    const a = up ? this.#word(node.a, 0, bit) : this.#word(node.a, bit, node.width - 1);
    const width = up ? bit + 1 : node.width - bit;
    const shifted = this.#add({ kind: node.kind, width, a, b: node.b });
    return { kind: "slice", width: 1, a: shifted, low: up ? bit : 0 };
  }

  /** a + b bit by bit, or a + ¬b + 1. */
  #ripple(node: BinaryNode, bits: readonly NodeId[]): void {
    const subtract = node.kind === "sub";
    const gate = (kind: "and" | "or" | "xor", a: NodeId, b: NodeId): NodeId => this.#add({ kind, width: 1, a, b });
    let carry = this.#add({ kind: "const", width: 1, value: subtract ? 1n : 0n });
    for (const [bit, id] of bits.entries()) {
      const a = this.#bit(node.a, bit);
      const plain = this.#bit(node.b, bit);
      const b = subtract ? this.#add({ kind: "not", width: 1, a: plain }) : plain;
      const half = gate("xor", a, b);
      this.#nodes[id] = { kind: "xor", width: 1, a: half, b: carry };
      if (bit < bits.length - 1) carry = gate("or", gate("and", a, b), gate("and", half, carry));
    }
  }
}
