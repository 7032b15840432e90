import { DesignError, type Format } from "../netlist/index.ts";
import { fail } from "./builder.ts";
import { checkLiteral, constant } from "./constant.ts";
import { EnumSignal } from "./enumeration.ts";
import type { Expression } from "./expression.ts";
import { type Bool as BoolSignal, SIntSignal, UIntSignal } from "./number.ts";
import type { Signal } from "./signal.ts";
import { checkWidth, clog2, type Dynamic, exactWidth, type Literal, type Value } from "./width.ts";

/**
 * How a type is laid out at run time. A leaf is one signal; a bundle's flipped fields, and what flows backwards in
 * its parts, form the type's backward half.
 */
export type Shape =
  | {
      readonly kind: "leaf";
      readonly width: number;
      readonly format: Format;
      readonly typeName: string;
      readonly signal: (expression: Expression) => Signal;
      /** The bits of a literal or testbench value; throws where there are none. */
      readonly encode: (callee: string, value: unknown) => bigint;
      readonly decode: (bits: bigint) => unknown;
    }
  | { readonly kind: "vec"; readonly length: number; readonly item: Shape }
  | { readonly kind: "bundle"; readonly fields: readonly Field[]; readonly stream: boolean };

export interface Field {
  readonly name: string;
  readonly flipped: boolean;
  readonly shape: Shape;
}

/**
 * A hardware type: a run-time description whose phantom members carry what the checker must know.
 *
 * - `~fwd`: the signal, as a body reads or returns it
 * - `~bwd`: the part that flows backwards, `None` where nothing does
 * - `~lit`: the literals that stand for it
 * - `~val`, `~bval`: what a testbench writes and reads for the two parts
 */
export interface Type<Fwd = Dynamic, Bwd = Dynamic, Lit = Dynamic, Val = Dynamic, BackVal = Dynamic> {
  readonly "~fwd": Fwd;
  readonly "~bwd": Bwd;
  readonly "~lit": Lit;
  readonly "~val": Val;
  readonly "~bval": BackVal;
  readonly "~shape": Shape;
  /** A constant of this type. */
  lit(value: Lit): Fwd;
}

export interface None {
  readonly "~none": true;
}

/** The signal of a hardware type: `Sig<typeof Int8>` is `SInt<8>`. */
export type Sig<T extends Type> = T["~fwd"];

class Descriptor<Fwd, Bwd, Lit, Val, BackVal> implements Type<Fwd, Bwd, Lit, Val, BackVal> {
  declare readonly "~fwd": Fwd;
  declare readonly "~bwd": Bwd;
  declare readonly "~lit": Lit;
  declare readonly "~val": Val;
  declare readonly "~bval": BackVal;
  readonly "~shape": Shape;

  constructor(shape: Shape) {
    this["~shape"] = shape;
  }

  lit(value: Lit): Fwd {
    return constantOf(this["~shape"], value);
  }
}

export type UInt<W extends number> = UIntSignal<W>;
export type SInt<W extends number> = SIntSignal<W>;
export type Bool = BoolSignal;
export type Enum<N extends string> = EnumSignal<N>;

/** An unsigned number of `width` bits, 1 to 65,536. Throws a RangeError for another width. */
export function UInt<const W extends number>(width: W): Type<UInt<W>, None, Literal, Value<W>, None> {
  checkWidth(width);
  const typeName = width === 1 ? "Bool" : `UInt<${width}>`;
  return new Descriptor({
    kind: "leaf",
    width,
    format: width === 1 ? { kind: "bool" } : { kind: "uint" },
    typeName,
    signal: (expression) => new UIntSignal<W>(expression),
    encode: (callee, value) => integerBits(callee, value, width, false, typeName),
    decode: (bits) => (width <= exactWidth ? Number(bits) : bits),
  });
}

