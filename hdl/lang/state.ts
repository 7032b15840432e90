import { atPath, expressionsOf, leavesOf, mapSignals, structure } from "./aggregate.ts";
import { type Assignment, type Builder, currentBuilder, fail, makeExpression, requireBuilder } from "./builder.ts";
import { constant } from "./constant.ts";
import type { EnumSignal } from "./enumeration.ts";
import type { Expression, Target } from "./expression.ts";
import { type Bool, conditionOf, type SIntSignal, type UIntSignal } from "./number.ts";
import { Signal } from "./signal.ts";
import { captureSite, type Site } from "./site.ts";
import { checkType, type Shape, type Type } from "./type.ts";
import type { Dynamic, Literal } from "./width.ts";

/** What a register takes at the next active edge; the last assignment wins, without one it holds. */
export interface Next<T> {
  get next(): unknown;
  set next(value: T);
}

/** What drives a wire; every path through the body must assign it, the last assignment wins. */
export interface Driven<T> {
  get value(): unknown;
  set value(value: T);
}

/** A register of the type, which changes at active edges of the current clock domain. */
export type Reg<T extends Type> = T["~fwd"] & Next<T["~fwd"] | T["~lit"]>;

/** A wire of the type, whose driver is assigned after it is declared. */
export type Wire<T extends Type> = T["~fwd"] & Driven<T["~fwd"] | T["~lit"]>;

/**
 * Declares a register. With `init` it starts there and returns there under reset; without, no reset touches it and its
 * power-on value is undefined (random by seed in simulation). Latency: one cycle from `next` to the register.
 */
export function reg<T extends Type>(type: T, init?: T["~lit"]): Reg<T> {
  checkType(type, "the type given to reg");
  return declare("reg", "reg", type["~shape"], init, "next");
}

/** Declares a wire of the type. */
export function wire<T extends Type>(type: T): Wire<T> {
  checkType(type, "the type given to wire");
  return declare("wire", "wire", type["~shape"], undefined, "value");
}

/**
 * Delays a signal, or every signal of an array or object, by one cycle. Without `init` the registers are unreset: right
 * for data whose validity travels beside it; give valid bits an `init` of 0.
 */
export function pipe<S>(signals: S, init?: S extends Signal ? Literal | string : never): S {
  const builder = requireBuilder("pipe");
  const site = captureSite("pipe");
  return mapSignals("pipe", signals, (signal, leaf) => {
    const next = signal["~expression"];
    const value = init === undefined ? null : initOf(signal, init);
    const target = newTarget(builder, "reg", "pipe", site, next.width, value, leaf);
    const delayed = makeExpression("pipe", { kind: "state", target }, next.width, next.format, [next], site);
    target.self.expression = delayed;
    record(builder, target, next, site);
    return signal["~like"](delayed);
  });
}

function initOf(signal: Signal, init: Literal | string): bigint {
  if (typeof init === "string") {
    const labels = "labels" in signal && Array.isArray(signal.labels) ? signal.labels : [];
    const code = labels.indexOf(init);
    return code >= 0 ? BigInt(code) : fail("pipe", `${signal.typeName} has no state ${init}`, "use one of its states");
  }
  const bits = constant("pipe", init, signal["~expression"].width, signal.typeName.startsWith("SInt"), signal.typeName);
  return bits.operation.kind === "const" ? bits.operation.value : 0n;
}

/** Numbers among signals: where a literal may stand in for one. */
type LiteralFor<S> = S extends UIntSignal<Dynamic> | SIntSignal<Dynamic>
  ? Literal
  : S extends EnumSignal<infer N>
    ? N
    : never;

/** A register or wire as the plain signal that it is when read. */
type Read<S> =
  S extends UIntSignal<infer W>
    ? UIntSignal<W>
    : S extends SIntSignal<infer W>
      ? SIntSignal<W>
      : S extends EnumSignal<infer N>
        ? EnumSignal<N>
        : S;

