import { fail, makeExpression } from "./builder.ts";
import { constant, unsignedFormat } from "./constant.ts";
import type { Expression } from "./expression.ts";
import { type Bool, UIntSignal } from "./number.ts";
import { alike, Signal } from "./signal.ts";
import type { Dynamic } from "./width.ts";

/** One of the named states N. */
export class EnumSignal<in out N extends string> extends Signal {
  declare readonly "~n": (name: N) => N;
  readonly labels: readonly N[];

  constructor(expression: Expression, labels: readonly N[]) {
    super(expression);
    this.labels = labels;
  }
  get typeName(): string {
    return `Enum<${this.labels.join(" | ")}>`;
  }
  "~like"(expression: Expression): this {
    return alike(this, new EnumSignal<N>(expression, this.labels));
  }

  /** 1 in the state of this name. */
  is(name: N): Bool {
    const a = this["~expression"];
    const code = this.labels.indexOf(name);
    if (code < 0) fail("is", `${this.typeName} has no state ${name}`, `use one of ${this.labels.join(", ")}`);
    const b = constant("is", code, a.width, false, this.typeName);
    return new UIntSignal<1>(makeExpression("is", { kind: "eq", a, b }, 1, { kind: "bool" }, [a]));
  }
  /** 1 when both are in the same state. */
  eq(other: EnumSignal<N>): Bool {
    const [a, b] = [this["~expression"], other["~expression"]];
    return new UIntSignal<1>(makeExpression("eq", { kind: "eq", a, b }, 1, { kind: "bool" }, [a, b]));
  }
  /** The state's code: its place in the declaration, from 0. */
  asUInt(): UIntSignal<Dynamic> {
    const a = this["~expression"];
    return new UIntSignal<Dynamic>(
      makeExpression("asUInt", { kind: "zext", a }, a.width, unsignedFormat(a.width), [a]),
    );
  }
}
