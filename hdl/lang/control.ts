import { type Block, type Builder, fail, type Match, makeExpression, requireBuilder, type When } from "./builder.ts";
import { constant } from "./constant.ts";
import { EnumSignal } from "./enumeration.ts";
import { describe, type Expression } from "./expression.ts";
import { type Bool, conditionOf } from "./number.ts";
import { captureSite } from "./site.ts";

/** What may follow a `when`. */
export interface Else {
  /** Takes effect when no condition before it held and `condition` is 1. */
  elseWhen(condition: Bool, then: () => void): Else;
  /** Takes effect when no condition before it held. */
  otherwise(then: () => void): void;
}

/** Assignments in `then` take effect in cycles in which `condition` is 1. */
export function when(condition: Bool, then: () => void): Else {
  const builder = requireBuilder("when");
  const expression = conditionOf("when", condition);
  const statement: When = { kind: "when", arms: [], otherwise: null, site: captureSite("when") };
  const outer = builder.block;
  outer.statements.push(statement);
  let missed: Expression | null = null;

  const arm = (callee: string, own: Expression, body: () => void) => {
    const guard = conjunction(callee, [outer.guard, missed, own]);
    const block: Block = {
      statements: [],
      guard,
      arms: [...outer.arms, { of: statement, arm: statement.arms.length }],
    };
    statement.arms.push({ label: `${describe(own)} is 1`, condition: own, block });
    builder.within(block, body);
    missed = conjunction(callee, [missed, complement(callee, own)]);
  };
  const continuing = (callee: string) => {
    if (builder.block !== outer || outer.statements.at(-1) !== statement || statement.otherwise)
      fail(
        callee,
        `.${callee} follows a when that has ended`,
        "chain it directly to its when, before other statements",
      );
  };

  arm("when", expression, then);
  const chain: Else = {
    elseWhen(next, body) {
      continuing("elseWhen");
      arm("elseWhen", conditionOf("elseWhen", next), body);
      return chain;
    },
    otherwise(body) {
      continuing("otherwise");
      const guard = conjunction("otherwise", [outer.guard, missed]);
      const block: Block = {
        statements: [],
        guard,
        arms: [...outer.arms, { of: statement, arm: statement.arms.length }],
      };
      statement.otherwise = block;
      builder.within(block, body);
    },
  };
  return chain;
}

/** Runs the arm of the state that `selector` is in. Every state must have its arm. */
export function match<N extends string>(selector: EnumSignal<N>, arms: { readonly [K in N]: () => void }): void {
  const builder = requireBuilder("match");
  if (!(selector instanceof EnumSignal))
    fail("match", "match is given no Enum signal", "match on a signal of an Enum type");
  const { labels } = selector;
  const expression = selector["~expression"];
  const missing = labels.filter((label) => typeof arms[label] !== "function");
  if (missing.length > 0)
    fail(
      "match",
      `match on ${describe(expression)} has no arm for ${missing.join(", ")}`,
      "name every state; an arm may be () => {}",
    );
  const unknown = Object.keys(arms).find((name) => !labels.some((label) => label === name));
  if (unknown !== undefined)
    fail(
      "match",
      `match on ${describe(expression)} has an arm ${unknown}, which is no state`,
      `use ${labels.join(", ")}`,
    );

  const outer = builder.block;
  const blocks: Block[] = [];
  const statement: Match = { kind: "match", selector: expression, labels, blocks, site: captureSite("match") };
  outer.statements.push(statement);
  labels.forEach((label, code) => {
    const block: Block = {
      statements: [],
      guard: conjunction("match", [outer.guard, isState(builder, expression, code)]),
      arms: [...outer.arms, { of: statement, arm: code }],
    };
    blocks.push(block);
    builder.within(block, arms[label]);
  });
}

function isState(builder: Builder, selector: Expression, code: number): Expression {
  const b = constant("match", code, selector.width, false, "the state's code");
  const test = makeExpression("match", { kind: "eq", a: selector, b }, 1, { kind: "bool" }, [selector]);
  if (test.owner !== builder) fail("match", "a match is moved between modules", "keep it in one body");
  return test;
}

function complement(callee: string, a: Expression): Expression {
  return makeExpression(callee, { kind: "not", a }, 1, { kind: "bool" }, [a]);
}

function conjunction(callee: string, terms: readonly (Expression | null)[]): Expression | null {
  return terms.reduce((all, term) => {
    if (!all || !term) return all ?? term;
    return makeExpression(callee, { kind: "and", a: all, b: term }, 1, { kind: "bool" }, [all, term]);
  }, null);
}
