import type { Format } from "../netlist/index.ts";
import { checkOwner, currentBuilder, fail } from "./builder.ts";
import { constant } from "./constant.ts";
import { EnumSignal } from "./enumeration.ts";
import { describe, type Expression } from "./expression.ts";
import { Signal } from "./signal.ts";
import type { Site } from "./site.ts";
import { property, type Shape } from "./type.ts";
import type { Dynamic } from "./width.ts";

/** Which way a part of a type flows: with its port, or against it. */
export type Half = "forward" | "backward";

export interface Leaf {
  /** Below the aggregate: `.bits.x`, `[3]`, or "" for a plain signal. */
  readonly path: string;
  readonly width: number;
  readonly format: Format;
  readonly half: Half;
  readonly shape: Extract<Shape, { kind: "leaf" }>;
}

/** All leaves of a shape, both halves, in declaration order. */
export function leavesOf(shape: Shape, path = "", half: Half = "forward"): Leaf[] {
  switch (shape.kind) {
    case "leaf":
      return [{ path, width: shape.width, format: shape.format, half, shape }];
    case "vec":
      return Array.from({ length: shape.length }, (_, i) => leavesOf(shape.item, `${path}[${i}]`, half)).flat();
    case "bundle":
      return shape.fields.flatMap((field) =>
        leavesOf(field.shape, `${path}.${field.name}`, field.flipped ? "backward" : half),
      );
  }
}

/** Bits of the forward half. */
export function widthOfShape(shape: Shape): number {
  return leavesOf(shape).reduce((sum, leaf) => sum + (leaf.half === "forward" ? leaf.width : 0), 0);
}

/**
 * The JavaScript value for one half of a shape: `make` is called for every leaf of that half and what it returns
 * stands in an array or object of the type's own structure. Undefined where the half has no leaf.
 */
export function structure(
  shape: Shape,
  half: Half,
  make: (leaf: Leaf) => unknown,
  path = "",
  own: Half = "forward",
): Dynamic {
  switch (shape.kind) {
    case "leaf":
      return own === half ? make({ path, width: shape.width, format: shape.format, half, shape }) : undefined;
    case "vec": {
      const items = Array.from({ length: shape.length }, (_, i) =>
        structure(shape.item, half, make, `${path}[${i}]`, own),
      );
      return items.some((item) => item !== undefined) ? items : undefined;
    }
    case "bundle": {
      const entries = shape.fields
        .map((field): [string, unknown] => [
          field.name,
          structure(field.shape, half, make, `${path}.${field.name}`, field.flipped ? "backward" : own),
        ])
        .filter(([, value]) => value !== undefined);
      return entries.length > 0 ? Object.fromEntries(entries) : undefined;
    }
  }
}

/** What stands at a leaf's path in a structure that a designer gave; undefined where nothing does. */
export function atPath(value: unknown, path: string): unknown {
  let found = value;
  for (const [, index, field] of path.matchAll(/\[(\d+)\]|\.([^.[\]]+)/g))
    found = property(found, index ?? field ?? "");
  return found;
}

/**
 * The expressions of one half of a structure that a designer gave for a shape, by leaf path. Literals stand for
 * signals. Throws a DesignError for a missing or extra part, or one of another type; `what` names the whole.
 */
export function expressionsOf(
  callee: string,
  what: string,
  shape: Shape,
  half: Half,
  given: unknown,
  place?: Site | null,
): Map<string, Expression> {
  const expressions = new Map<string, Expression>();
  const collect = (part: Shape, value: unknown, path: string, own: Half): void => {
    switch (part.kind) {
      case "leaf":
        if (own === half) expressions.set(path, leafExpression(callee, what + path, part, value, place));
        return;
      case "vec":
        for (let i = 0; i < part.length; i++) collect(part.item, property(value, String(i)), `${path}[${i}]`, own);
        return;
      case "bundle":
        for (const { name, shape: field, flipped } of part.fields)
          collect(field, property(value, name), `${path}.${name}`, flipped ? "backward" : own);
    }
  };
  collect(shape, given, "", "forward");
  rejectExtra(callee, what, shape, given, place);
  return expressions;
}

function leafExpression(
  callee: string,
  what: string,
  shape: Leaf["shape"],
  given: unknown,
  place?: Site | null,
): Expression {
  if (given === undefined)
    return fail(callee, `${what} is not driven`, `give it a signal of type ${shape.typeName}`, place);
  if (!(given instanceof Signal)) {
    const bits = shape.encode(callee, given);
    return { ...constant(callee, bits, shape.width, false, shape.typeName), format: shape.format };
  }
  const expression = given["~expression"];
  const expected = shape.typeName;
  const same =
    given.typeName === expected ||
    (shape.width === 1 && expression.width === 1 && expected === "Bool" && given.typeName === "Bool");
  if (!same || (given instanceof EnumSignal && shape.format.kind !== "enum"))
    return fail(
      callee,
      `${what} is a ${expected} but is given ${describe(expression)}: ${given.typeName}`,
      expression.width === shape.width
        ? "convert it with .asSInt() or .asUInt()"
        : "extend or truncate it to the same width",
      place,
    );
  const builder = currentBuilder();
  if (builder) checkOwner(callee, expression, builder);
  return expression;
}

/** Throws for a part that the type does not have: a misspelt field, an element too many. */
function rejectExtra(callee: string, what: string, shape: Shape, given: unknown, place?: Site | null): void {
  if (given instanceof Signal || typeof given !== "object" || given === null || shape.kind === "leaf") return;
  if (shape.kind === "vec") {
    const length = Array.isArray(given) ? given.length : 0;
    if (length !== shape.length)
      fail(callee, `${what} has ${shape.length} elements but is given ${length}`, "give one signal for each", place);
    for (let i = 0; i < shape.length; i++)
      rejectExtra(callee, `${what}[${i}]`, shape.item, property(given, String(i)), place);
    return;
  }
  for (const name of Object.keys(given)) {
    const field = shape.fields.find((candidate) => candidate.name === name);
    if (!field)
      fail(
        callee,
        `${what} has no part ${name}`,
        `use one of ${shape.fields.map((candidate) => candidate.name).join(", ")}`,
        place,
      );
    else rejectExtra(callee, `${what}.${name}`, field.shape, property(given, name), place);
  }
}

/** A structure like `signals` with `change` applied to every signal in it. */
export function mapSignals<S>(callee: string, signals: S, change: (signal: Signal, path: string) => Signal): S {
  const walk = (value: unknown, path: string): Dynamic => {
    if (value instanceof Signal) return change(value, path);
    if (Array.isArray(value)) return value.map((item, i) => walk(item, `${path}[${i}]`));
    if (typeof value === "object" && value !== null)
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item, `${path}.${key}`)]));
    return fail(
      callee,
      `${callee} is given ${String(value)} where it needs a signal`,
      "pass a signal, or an array or object of them",
    );
  };
  return walk(signals, "");
}
