import type { BinaryKind, Format } from "../netlist/index.ts";
import { checkOwner, currentBuilder, fail, makeExpression } from "./builder.ts";
import { constant, signedFormat, unsignedFormat } from "./constant.ts";
import { describe, type Expression, nameOf } from "./expression.ts";
import { alike, Signal } from "./signal.ts";
import { checkWidth, type Dynamic, type Literal, type Sum } from "./width.ts";

abstract class Numeric extends Signal {
  abstract readonly "~signed": boolean;

  /** Bits. */
  get "~width"(): number {
    return this["~expression"].width;
  }

  protected operand(callee: string, other: unknown): Expression {
    if (typeof other === "number" || typeof other === "bigint")
      return constant(callee, other, this["~width"], this["~signed"], this.typeName);
    if (!(other instanceof Numeric))
      return fail(callee, `${callee} of ${this.described()} takes a signal or an integer`, "pass one of these");
    if (other["~signed"] !== this["~signed"])
      return fail(
        callee,
        `sign mismatch: ${callee} of ${this.described()} and ${other.described()}`,
        "convert one of them with .asSInt() or .asUInt()",
      );
    if (other["~width"] !== this["~width"]) {
      const wider = Math.max(other["~width"], this["~width"]);
      const narrower = Math.min(other["~width"], this["~width"]);
      return fail(
        callee,
        `width mismatch: ${callee} of ${this.described()} and ${other.described()}`,
        `extend one with .extend(${wider}) or cut the other with .trunc(${narrower})`,
      );
    }
    return other["~expression"];
  }

  protected described(): string {
    const name = nameOf(this["~expression"]);
    return name === null ? this.typeName : `${describe(this["~expression"])}: ${this.typeName}`;
  }

  protected binary(callee: string, kind: BinaryKind, other: unknown): Expression {
    const a = this["~expression"];
    const b = this.operand(callee, other);
    return makeExpression(callee, { kind, a, b }, a.width, this.format(a.width), [a, b]);
  }

  protected format(width: number): Format {
    return this["~signed"] ? signedFormat : unsignedFormat(width);
  }

  protected comparison(callee: string, kind: "eq" | "lt", other: unknown, swap: boolean, negate: boolean): Bool {
    const x = this["~expression"];
    const y = this.operand(callee, other);
    const [a, b] = swap ? [y, x] : [x, y];
    const order = this["~signed"] ? "lts" : "ltu";
    const result = makeExpression(callee, { kind: kind === "eq" ? "eq" : order, a, b }, 1, { kind: "bool" }, [a, b]);
    return new UIntSignal<1>(negate ? invert(callee, result) : result);
  }

  protected shift(callee: string, kind: "shl" | "shru" | "shrs", amount: unknown): Expression {
    const a = this["~expression"];
    let b: Expression;
    if (amount instanceof UIntSignal) b = amount["~expression"];
    else if (typeof amount === "number" && Number.isSafeInteger(amount) && amount >= 0)
      b = constant(callee, amount, Math.max(1, amount.toString(2).length), false, "a shift amount");
    else
      return fail(
        callee,
        `${callee} of ${this.described()} by ${String(amount)}`,
        "shift by a UInt or a whole number ≥ 0",
      );
    return makeExpression(callee, { kind, a, b }, a.width, this.format(a.width), [a, b]);
  }

  protected sliced(callee: string, low: number, width: number, format: Format): Expression {
    const a = this["~expression"];
    if (!Number.isSafeInteger(low) || !Number.isSafeInteger(width) || low < 0 || width < 1 || low + width > a.width)
      fail(
        callee,
        `bits ${low + width - 1} to ${low} are not all in ${this.described()}`,
        `take bits from 0 to ${a.width - 1}`,
      );
    return makeExpression(callee, { kind: "slice", a, low }, width, format, [a]);
  }

  protected resized(callee: "extend" | "trunc", width: number): Expression {
    checkWidth(width);
    const a = this["~expression"];
    const narrows = width < a.width;
    if (callee === "extend" && narrows)
      fail(
        callee,
        `.extend(${width}) narrows ${this.described()}`,
        `use .trunc(${width}), or extend to at least ${a.width}`,
      );
    if (callee === "trunc" && width > a.width)
      fail(
        callee,
        `.trunc(${width}) widens ${this.described()}`,
        `use .extend(${width}), or cut to at most ${a.width}`,
      );
    const kind = this["~signed"] ? "sext" : "zext";
    return makeExpression(callee, narrows ? { kind: "slice", a, low: 0 } : { kind, a }, width, this.format(width), [a]);
  }

