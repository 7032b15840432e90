import { type BinaryNode, type Node, type NodeId, ones } from "../../../hdl/netlist/index.ts";
import { type ElementBytes, elementBytes, isLaneOperation, type LaneGroup } from "../../plan/lanes/lane-group.ts";
import { Simd } from "../simd.ts";
import { sized } from "../simd-family.ts";
import type { Form } from "../value-type.ts";
import { narrowed, type Parts, products, widened } from "./element-size.ts";
import type { VectorGraph, VectorId } from "./vector-graph.ts";

/**
 * Values of a prototype's nodes as operations on vector registers, for the lanes of one chunk. Like scalar values, they
 * have a form: what is in the bits of an element above the value's width. One bit with its sign above is a mask.
 */
export class VectorExpression {
  readonly #group: LaneGroup;
  readonly #graph: VectorGraph;
  readonly #known = new Map<string, Parts>();

  constructor(group: LaneGroup, graph: VectorGraph) {
    this.#group = group;
    this.#graph = graph;
  }

  width(id: NodeId): number {
    return this.#node(id).width;
  }

  /** The value in elements of its own size. */
  value(id: NodeId, form: Form): Parts {
    const forms: readonly Form[] = form === "any" ? ["zero", "sign", "any"] : [form];
    for (const candidate of forms) {
      const known = this.#known.get(`${id} ${candidate}`);
      if (known) return known;
    }
    return this.#remember(id, form);
  }

