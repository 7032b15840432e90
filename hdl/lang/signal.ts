import { fail, mendCondition } from "./builder.ts";
import { describe, type Expression } from "./expression.ts";
import type { Dynamic } from "./width.ts";

/** A value in hardware. Its width and kind are in its TypeScript type; what it is at run time is an expression. */
export abstract class Signal {
  /** For the elaborator; a design has no use for it. */
  readonly "~expression": Expression;

  constructor(expression: Expression) {
    this["~expression"] = expression;
  }

  /** `UInt<8>` and the like, as errors show it. */
  abstract readonly typeName: string;

  /** A signal of the same type over another expression. */
  abstract "~like"(expression: Expression): this;

  /** Overrides the name read from the source. Returns the same signal. */
  named(name: string): this {
    if (name === "") fail("named", "a signal's name is empty", "give it at least one character");
    this["~expression"].givenName = name;
    return this;
  }

  /** Signals have no value while hardware is being described, so JavaScript's own operators cannot work on them. */
  [Symbol.toPrimitive](hint: string): never {
    const what = describe(this["~expression"]);
    return hint === "string"
      ? fail("", `the signal ${what} is used as a JavaScript string`, "a signal has no text; use its name yourself")
      : fail(
          "",
          `the signal ${what} is used with a JavaScript operator`,
          `use .eq(), .lt(), .add() and the like in place of ==, < and +; in a condition, ${mendCondition("if")}`,
        );
  }
}

/** A signal of the same class as `model`, whose polymorphic `this` the checker cannot construct. */
export function alike<S extends Signal>(_model: S, signal: Dynamic): S {
  return signal;
}

/**
 * A type may still call a delayed or selected register a register. Assigning to what is none is an error at elaboration
 * in any case.
 */
for (const [setter, kind] of [["next", "register"] as const, ["value", "wire"] as const])
  Object.defineProperty(Signal.prototype, setter, {
    get: () => undefined,
    set(this: Signal) {
      fail(
        "",
        `${describe(this["~expression"])} is no ${kind} but its .${setter} is assigned`,
        `assign the ${kind} itself`,
      );
    },
  });