  protected inverted(): Expression {
    const a = this["~expression"];
    return makeExpression("not", { kind: "not", a }, a.width, this.format(a.width), [a]);
  }

  /** Bit `i`, from 0 for the least significant. */
  bit(i: number): Bool {
    return new UIntSignal<1>(this.sliced("bit", i, 1, { kind: "bool" }));
  }

  /** `width` bits from bit `low` up. */
  bits<N extends number>(low: number, width: N): UIntSignal<N> {
    return new UIntSignal<N>(this.sliced("bits", low, width, unsignedFormat(width)));
  }

  /** The bit whose number `index` holds; 0 beyond the width. */
  bitAt(index: UIntSignal<Dynamic>): Bool {
    const shifted = this.shift("bitAt", "shru", index);
    return new UIntSignal<1>(
      makeExpression("bitAt", { kind: "slice", a: shifted, low: 0 }, 1, { kind: "bool" }, [shifted]),
    );
  }

  /** All bits, bit 0 first. */
  asBools(): readonly Bool[] {
    return Array.from({ length: this["~width"] }, (_, i) => this.bit(i));
  }

  /** 1 when every bit is 1. */
  all(): Bool {
    return this.reduce("all", "and");
  }

  /** 1 when some bit is 1. */
  any(): Bool {
    return this.reduce("any", "or");
  }

  /** 1 when the number of bits that are 1 is odd. */
  parity(): Bool {
    return this.reduce("parity", "xor");
  }

  private reduce(callee: string, op: "and" | "or" | "xor"): Bool {
    const a = this["~expression"];
    return new UIntSignal<1>(makeExpression(callee, { kind: "reduce", op, a }, 1, { kind: "bool" }, [a]));
  }
}

function invert(callee: string, a: Expression): Expression {
  return makeExpression(callee, { kind: "not", a }, 1, { kind: "bool" }, [a]);
}

/**
 * An unsigned number, or a bag of W bits. `add` and `sub` wrap and keep the width, `addFull` grows by one, `mul` sums
 * the widths. Literals must be in range. Width is invariant: a `UInt<8>` is no `UInt<16>`.
 */
export class UIntSignal<in out W extends number> extends Numeric {
  declare readonly "~w": (width: W) => W;
  readonly "~signed" = false;
  readonly sign = "u";

  get width(): W {
    return widthOf<W>(this["~expression"]);
  }
  get typeName(): string {
    return this["~width"] === 1 ? "Bool" : `UInt<${this["~width"]}>`;
  }
  "~like"(expression: Expression): this {
    return alike(this, new UIntSignal<W>(expression));
  }

  add(b: UIntSignal<W> | Literal): UIntSignal<W> {
    return new UIntSignal<W>(this.binary("add", "add", b));
  }
  sub(b: UIntSignal<W> | Literal): UIntSignal<W> {
    return new UIntSignal<W>(this.binary("sub", "sub", b));
  }
  and(b: UIntSignal<W> | Literal): UIntSignal<W> {
    return new UIntSignal<W>(this.binary("and", "and", b));
  }
  or(b: UIntSignal<W> | Literal): UIntSignal<W> {
    return new UIntSignal<W>(this.binary("or", "or", b));
  }
  xor(b: UIntSignal<W> | Literal): UIntSignal<W> {
    return new UIntSignal<W>(this.binary("xor", "xor", b));
  }
  not(): UIntSignal<W> {
    return new UIntSignal<W>(this.inverted());
  }
  /** Quotient, rounded down; all ones when dividing by 0. */
  div(b: UIntSignal<W> | Literal): UIntSignal<W> {
    return new UIntSignal<W>(this.binary("div", "divu", b));
  }
  /** Remainder; the dividend itself when dividing by 0. */
  rem(b: UIntSignal<W> | Literal): UIntSignal<W> {
    return new UIntSignal<W>(this.binary("rem", "remu", b));
  }

  eq(b: UIntSignal<W> | Literal): Bool {
    return this.comparison("eq", "eq", b, false, false);
  }
  ne(b: UIntSignal<W> | Literal): Bool {
    return this.comparison("ne", "eq", b, false, true);
  }
  lt(b: UIntSignal<W> | Literal): Bool {
    return this.comparison("lt", "lt", b, false, false);
  }
  le(b: UIntSignal<W> | Literal): Bool {
    return this.comparison("le", "lt", b, true, true);
  }
  gt(b: UIntSignal<W> | Literal): Bool {
    return this.comparison("gt", "lt", b, true, false);
  }
  ge(b: UIntSignal<W> | Literal): Bool {
    return this.comparison("ge", "lt", b, false, true);
  }

