import type { Format, NodeId } from "../netlist/index.ts";
import type { EnumerationNames } from "./enumerations.ts";
import type { ModuleScope } from "./module-scope.ts";

/** How tightly Verilog's operators bind (IEEE 1364-2005, table 5-4), the highest first. */
const binds = {
  primary: 14,
  unary: 13,
  mul: 12,
  add: 11,
  shift: 10,
  order: 9,
  equal: 8,
  and: 7,
  xor: 6,
  or: 5,
  mux: 2,
};

interface Text {
  readonly text: string;
  readonly binding: number;
}

/** An expression longer than this gets a wire of its own. */
const longest = 96;
/** One that is used several times stands in all of these places if it is no longer than this. */
const shortest = 24;

/**
 * Writes values as Verilog expressions. All operators of the netlist take and give words of equal widths, so an operand
 * may stand inside an expression as it is: no context widens it. What is signed stands in `$unsigned(…)`, whose inside
 * no context reaches.
 */
export class Expressions {
  readonly #texts = new Map<NodeId, Text>();
  readonly #wires = new Map<NodeId, string>();

  constructor(
    private readonly scope: ModuleScope,
    private readonly enumerations: EnumerationNames,
    /** Declares a wire for a node, driven by the text, or by nothing yet, and returns its identifier. */
    private readonly declare: (id: NodeId, text: string | null) => string,
  ) {}

  /** The value, as an operand of an assignment or a port; constants by their label where the format has some. */
  of(id: NodeId, format: Format | null = null): string {
    return this.#text(id, format).text;
  }

  /** An identifier that holds the value, of which bits can be selected. */
  identifier(id: NodeId): string {
    const { text } = this.#text(id, null);
    return /^[A-Za-z_][A-Za-z0-9_]*$/.test(text) ? text : this.#wire(id, text);
  }

  /** The expression that drives the node, whatever its name. */
  driver(id: NodeId, format: Format | null): string {
    return this.#build(id, format).text;
  }

  constant(width: number, value: bigint, format: Format | null): string {
    const label = format?.kind === "enum" ? this.enumerations.label(format.labels, width, value) : null;
    if (label) return label;
    if (width === 1) return `1'b${value}`;
    return value < 1024n || width <= 8 ? `${width}'d${value}` : `${width}'h${value.toString(16)}`;
  }

  #text(id: NodeId, format: Format | null): Text {
    const { scope } = this;
    const wire = this.#wires.get(id) ?? scope.nodes.get(id);
    if (wire !== undefined) return primary(wire);
    const node = scope.node(id);
    if (node.kind === "const") return primary(this.constant(node.width, node.value, format));
    if (scope.circular.has(id)) return primary(this.#wire(id, null));
    const known = this.#texts.get(id);
    if (known) return known;
    const text = this.#build(id, format);
    const shared = (scope.uses[id] ?? 0) > 1 && !(text.binding === binds.primary && text.text.length <= shortest);
    if (shared || text.text.length > longest) return primary(this.#wire(id, text.text));
    this.#texts.set(id, text);
    return text;
  }

  #wire(id: NodeId, text: string | null): string {
    const known = this.#wires.get(id);
    if (known !== undefined) return known;
    const wire = this.declare(id, text);
    this.#wires.set(id, wire);
    return wire;
  }

