import type { Node, NodeId } from "../../hdl/netlist/index.ts";

/** How many bits of each node's value can matter. */
export interface Ranges {
  /** The value is below 2^n. */
  readonly unsigned: Int32Array;
  /** Read as two's complement, the value fits in n bits, 1 to the width. */
  readonly signed: Int32Array;
}

/** Bounds of all nodes' values, by interval arithmetic on powers of two. In the order, operands come first. */
export function rangesOf(nodes: readonly Node[], order: readonly NodeId[]): Ranges {
  return new Bounds(nodes).all(order);
}

class Bounds {
  readonly #nodes: readonly Node[];
  readonly #unsigned: Int32Array;
  readonly #signed: Int32Array;

  constructor(nodes: readonly Node[]) {
    this.#nodes = nodes;
    this.#unsigned = new Int32Array(nodes.length);
    this.#signed = new Int32Array(nodes.length);
  }

  all(order: readonly NodeId[]): Ranges {
    for (const id of order) {
      const node = this.#nodes[id];
      if (!node) continue;
      const { width } = node;
      const unsigned = Math.min(width, Math.max(0, this.#unsignedBits(node)));
      const signed = Math.min(width, Math.max(1, this.#signedBits(node)));
      this.#unsigned[id] = unsigned;
      // A value with a zero on top reads the same with and without a sign.
      this.#signed[id] = unsigned < width ? Math.min(signed, unsigned + 1) : signed;
    }
    return { unsigned: this.#unsigned, signed: this.#signed };
  }

  #width(id: NodeId): number {
    return this.#nodes[id]?.width ?? 0;
  }

  #u(id: NodeId): number {
    return this.#unsigned[id] ?? 0;
  }

  #s(id: NodeId): number {
    return this.#signed[id] ?? 0;
  }

  #unsignedBits(node: Node): number {
    const { width } = node;
    switch (node.kind) {
      case "const":
        return node.value === 0n ? 0 : node.value.toString(2).length;
      case "and":
        return Math.min(this.#u(node.a), this.#u(node.b));
      case "or":
      case "xor":
        return Math.max(this.#u(node.a), this.#u(node.b));
      case "add":
        return Math.max(this.#u(node.a), this.#u(node.b)) + 1;
      case "mul":
        return this.#u(node.a) + this.#u(node.b);
      case "remu":
      case "shru":
      case "shrs":
      case "cross":
      case "zext":
        return this.#u(node.a);
      case "sext":
        return this.#u(node.a) < this.#width(node.a) ? this.#u(node.a) : width;
      case "eq":
      case "ltu":
      case "lts":
      case "reduce":
        return 1;
      case "mux":
        return Math.max(this.#u(node.a), this.#u(node.b));
      case "case":
        return node.arms.reduce((most, { value }) => Math.max(most, this.#u(value)), this.#u(node.otherwise));
      case "cat": {
        const [top = -1] = node.parts;
        return width - this.#width(top) + this.#u(top);
      }
      case "slice":
        return this.#u(node.a) - node.low;
      default:
        return width;
    }
  }

  #signedBits(node: Node): number {
    const { width } = node;
    switch (node.kind) {
      case "const": {
        const value = BigInt.asIntN(width, node.value);
        return (value < 0n ? ~value : value).toString(2).length + 1;
      }
      case "and":
      case "or":
      case "xor":
        return Math.max(this.#s(node.a), this.#s(node.b));
      case "add":
      case "sub":
        return Math.max(this.#s(node.a), this.#s(node.b)) + 1;
      case "mul":
        return this.#s(node.a) + this.#s(node.b);
      case "not":
      case "cross":
      case "sext":
      case "shrs":
        return this.#s(node.a);
      case "mux":
        return Math.max(this.#s(node.a), this.#s(node.b));
      case "case":
        return node.arms.reduce((most, { value }) => Math.max(most, this.#s(value)), this.#s(node.otherwise));
      case "cat": {
        const [top = -1] = node.parts;
        return width - this.#width(top) + this.#s(top);
      }
      case "slice":
        return node.low === 0 ? this.#s(node.a) : width;
      default:
        return width;
    }
  }
}