/** `a` where `select` is 1, else `b`; for arrays and objects of signals, part by part. */
export function mux<S>(select: Bool, a: S, b: NoInfer<S> | Read<NoInfer<S>> | LiteralFor<NoInfer<S>>): S {
  const condition = conditionOf("mux", select);
  return mapSignals("mux", a, (whenOne, path) => {
    const other = path === "" ? b : atPath(b, path);
    const x = whenOne["~expression"];
    const y = muxArm(whenOne, other);
    const chosen = makeExpression("mux", { kind: "mux", select: condition, a: x, b: y }, x.width, x.format, [
      condition,
      x,
      y,
    ]);
    return whenOne["~like"](chosen);
  });
}

function muxArm(model: Signal, other: unknown): Expression {
  const { width } = model["~expression"];
  if (other instanceof Signal) {
    if (other.typeName === model.typeName) return other["~expression"];
    return fail(
      "mux",
      `the arms of a mux are ${model.typeName} and ${other.typeName}`,
      "extend, truncate or convert one of them",
    );
  }
  if (typeof other === "number" || typeof other === "bigint")
    return constant("mux", other, width, model.typeName.startsWith("SInt"), model.typeName);
  if (typeof other === "string") return constant("mux", initOf(model, other), width, false, model.typeName);
  return fail(
    "mux",
    `the second arm of a mux lacks a ${model.typeName} that the first has`,
    "give both arms the same parts",
  );
}

function declare(kind: "reg" | "wire", callee: string, shape: Shape, init: unknown, setter: "next" | "value"): Dynamic {
  const builder = requireBuilder(callee);
  if (leavesOf(shape).some((leaf) => leaf.half === "backward"))
    fail(callee, `a ${kind} cannot hold a type of which a part flows backwards`, "declare the parts one by one");
  const targets = new Map<string, Target>();
  const site = captureSite(callee);
  const held = structure(shape, "forward", (leaf) => {
    const value = init === undefined ? null : leaf.shape.encode(callee, atPath(init, leaf.path));
    const target = newTarget(builder, kind, callee, site, leaf.width, value, leaf.path);
    const expression = makeExpression(callee, { kind: "state", target }, leaf.width, leaf.format, [], site);
    target.self.expression = expression;
    targets.set(leaf.path, target);
    return leaf.shape.signal(expression);
  });
  return Object.defineProperty(held, setter, {
    get: () =>
      fail(callee, `.${setter} of a ${kind} is read`, `.${setter} can only be assigned; read the ${kind} itself`),
    set: (given: unknown) => assign(builder, kind, setter, shape, targets, given),
    configurable: true,
  });
}

function assign(
  owner: Builder,
  kind: "reg" | "wire",
  setter: string,
  shape: Shape,
  targets: ReadonlyMap<string, Target>,
  given: unknown,
): void {
  const first = [...targets.values()][0];
  const name = first?.site?.name ?? first?.site?.enclosing ?? `a ${kind}`;
  if (currentBuilder() !== owner)
    fail(
      "",
      `${name} of ${owner.path} is assigned outside its module's body`,
      "assign it in the body that declares it",
    );
  const site = captureSite("");
  for (const [path, value] of expressionsOf("", `${name}.${setter}`, shape, "forward", given)) {
    const target = targets.get(path);
    if (target) record(owner, target, value, site);
  }
}

function newTarget(
  builder: Builder,
  kind: "reg" | "wire",
  callee: string,
  site: Site | null,
  width: number,
  init: bigint | null,
  leaf: string,
): Target {
  const target: Target = {
    kind,
    width,
    domain: builder.domain,
    init,
    site,
    leaf,
    self: { expression: null },
    callee,
    driver: null,
  };
  builder.targets.push(target);
  return target;
}

function record(builder: Builder, target: Target, value: Expression, site: Site | null): void {
  const assignment: Assignment = { kind: "assign", target, value, site };
  builder.block.statements.push(assignment);
}