  /** Shift left by a number of places or by a signal; zeros come in, the width stays. */
  shl(amount: UIntSignal<Dynamic> | number): UIntSignal<W> {
    return new UIntSignal<W>(this.shift("shl", "shl", amount));
  }
  /** Logical shift right. */
  shr(amount: UIntSignal<Dynamic> | number): UIntSignal<W> {
    return new UIntSignal<W>(this.shift("shr", "shru", amount));
  }

  /** The sum with its carry. */
  addFull(b: UIntSignal<W>): UIntSignal<Sum<W, 1>> {
    const [a, c] = grown("addFull", this["~expression"], this.operand("addFull", b), "zext", 1);
    return new UIntSignal<Sum<W, 1>>(
      makeExpression("addFull", { kind: "add", a, b: c }, a.width, { kind: "uint" }, [a, c]),
    );
  }
  /** The exact product. */
  mul<V extends number>(b: UIntSignal<V>): UIntSignal<Sum<W, V>> {
    return new UIntSignal<Sum<W, V>>(product(this, b, "zext", { kind: "uint" }));
  }

  extend<N extends number>(width: N): UIntSignal<N> {
    return new UIntSignal<N>(this.resized("extend", width));
  }
  trunc<N extends number>(width: N): UIntSignal<N> {
    return new UIntSignal<N>(this.resized("trunc", width));
  }
  /** The same bits read as two's complement. */
  asSInt(): SIntSignal<W> {
    const a = this["~expression"];
    return new SIntSignal<W>(makeExpression("asSInt", { kind: "zext", a }, a.width, signedFormat, [a]));
  }
}

/** A two's complement number of W bits. */
export class SIntSignal<in out W extends number> extends Numeric {
  declare readonly "~w": (width: W) => W;
  readonly "~signed" = true;
  readonly sign = "s";

  get width(): W {
    return widthOf<W>(this["~expression"]);
  }
  get typeName(): string {
    return `SInt<${this["~width"]}>`;
  }
  "~like"(expression: Expression): this {
    return alike(this, new SIntSignal<W>(expression));
  }

  add(b: SIntSignal<W> | Literal): SIntSignal<W> {
    return new SIntSignal<W>(this.binary("add", "add", b));
  }
  sub(b: SIntSignal<W> | Literal): SIntSignal<W> {
    return new SIntSignal<W>(this.binary("sub", "sub", b));
  }
  and(b: SIntSignal<W> | Literal): SIntSignal<W> {
    return new SIntSignal<W>(this.binary("and", "and", b));
  }
  or(b: SIntSignal<W> | Literal): SIntSignal<W> {
    return new SIntSignal<W>(this.binary("or", "or", b));
  }
  xor(b: SIntSignal<W> | Literal): SIntSignal<W> {
    return new SIntSignal<W>(this.binary("xor", "xor", b));
  }
  not(): SIntSignal<W> {
    return new SIntSignal<W>(this.inverted());
  }
  /** 0 − this; the most negative number is its own negation. */
  neg(): SIntSignal<W> {
    const a = constant("neg", 0, this["~width"], true, this.typeName);
    const b = this["~expression"];
    return new SIntSignal<W>(makeExpression("neg", { kind: "sub", a, b }, b.width, signedFormat, [b]));
  }
  /** Quotient, rounded towards 0; −1 when dividing by 0. */
  div(b: SIntSignal<W> | Literal): SIntSignal<W> {
    return new SIntSignal<W>(this.binary("div", "divs", b));
  }
  /** Remainder with the sign of the dividend; the dividend itself when dividing by 0. */
  rem(b: SIntSignal<W> | Literal): SIntSignal<W> {
    return new SIntSignal<W>(this.binary("rem", "rems", b));
  }

  eq(b: SIntSignal<W> | Literal): Bool {
    return this.comparison("eq", "eq", b, false, false);
  }
  ne(b: SIntSignal<W> | Literal): Bool {
    return this.comparison("ne", "eq", b, false, true);
  }
  lt(b: SIntSignal<W> | Literal): Bool {
    return this.comparison("lt", "lt", b, false, false);
  }
  le(b: SIntSignal<W> | Literal): Bool {
    return this.comparison("le", "lt", b, true, true);
  }
  gt(b: SIntSignal<W> | Literal): Bool {
    return this.comparison("gt", "lt", b, true, false);
  }
  ge(b: SIntSignal<W> | Literal): Bool {
    return this.comparison("ge", "lt", b, false, true);
  }