/** A two's complement number of `width` bits, 1 to 65,536. Throws a RangeError for another width. */
export function SInt<const W extends number>(width: W): Type<SInt<W>, None, Literal, Value<W>, None> {
  checkWidth(width);
  const typeName = `SInt<${width}>`;
  return new Descriptor({
    kind: "leaf",
    width,
    format: { kind: "sint" },
    typeName,
    signal: (expression) => new SIntSignal<W>(expression),
    encode: (callee, value) => integerBits(callee, value, width, true, typeName),
    decode: (bits) => (width <= exactWidth ? Number(BigInt.asIntN(width, bits)) : BigInt.asIntN(width, bits)),
  });
}

/** One bit. A testbench writes 0, 1, false or true and reads 0 or 1. */
export const Bool: Type<Bool, None, Literal, number, None> = UInt(1);

/** States by name, coded from 0 in the order given. Throws a RangeError for none or for a name twice. */
export function Enum<const N extends string>(...names: N[]): Type<Enum<N>, None, N, N, None> {
  if (names.length === 0) throw new RangeError("an Enum needs at least one name");
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new RangeError(`the Enum has ${twice} twice`);
  const labels: readonly string[] = names;
  const typeName = `Enum<${labels.join(" | ")}>`;
  return new Descriptor({
    kind: "leaf",
    width: clog2(names.length),
    format: { kind: "enum", labels: names },
    typeName,
    signal: (expression) => new EnumSignal<N>(expression, names),
    encode: (callee, value) => {
      const code = typeof value === "string" ? labels.indexOf(value) : -1;
      return code >= 0
        ? BigInt(code)
        : fail(callee, `${typeName} has no state ${String(value)}`, `use one of ${names.join(", ")}`);
    },
    decode: (bits) => names[Number(bits)] ?? `#${bits}`,
  });
}

type VecBack<T extends Type, P extends "~bwd" | "~bval"> = T["~bwd"] extends None ? None : readonly T[P][];

type VecParts<T extends Type> = Type<
  readonly T["~fwd"][],
  VecBack<T, "~bwd">,
  readonly T["~lit"][],
  readonly T["~val"][],
  VecBack<T, "~bval">
>;

/** What `Vec` makes of the type of its elements. */
export interface Vec<T extends Type> extends VecParts<T> {
  readonly item: T;
}

/** `length` elements of one type: an ordinary array of signals. */
export function Vec<T extends Type>(length: number, item: T): Vec<T> {
  if (!Number.isSafeInteger(length) || length < 1)
    throw new RangeError(`a Vec has at least one element, not ${length}`);
  const descriptor: VecParts<T> = new Descriptor({ kind: "vec", length, item: item["~shape"] });
  return Object.assign(descriptor, { item });
}

/** A field of a bundle that flows against the others. */
export interface Flipped<T extends Type> {
  readonly "~flip": T;
}

/** Turns a field of a bundle around: who drives the bundle reads it. */
export function flip<T extends Type>(type: T): Flipped<T> {
  return { "~flip": type };
}

/** What a bundle is made of. */
export type Fields = Record<string, Type | Flipped<Type>>;
type Forward<F extends Fields, P extends "~fwd" | "~lit" | "~val"> = {
  readonly [K in keyof F as F[K] extends Type ? K : never]: F[K] extends Type ? F[K][P] : never;
};
type FlippedPart = { "~bwd": "~fwd"; "~bval": "~val" };
type Backward<F extends Fields, P extends "~bwd" | "~bval"> = {
  readonly [K in keyof F as F[K] extends Flipped<Type>
    ? K
    : F[K] extends Type
      ? F[K]["~bwd"] extends None
        ? never
        : K
      : never]: F[K] extends Flipped<infer T> ? T[FlippedPart[P]] : F[K] extends Type ? F[K][P] : never;
};
type BundleBack<F extends Fields, P extends "~bwd" | "~bval"> = keyof Backward<F, P> extends never
  ? None
  : Backward<F, P>;

type BundleParts<F extends Fields> = Type<
  Forward<F, "~fwd">,
  BundleBack<F, "~bwd">,
  Forward<F, "~lit">,
  Forward<F, "~val">,
  BundleBack<F, "~bval">