  /** One bit as masks for elements of a size. */
  mask(id: NodeId, bytes: ElementBytes): Parts {
    const key = `${id} mask ${bytes}`;
    const known = this.#known.get(key);
    if (known) return known;
    const node = this.#node(id);
    let parts: Parts;
    // Numbers too wide for lanes are compared elsewhere.
    const isComputed = isLaneOperation(this.#group.nodes, id);
    if (isComputed && (node.kind === "eq" || node.kind === "ltu" || node.kind === "lts")) {
      const own = elementBytes(this.#node(node.a).width);
      const compared = this.#comparison(node);
      parts =
        bytes < own ? narrowed(this.#graph, compared, own, bytes, "mask") : this.#widen(compared, own, bytes, true);
    } else if (node.kind === "not" && bytes > 1) {
      parts = this.mask(node.a, bytes).map((part) => this.#graph.simd(Simd.not, part));
    } else parts = this.#widen(this.value(id, "sign"), 1, bytes, true);
    this.#known.set(key, parts);
    return parts;
  }

  #remember(id: NodeId, form: Form): Parts {
    const node = this.#node(id);
    const computed = isLaneOperation(this.#group.nodes, id) ? this.#compute(node, form) : this.#fetch(id, node.width);
    const parts = this.#fix(computed.parts, node.width, computed.form, form);
    this.#known.set(`${id} ${form === "any" ? computed.form : form}`, parts);
    return parts;
  }

  #fetch(id: NodeId, width: number): { parts: Parts; form: Form } {
    const parts = Array.from({ length: elementBytes(width) }, (_, part) => this.#graph.leaf(id, part));
    return { parts, form: "zero" };
  }

  #compute(node: Node, wanted: Form): { parts: Parts; form: Form } {
    const graph = this.#graph;
    const { width } = node;
    const bytes = elementBytes(width);
    const each = (a: Parts, b: Parts, opcode: number): Parts =>
      a.map((part, i) => graph.simd(opcode, part, b[i] ?? part));
    switch (node.kind) {
      case "const": {
        const value = wanted === "sign" ? BigInt.asIntN(width, node.value) : node.value;
        const form = wanted === "any" ? "zero" : wanted;
        return { parts: new Array<VectorId>(bytes).fill(graph.splat(value, bytes)), form };
      }
      case "cross":
        return { parts: this.value(node.a, wanted), form: wanted };
      case "not":
        if (wanted === "zero") {
          const all = graph.splat(ones(width), bytes);
          return { parts: this.value(node.a, "zero").map((part) => graph.simd(Simd.xor, part, all)), form: "zero" };
        }
        return { parts: this.value(node.a, wanted).map((part) => graph.simd(Simd.not, part)), form: wanted };
      case "and":
      case "or":
      case "xor": {
        const opcode = node.kind === "and" ? Simd.and : node.kind === "or" ? Simd.or : Simd.xor;
        return { parts: each(this.value(node.a, wanted), this.value(node.b, wanted), opcode), form: wanted };
      }
      case "add":
      case "sub": {
        const opcode = sized(node.kind, bytes);
        return { parts: each(this.value(node.a, "any"), this.value(node.b, "any"), opcode), form: "any" };
      }
      case "mul":
        return { parts: this.#product(node), form: "any" };
      case "eq":
      case "ltu":
      case "lts": {
        const own = elementBytes(this.#node(node.a).width);
        return { parts: narrowed(graph, this.#comparison(node), own, 1, "mask"), form: "sign" };
      }
      case "mux": {
        const select = this.mask(node.select, bytes);
        const [a, b] = [this.value(node.a, wanted), this.value(node.b, wanted)];
        return {
          parts: a.map((part, i) => graph.simd(Simd.bitSelect, part, b[i] ?? part, select[i] ?? part)),
          form: wanted,
        };
      }
      case "case":
        return { parts: this.#case(node, wanted), form: wanted };
      case "cat":
        return { parts: this.#cat(node.parts, bytes), form: "zero" };
      case "slice": {
        const own = elementBytes(this.#node(node.a).width);
        const source = this.value(node.a, node.low + width === this.#node(node.a).width ? "zero" : "any");
        const moved = source.map((part) => graph.shift(sized("shiftRightUnsigned", own), part, node.low));
        const topmost = node.low + width === this.#node(node.a).width;
        return { parts: narrowed(graph, moved, own, bytes, topmost ? "fits" : "cut"), form: topmost ? "zero" : "any" };
      }
      case "zext":
      case "sext": {
        const from = this.#node(node.a).width;
        const sign = node.kind === "sext";
        if (sign && from === 1) return { parts: this.mask(node.a, bytes), form: "sign" };
        const form: Form = sign ? "sign" : "zero";
        return { parts: this.#widen(this.value(node.a, form), elementBytes(from), bytes, sign), form };
      }
      case "reduce":
        return this.#reduction(node);
      case "shl":
      case "shru":
      case "shrs":
        return this.#shifted(node);
      default:
        throw new RangeError(`a node of kind ${node.kind} is not computed in lanes`);
    }
  }

  /** Masks in elements of the operands' size. */
  #comparison({ kind, a, b }: Extract<Node, { kind: "eq" | "ltu" | "lts" }>): Parts {
    const graph = this.#graph;
    const bytes = elementBytes(this.#node(a).width);
    const form: Form = kind === "lts" ? "sign" : "zero";
    // There is no unsigned comparison of 64 bits: with their top bits turned over, numbers compare like signed ones.
    const turned = kind === "ltu" && bytes === 8;
    const top = turned ? graph.splat(1n << 63n, 8) : 0;
    const prepared = (id: NodeId): Parts => {
      const parts = this.value(id, form);
      return turned ? parts.map((part) => graph.simd(Simd.xor, part, top)) : parts;
    };
    const opcode = sized(kind === "eq" ? "eq" : kind === "ltu" && !turned ? "lessUnsigned" : "lessSigned", bytes);
    const right = prepared(b);
    return prepared(a).map((part, i) => graph.simd(opcode, part, right[i] ?? part));
  }

  /** Of numbers that were extended, the instructions that widen make the product at once. */
  #product({ a, b, width }: BinaryNode): Parts {
    const graph = this.#graph;
    const bytes = elementBytes(width);
    const [left, right] = [this.#node(a), this.#node(b)];
    const [x, y] = [this.#narrow(left), this.#narrow(right)];
    if (x && y && left.kind === right.kind && (left.kind === "sext" || left.kind === "zext")) {
      const from = elementBytes(Math.max(x.width, y.width));
      const sign = left.kind === "sext";
      const form: Form = sign ? "sign" : "zero";
      if (from < bytes) {
        const [p, q] = [x, y].map(({ id, width }) =>
          this.#widen(this.value(id, form), elementBytes(width), from, sign),
        );
        const wide = products(graph, p ?? [], q ?? [], from, sign);
        return this.#widen(wide, from === 1 ? 2 : from === 2 ? 4 : 8, bytes, sign);
      }
    }
    const [p, q] = [this.value(a, "any"), this.value(b, "any")];
    if (bytes > 1) return p.map((part, i) => graph.simd(sized("mul", bytes), part, q[i] ?? part));
    return narrowed(graph, products(graph, p, q, 1, false), 2, 1, "cut");
  }

  #narrow(node: Node): { id: NodeId; width: number } | null {
    if (node.kind !== "sext" && node.kind !== "zext") return null;
    const { width } = this.#node(node.a);
    return width === 1 && node.kind === "sext" ? null : { id: node.a, width };
  }

  #case({ selector, arms, otherwise, width }: Extract<Node, { kind: "case" }>, wanted: Form): Parts {
    const graph = this.#graph;
    const bytes = elementBytes(width);
    const own = elementBytes(this.#node(selector).width);
    const code = this.value(selector, "zero");
    return arms.reduceRight<Parts>(
      (rest, { match, value }) => {
        const same = code.map((part) => graph.simd(sized("eq", own), part, graph.splat(match, own)));
        const select = own > bytes ? narrowed(graph, same, own, bytes, "mask") : this.#widen(same, own, bytes, true);
        const arm = this.value(value, wanted);
        return rest.map((part, i) => graph.simd(Simd.bitSelect, arm[i] ?? part, part, select[i] ?? part));
      },
      this.value(otherwise, wanted),
    );
  }

  #cat(ids: readonly NodeId[], bytes: ElementBytes): Parts {
    const graph = this.#graph;
    let low = ids.reduce((sum, id) => sum + this.#node(id).width, 0);
    let all: Parts | null = null;
    for (const id of ids) {
      const { width } = this.#node(id);
      low -= width;
      const wide = this.#widen(this.value(id, "zero"), elementBytes(width), bytes, false);
      const placed = wide.map((part) => graph.shift(sized("shiftLeft", bytes), part, low));
      all = all ? all.map((part, i) => graph.simd(Simd.or, part, placed[i] ?? part)) : placed;
    }
    return all ?? [];
  }

  #reduction({ op, a }: Extract<Node, { kind: "reduce" }>): { parts: Parts; form: Form } {
    const graph = this.#graph;
    const { width } = this.#node(a);
    const bytes = elementBytes(width);
    const parts = this.value(a, "zero");
    if (op !== "xor") {
      const all = graph.splat(op === "and" ? ones(width) : 0n, bytes);
      const same = narrowed(
        graph,
        parts.map((part) => graph.simd(sized("eq", bytes), part, all)),
        bytes,
        1,
        "mask",
      );
      return { parts: op === "and" ? same : same.map((part) => graph.simd(Simd.not, part)), form: "sign" };
    }
    let folded = parts;
    for (let by = 4 * bytes; by >= 8; by /= 2)
      folded = folded.map((part) =>
        graph.simd(Simd.xor, part, graph.shift(sized("shiftRightUnsigned", bytes), part, by)),
      );
    const counted = narrowed(graph, folded, bytes, 1, "cut").map((part) => graph.simd(Simd.countOnes8, part));
    return { parts: counted, form: "any" };
  }

  #shifted({ kind, a, b, width }: Extract<Node, { kind: "shl" | "shru" | "shrs" }>): { parts: Parts; form: Form } {
    const graph = this.#graph;
    const bytes = elementBytes(width);
    const by = this.#node(b);
    const given = by.kind === "const" ? by.value : 0n;
    const amount = given > BigInt(width) ? width : Number(given);
    if (kind === "shrs") {
      // Beyond the width there is only sign, as at the last bit.
      const opcode = sized("shiftRightSigned", bytes);
      const parts = this.value(a, "sign").map((part) => graph.shift(opcode, part, Math.min(amount, width - 1)));
      return { parts, form: "sign" };
    }
    if (amount === width) return { parts: new Array<VectorId>(bytes).fill(graph.splat(0n, bytes)), form: "zero" };
    const opcode = sized(kind === "shl" ? "shiftLeft" : "shiftRightUnsigned", bytes);
    const form: Form = kind === "shl" ? "any" : "zero";
    return { parts: this.value(a, form).map((part) => graph.shift(opcode, part, amount)), form };
  }

  #widen(parts: Parts, from: ElementBytes, to: ElementBytes, sign: boolean): Parts {
    return widened(this.#graph, parts, from, to, sign);
  }

  #fix(parts: Parts, width: number, has: Form, wanted: Form): Parts {
    const graph = this.#graph;
    const bytes = elementBytes(width);
    if (wanted === "any" || has === wanted || width === 8 * bytes) return parts;
    if (wanted === "zero") {
      const mask = graph.splat(ones(width), bytes);
      return parts.map((part) => graph.simd(Simd.and, part, mask));
    }
    if (width === 1 && has === "zero") return parts.map((part) => graph.simd(Simd.negate8, part));
    const unused = 8 * bytes - width;
    return parts.map((part) => {
      const up = graph.shift(sized("shiftLeft", bytes), part, unused);
      return graph.shift(sized("shiftRightSigned", bytes), up, unused);
    });
  }

  #node(id: NodeId): Node {
    const node = this.#group.nodes[id];
    if (!node) throw new RangeError(`malformed netlist: the prototype of ${this.#group.name} has no node ${id}`);
    return node;
  }
}