  /** As the operand of a bitwise operator, where only the same operator goes without parentheses. */
  #bitwise(id: NodeId, level: number): string {
    const { text, binding } = this.#text(id, null);
    return binding >= binds.unary || binding === level ? text : `(${text})`;
  }

  #operand(id: NodeId, least: number, format: Format | null = null): string {
    const { text, binding } = this.#text(id, format);
    return binding >= least ? text : `(${text})`;
  }

  #build(id: NodeId, format: Format | null): Text {
    const node = this.scope.node(id);
    const { width } = node;
    switch (node.kind) {
      case "const":
        return primary(this.constant(width, node.value, format));
      case "not":
        return this.#negated(node.a) ?? { text: `~${this.#operand(node.a, binds.unary)}`, binding: binds.unary };
      case "cross":
        return this.#text(node.a, format);
      case "and":
      case "or":
      case "xor": {
        const [symbol, level] = symbols[node.kind];
        return { text: `${this.#bitwise(node.a, level)} ${symbol} ${this.#bitwise(node.b, level)}`, binding: level };
      }
      case "add":
      case "mul": {
        const [symbol, level] = symbols[node.kind];
        const right = this.#operand(node.b, level + 1);
        return { text: `${this.#operand(node.a, level)} ${symbol} ${right}`, binding: level };
      }
      case "sub":
        return {
          text: `${this.#operand(node.a, binds.add)} - ${this.#operand(node.b, binds.add + 1)}`,
          binding: binds.add,
        };
      case "divu":
      case "remu": {
        const [a, b] = [this.#operand(node.a, binds.mul), this.#operand(node.b, binds.mul + 1)];
        const ones = `{${width}{1'b1}}`;
        const zero = `${b} == ${this.constant(width, 0n, null)}`;
        return node.kind === "divu"
          ? { text: `${zero} ? ${ones} : ${a} / ${b}`, binding: binds.mux }
          : { text: `${zero} ? ${a} : ${a} % ${b}`, binding: binds.mux };
      }
      case "divs":
      case "rems":
        return this.#signedDivision(node.kind, node.a, node.b, width);
      case "eq": {
        const formats = this.scope.formats;
        const [left, right] = [formats.get(node.a) ?? null, formats.get(node.b) ?? null];
        const a = this.#operand(node.a, binds.equal + 1, right);
        return { text: `${a} == ${this.#operand(node.b, binds.equal + 1, left)}`, binding: binds.equal };
      }
      case "ltu":
        return {
          text: `${this.#operand(node.a, binds.order + 1)} < ${this.#operand(node.b, binds.order + 1)}`,
          binding: binds.order,
        };
      case "lts":
        return { text: `$signed(${this.of(node.a)}) < $signed(${this.of(node.b)})`, binding: binds.order };
      case "shl":
      case "shru": {
        const symbol = node.kind === "shl" ? "<<" : ">>";
        const amount = this.#operand(node.b, binds.shift + 1);
        return { text: `${this.#operand(node.a, binds.shift)} ${symbol} ${amount}`, binding: binds.shift };
      }
      case "shrs":
        return primary(`$unsigned($signed(${this.of(node.a)}) >>> ${this.#operand(node.b, binds.shift + 1)})`);
      case "mux": {
        const { select, negated } = plainSelect(this.scope, node.select);
        const [a, b] = negated ? [node.b, node.a] : [node.a, node.b];
        const condition = this.#operand(select, binds.mux + 1);
        const chosen = this.#operand(a, binds.mux + 1, format);
        return { text: `${condition} ? ${chosen} : ${this.#operand(b, binds.mux, format)}`, binding: binds.mux };
      }
      case "case": {
        const of = this.scope.formats.get(node.selector) ?? null;
        const selector = this.identifier(node.selector);
        const selectorWidth = this.scope.node(node.selector).width;
        const arms = node.arms.map(
          ({ match, value }) =>
            `${selector} == ${this.constant(selectorWidth, match, of)} ? ${this.#operand(value, binds.mux + 1, format)} :`,
        );
        const otherwise = this.#operand(node.otherwise, binds.mux, format);
        if (arms.length === 0) return this.#text(node.otherwise, format);
        return { text: [...arms, otherwise].join("\n    "), binding: binds.mux };
      }
      case "cat":
        return node.parts.length === 1
          ? this.#text(node.parts[0] ?? 0, null)
          : primary(`{${node.parts.map((part) => this.of(part)).join(", ")}}`);
      case "slice": {
        const whole = this.scope.node(node.a).width;
        if (node.width === whole) return this.#text(node.a, format);
        const of = this.identifier(node.a);
        const high = node.low + node.width - 1;
        return primary(node.width === 1 ? `${of}[${node.low}]` : `${of}[${high}:${node.low}]`);
      }
      case "zext": {
        const by = width - this.scope.node(node.a).width;
        return by === 0 ? this.#text(node.a, format) : primary(`{${by}'d0, ${this.of(node.a)}}`);
      }
      case "sext": {
        const from = this.scope.node(node.a).width;
        if (from === width) return this.#text(node.a, format);
        const of = this.identifier(node.a);
        const sign = from === 1 ? of : `${of}[${from - 1}]`;
        return primary(`{{${width - from}{${sign}}}, ${of}}`);
      }
      case "reduce": {
        const symbol = { and: "&", or: "|", xor: "^" }[node.op];
        return { text: `${symbol}${this.#operand(node.a, binds.primary)}`, binding: binds.unary };
      }
      default:
        throw new RangeError(`${this.scope.module.name}: node ${id} (${node.kind}) has no identifier`);
    }
  }

  /** `a != b` for the complement of an unnamed `a == b`, and so on; null for anything else. */
  #negated(id: NodeId): Text | null {
    const { scope } = this;
    const node = scope.node(id);
    if ((scope.uses[id] ?? 0) > 1 || scope.nodes.has(id) || scope.circular.has(id)) return null;
    if (node.kind !== "eq" && node.kind !== "ltu" && node.kind !== "lts") return null;
    const { text, binding } = this.#build(id, null);
    const [symbol, opposite] = node.kind === "eq" ? [" == ", " != "] : [" < ", " >= "];
    return text.split(symbol).length === 2 ? { text: text.replace(symbol, opposite), binding } : null;
  }

  /** RISC-V's division: by zero, and the smallest number by −1, have results that Verilog leaves undefined. */
  #signedDivision(kind: "divs" | "rems", dividend: NodeId, divisor: NodeId, width: number): Text {
    const a = this.#operand(dividend, binds.mux + 1);
    const b = this.#operand(divisor, binds.equal + 1);
    const zero = this.constant(width, 0n, null);
    const ones = `{${width}{1'b1}}`;
    const quotient = `$unsigned($signed(${a}) ${kind === "divs" ? "/" : "%"} $signed(${b}))`;
    const byZero = kind === "divs" ? ones : a;
    const byMinusOne = kind === "divs" ? `${zero} - ${a}` : zero;
    return {
      text: `${b} == ${zero} ? ${byZero} : ${b} == ${ones} ? ${byMinusOne} : ${quotient}`,
      binding: binds.mux,
    };
  }
}

/** A select without the complement that stands in one place only; the arms then change places. */
export function plainSelect(
  scope: ModuleScope,
  select: NodeId,
): { readonly select: NodeId; readonly negated: boolean } {
  const node = scope.node(select);
  const inline = node.kind === "not" && (scope.uses[select] ?? 0) <= 1 && !scope.nodes.has(select);
  return inline && !scope.circular.has(select) ? { select: node.a, negated: true } : { select, negated: false };
}

const symbols = {
  and: ["&", binds.and],
  or: ["|", binds.or],
  xor: ["^", binds.xor],
  add: ["+", binds.add],
  mul: ["*", binds.mul],
} as const;

const primary = (text: string): Text => ({ text, binding: binds.primary });