>;

/** What `Bundle` makes of its fields. */
export interface Bundle<F extends Fields> extends BundleParts<F> {
  readonly fields: F;
}

/** Named fields side by side. Throws a RangeError for a field called `next`, `value` or `named`. */
export function Bundle<F extends Fields>(fields: F): Bundle<F> {
  const descriptor: BundleParts<F> = new Descriptor({ kind: "bundle", fields: fieldsOf(fields), stream: false });
  return Object.assign(descriptor, { fields });
}

/** A ready/valid handshake carrying one T: it moves in every cycle in which `valid` and `ready` are both 1. */
export interface Stream<T extends Type>
  extends Type<
    { readonly valid: Bool; readonly bits: T["~fwd"] },
    { readonly ready: Bool },
    never,
    T["~val"],
    { readonly ready: number }
  > {
  readonly payload: T;
}

export function Stream<T extends Type>(payload: T): Stream<T> {
  const fields = fieldsOf({ valid: Bool, bits: payload, ready: flip(Bool) });
  const descriptor: Type<
    { readonly valid: Bool; readonly bits: T["~fwd"] },
    { readonly ready: Bool },
    never,
    T["~val"],
    { readonly ready: number }
  > = new Descriptor({ kind: "bundle", fields, stream: true });
  return Object.assign(descriptor, { payload });
}

function fieldsOf(fields: Fields): Field[] {
  const entries = Object.entries(fields);
  if (entries.length === 0) throw new RangeError("a Bundle needs at least one field");
  return entries.map(([name, field]) => {
    if (["next", "value", "named"].includes(name))
      throw new RangeError(`a Bundle's field cannot be called ${name}: registers and wires use that name`);
    const flipped = "~flip" in field;
    const shape = flipped ? field["~flip"]["~shape"] : field["~shape"];
    if (flipped && hasBackward(shape))
      throw new RangeError(`the flipped field ${name} has a part that flows backwards already; flip its parts instead`);
    return { name, flipped, shape };
  });
}

/** Whether any part of the shape flows backwards. */
export function hasBackward(shape: Shape): boolean {
  if (shape.kind === "leaf") return false;
  if (shape.kind === "vec") return hasBackward(shape.item);
  return shape.fields.some((field) => field.flipped || hasBackward(field.shape));
}

function integerBits(callee: string, value: unknown, width: number, signed: boolean, typeName: string): bigint {
  const integer = typeof value === "boolean" ? Number(value) : value;
  if (typeof integer !== "number" && typeof integer !== "bigint")
    return fail(callee, `${String(value)} is no value of ${typeName}`, "use an integer");
  checkLiteral(callee, integer, width, signed, typeName);
  return BigInt.asUintN(width, BigInt(integer));
}

/** A constant structure of a shape; the caller's type says which. */
function constantOf(shape: Shape, value: unknown): Dynamic {
  switch (shape.kind) {
    case "leaf": {
      const bits = shape.encode("lit", value);
      return shape.signal({ ...constant("lit", bits, shape.width, false, shape.typeName), format: shape.format });
    }
    case "vec": {
      if (!Array.isArray(value) || value.length !== shape.length)
        return fail(
          "lit",
          `a Vec of ${shape.length} is given ${Array.isArray(value) ? `${value.length} elements` : typeof value}`,
          "give every element",
        );
      return value.map((item) => constantOf(shape.item, item));
    }
    case "bundle":
      return Object.fromEntries(
        shape.fields.map((field) => [field.name, constantOf(field.shape, property(value, field.name))]),
      );
  }
}

/** A property of something that may be no object; undefined where it is not there. */
export function property(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

/** Throws a DesignError unless `type` is a hardware type: `what` says where it stands. */
export function checkType(type: unknown, what: string): asserts type is Type {
  if (!(type instanceof Descriptor))
    throw new DesignError(`${what} is no hardware type; use UInt(8), SInt(8), Bool, Enum, Vec, Bundle or Stream`);
}
