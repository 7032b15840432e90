import type { BitSummary } from "./bit-summary.ts";
import { type Design, isState, type Module, type Node, type NodeId } from "./design.ts";
import { bitsOf, inputOrder } from "./summary.ts";

/**
 * What each bit of some nodes of a module depends on in the same cycle. A vertex is a bit of a node, or the node's
 * "whole": what every one of its bits depends on alike (a case's selector, both operands of a division).
 *
 * Bitwise operators map bit i to bit i; add, sub and mul let bit i depend on bits 0 to i (bit i on its own bit i − 1);
 * comparisons, reductions, divisions and addresses on all bits; a variable shift on its amount and on the bits at or
 * below (shl) or above (shru, shrs); cat, slice, extensions and shifts by a constant move single bits; an instance's
 * output goes by its definition's bit summary. Edges to nodes that are not members are left out.
 */
export class BitGraph {
  /** The number of vertices. */
  readonly size: number;
  readonly #design: Design;
  readonly #module: Module;
  readonly #summaryOf: (definition: number) => BitSummary;
  readonly #first = new Map<NodeId, number>();
  readonly #nodeOf: Int32Array;

  constructor(
    design: Design,
    module: Module,
    members: Iterable<NodeId>,
    summaryOf: (definition: number) => BitSummary,
  ) {
    this.#design = design;
    this.#module = module;
    this.#summaryOf = summaryOf;
    let size = 0;
    for (const id of members) {
      this.#first.set(id, size);
      size += this.#width(id) + 1;
    }
    this.size = size;
    this.#nodeOf = new Int32Array(size);
    for (const [id, first] of this.#first) this.#nodeOf.fill(id, first, first + this.#width(id) + 1);
  }

  /** The vertex of a bit of a member, −1 if the node is none. */
  vertex(node: NodeId, bit: number): number {
    const first = this.#first.get(node);
    return first === undefined ? -1 : first + bit;
  }

  nodeOf(vertex: number): NodeId {
    return this.#nodeOf[vertex] ?? -1;
  }

  /** The bit of a vertex within its node; the node's width for its whole. */
  bitOf(vertex: number): number {
    return vertex - (this.#first.get(this.nodeOf(vertex)) ?? 0);
  }

  /** The vertices that this one depends on. */
  follow(vertex: number): number[] {
    const id = this.nodeOf(vertex);
    const node = this.#module.nodes[id];
    const found: number[] = [];
    if (!node || isState(node)) return found;
    const bit = this.bitOf(vertex);
    if (bit === node.width) this.#followWhole(node, found);
    else this.#followBit(node, id, bit, found);
    return found;
  }

  #width(id: NodeId): number {
    return this.#module.nodes[id]?.width ?? 0;
  }

  #add(found: number[], node: NodeId, bit: number): void {
    const vertex = this.vertex(node, bit);
    if (vertex >= 0) found.push(vertex);
  }

  #addAll(found: number[], node: NodeId): void {
    for (let bit = 0; bit < this.#width(node); bit++) this.#add(found, node, bit);
  }

  #followWhole(node: Node, found: number[]): void {
    switch (node.kind) {
      case "case":
        this.#addAll(found, node.selector);
        return;
      case "shl":
      case "shru":
      case "shrs":
        this.#addAll(found, node.b);
        return;
      case "memRead":
        this.#addAll(found, node.address);
        return;
      case "divu":
      case "divs":
      case "remu":
      case "rems":
        this.#addAll(found, node.a);
        this.#addAll(found, node.b);
        return;
      default:
        return;
    }
  }

  #followBit(node: Node, id: NodeId, bit: number, found: number[]): void {
    switch (node.kind) {
      case "const":
      case "input":
      case "reg":
        return;
      case "not":
      case "cross":
        this.#add(found, node.a, bit);
        return;
      case "and":
      case "or":
      case "xor":
        this.#add(found, node.a, bit);
        this.#add(found, node.b, bit);
        return;
      case "add":
      case "sub":
      case "mul":
        this.#add(found, node.a, bit);
        this.#add(found, node.b, bit);
        if (bit > 0) this.#add(found, id, bit - 1);
        return;
      case "eq":
      case "ltu":
      case "lts":
        this.#addAll(found, node.a);
        this.#addAll(found, node.b);
        return;
      case "reduce":
        this.#addAll(found, node.a);
        return;
      case "divu":
      case "divs":
      case "remu":
      case "rems":
      case "memRead":
        this.#add(found, id, node.width);
        return;
      case "mux":
        this.#add(found, node.select, 0);
        this.#add(found, node.a, bit);
        this.#add(found, node.b, bit);
        return;
      case "case":
        for (const arm of node.arms) this.#add(found, arm.value, bit);
        this.#add(found, node.otherwise, bit);
        this.#add(found, id, node.width);
        return;
      case "instOut":
        this.#followInstance(node.instance, node.port, node.element, bit, found);
        return;
      case "shl":
      case "shru":
      case "shrs": {
        const source = movedFrom(this.#module, node, bit);
        if (source) {
          this.#add(found, source.node, source.bit);
          return;
        }
        const amount = this.#module.nodes[node.b];
        if (amount?.kind === "const") return;
        const next = node.kind === "shl" ? bit - 1 : bit + 1;
        this.#add(found, node.a, bit);
        // The last bit of the chain depends on the amount, at the vertex after the top bit.
        this.#add(found, id, next < 0 ? node.width : next);
        return;
      }
      default: {
        const source = movedFrom(this.#module, node, bit);
        if (source) this.#add(found, source.node, source.bit);
      }
    }
  }

  #followInstance(index: number, port: number, element: number, bit: number, found: number[]): void {
    const instance = this.#module.instances[index];
    if (!instance) return;
    const summary = this.#summaryOf(instance.definition);
    const order = inputOrder(this.#design.modules[instance.definition]?.ports ?? []);
    for (const source of bitsOf(summary.through[port]?.[bit] ?? 0n)) {
      const from = summary.inputBits[source];
      const driver = from && instance.inputs[order[from.port] ?? -1]?.[element];
      if (from && driver !== undefined) this.#add(found, driver, from.bit);
    }
  }
}

/**
 * The bit that bit `bit` of a node is a plain copy of: for cat, slice, extensions and shifts by a constant. Null for
 * other kinds and where the bit is a constant 0.
 */
export function movedFrom(
  module: Module,
  node: Node,
  bit: number,
): { readonly node: NodeId; readonly bit: number } | null {
  switch (node.kind) {
    case "cat": {
      let low = node.width;
      for (const part of node.parts) {
        low -= module.nodes[part]?.width ?? 0;
        if (bit >= low) return { node: part, bit: bit - low };
      }
      return null;
    }
    case "slice":
      return { node: node.a, bit: bit + node.low };
    case "zext":
    case "sext": {
      const width = module.nodes[node.a]?.width ?? 0;
      if (bit < width) return { node: node.a, bit };
      return node.kind === "sext" ? { node: node.a, bit: width - 1 } : null;
    }
    case "shl":
    case "shru":
    case "shrs": {
      const amount = module.nodes[node.b];
      if (amount?.kind !== "const") return null;
      const shift = amount.value < BigInt(node.width) ? Number(amount.value) : node.width;
      const from = node.kind === "shl" ? bit - shift : bit + shift;
      if (from >= 0 && from < node.width) return { node: node.a, bit: from };
      return node.kind === "shrs" ? { node: node.a, bit: node.width - 1 } : null;
    }
    default:
      return null;
  }
}