  /** Shift left by a number of places or by a signal; zeros come in, the width stays. */
  shl(amount: UIntSignal<Dynamic> | number): SIntSignal<W> {
    return new SIntSignal<W>(this.shift("shl", "shl", amount));
  }
  /** Arithmetic shift right: copies of the sign come in. */
  shr(amount: UIntSignal<Dynamic> | number): SIntSignal<W> {
    return new SIntSignal<W>(this.shift("shr", "shrs", amount));
  }

  /** The exact sum, one bit wider. */
  addFull(b: SIntSignal<W>): SIntSignal<Sum<W, 1>> {
    const [a, c] = grown("addFull", this["~expression"], this.operand("addFull", b), "sext", 1);
    return new SIntSignal<Sum<W, 1>>(
      makeExpression("addFull", { kind: "add", a, b: c }, a.width, signedFormat, [a, c]),
    );
  }
  /** The exact product. */
  mul<V extends number>(b: SIntSignal<V>): SIntSignal<Sum<W, V>> {
    return new SIntSignal<Sum<W, V>>(product(this, b, "sext", signedFormat));
  }

  extend<N extends number>(width: N): SIntSignal<N> {
    return new SIntSignal<N>(this.resized("extend", width));
  }
  trunc<N extends number>(width: N): SIntSignal<N> {
    return new SIntSignal<N>(this.resized("trunc", width));
  }
  /** The same bits read without a sign. */
  asUInt(): UIntSignal<W> {
    const a = this["~expression"];
    return new UIntSignal<W>(makeExpression("asUInt", { kind: "zext", a }, a.width, unsignedFormat(a.width), [a]));
  }
}

/** One bit: a condition. */
export type Bool = UIntSignal<1>;

/** `hi` above `lo`. */
export function cat<A extends number, B extends number>(hi: UIntSignal<A>, lo: UIntSignal<B>): UIntSignal<Sum<A, B>>;
/** All parts, most significant first; the width is the sum, unknown to the checker. */
export function cat(...parts: readonly UIntSignal<Dynamic>[]): UIntSignal<Dynamic>;
export function cat(...signals: readonly UIntSignal<Dynamic>[]): UIntSignal<Dynamic> {
  if (signals.length === 0) fail("cat", "cat of nothing", "pass at least one signal");
  const parts = signals.map((signal) => signal["~expression"]);
  const width = parts.reduce((sum, part) => sum + part.width, 0);
  return new UIntSignal<Dynamic>(makeExpression("cat", { kind: "cat", parts }, width, { kind: "uint" }, parts));
}

/** `n` copies of one bit. */
export function fill<const N extends number>(n: N, bit: Bool): UIntSignal<N> {
  checkWidth(n);
  const a = bit["~expression"];
  return new UIntSignal<N>(makeExpression("fill", { kind: "sext", a }, n, unsignedFormat(n), [a]));
}

/** The expression of a one-bit condition; throws a DesignError for anything else. */
export function conditionOf(callee: string, condition: unknown): Expression {
  if (!(condition instanceof UIntSignal) || condition["~expression"].width !== 1)
    return fail(
      callee,
      `the condition of ${callee} is ${condition instanceof Signal ? `${describe(condition["~expression"])}: ${condition.typeName}` : typeof condition}`,
      "a condition is a Bool; compare with .ne(0), or take one .bit(i)",
    );
  const expression = condition["~expression"];
  const builder = currentBuilder();
  if (builder) checkOwner(callee, expression, builder);
  return expression;
}

function product(x: Numeric, y: Numeric, kind: "zext" | "sext", format: Format): Expression {
  if (!(y instanceof Numeric) || y["~signed"] !== x["~signed"])
    return fail(
      "mul",
      `sign mismatch: mul of ${x.typeName} and ${y instanceof Numeric ? y.typeName : typeof y}`,
      "convert one of them with .asSInt() or .asUInt()",
    );
  const width = x["~width"] + y["~width"];
  const wide = (a: Expression) => makeExpression("mul", { kind, a }, width, format, [a]);
  const [a, b] = [wide(x["~expression"]), wide(y["~expression"])];
  return makeExpression("mul", { kind: "mul", a, b }, width, format, [a, b]);
}

function grown(
  callee: string,
  x: Expression,
  y: Expression,
  kind: "zext" | "sext",
  by: number,
): [Expression, Expression] {
  const wide = (a: Expression) => makeExpression(callee, { kind, a }, a.width + by, a.format, [a]);
  return [wide(x), wide(y)];
}

/** A width as the checker knows it: the descriptor that made the expression is where W came from. */
function widthOf<W extends number>(expression: Expression): W {
  const { width }: { width: Dynamic } = expression;
  return width;
}
