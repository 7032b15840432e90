import { type CheckKind, DesignError, type Domain, type Format, formatSource, type Module } from "../netlist/index.ts";
import {
  describe,
  type Expression,
  type MemoryReadPort,
  type Operation,
  type Owner,
  type Target,
} from "./expression.ts";
import { captureSite, type Site } from "./site.ts";

/** One assignment in a body, kept in the order of execution and under the conditions it was written in. */
export interface Assignment {
  readonly kind: "assign";
  readonly target: Target;
  readonly value: Expression;
  readonly site: Site | null;
}

export interface Arm {
  /** What must hold for this arm besides that no earlier one did, as an error shows it: `en (a.ts:3:9) is 1`. */
  readonly label: string;
  readonly condition: Expression;
  readonly block: Block;
}

/** A `when` chain: the first arm whose condition is 1 takes effect, else `otherwise`. */
export interface When {
  readonly kind: "when";
  readonly arms: Arm[];
  otherwise: Block | null;
  readonly site: Site | null;
}

/** A `match`: the arm of index `i` takes effect when the selector is code `i`. */
export interface Match {
  readonly kind: "match";
  readonly selector: Expression;
  readonly labels: readonly string[];
  readonly blocks: readonly Block[];
  readonly site: Site | null;
}

export type Statement = Assignment | When | Match;

export interface Block {
  readonly statements: Statement[];
  /** One bit that is 1 when the block takes effect; null when it always does. */
  readonly guard: Expression | null;
  /** For every enclosing `when` or `match`, which of its arms this is in: exclusive blocks differ in one of them. */
  readonly arms: readonly { readonly of: When | Match; readonly arm: number }[];
}

export interface BuiltInstance {
  readonly owner: Builder;
  readonly definition: number;
  readonly site: Site | null;
  readonly givenName: string | null;
  /** Whoever instantiated the definition; the elements of an instance array share it with their site. */
  readonly module: Module;
  /** By the definition's input port name; filled when the inputs are bound. */
  inputs: ReadonlyMap<string, Expression> | null;
  readonly domains: readonly number[];
  readonly outputs: Map<string, Expression>;
}

export interface BuiltWrite {
  readonly address: Expression;
  readonly data: Expression;
  readonly mask: Expression | null;
  readonly block: Block;
  readonly domain: number;
  readonly site: Site | null;
}

export interface BuiltMemory {
  readonly width: number;
  readonly depth: number;
  readonly readUnderWrite: "old" | "new" | "undefined";
  readonly init: readonly bigint[] | null;
  readonly writePorts: number;
  readonly format: Format;
  readonly site: Site | null;
  givenName: string | null;
  readonly writes: BuiltWrite[];
  readonly reads: MemoryReadPort[];
}

export interface BuiltCheck {
  readonly kind: CheckKind;
  readonly condition: Expression;
  readonly guard: Expression | null;
  readonly domain: number;
  readonly message: string;
  readonly site: Site | null;
}

/** A module while its body runs: everything the body declares is recorded here, `finish.ts` makes the netlist of it. */
export class Builder implements Owner {
  readonly root: Block = { statements: [], guard: null, arms: [] };
  block: Block = this.root;
  readonly domains: Domain[];
  domain = 0;
  readonly targets: Target[] = [];
  readonly instances: BuiltInstance[] = [];
  readonly memories: BuiltMemory[] = [];
  readonly checks: BuiltCheck[] = [];
  /** Every expression in order of creation: those with a name keep it in the netlist. */
  readonly expressions: Expression[] = [];

  constructor(
    readonly moduleName: string,
    readonly path: string,
    implicit: Domain,
  ) {
    this.domains = [implicit];
  }

  /** A new expression of this module. */
  add(parts: Omit<Expression, "owner" | "index">): Expression {
    const { operation, width, site, format, intermediate = false } = parts;
    const index = this.expressions.length;
    const expression: Expression = { operation, width, owner: this, index, site, format, intermediate };
    this.expressions.push(expression);
    return expression;
  }

  /** The index of a domain of this module, which is connected to it when first used. */
  domainIndex(domain: Domain): number {
    const index = this.domains.findIndex((known) => known.name === domain.name);
    if (index < 0) return this.domains.push(domain) - 1;
    const known = this.domains[index];
    if (known && (known.edge !== domain.edge || known.reset !== domain.reset || known.polarity !== domain.polarity))
      throw new DesignError(
        `[${this.path}] two different clock domains are called ${domain.name}; give one of them another name`,
      );
    return index;
  }

  /** Runs `body` with its assignments recorded in `block`. */
  within(block: Block, body: () => void): void {
    const outer = this.block;
    this.block = block;
    try {
      body();
    } finally {
      this.block = outer;
    }
  }
}

const building: Builder[] = [];

/** Runs a module's body with `builder` as the module under elaboration. */
export function withBuilder<T>(builder: Builder, body: () => T): T {
  building.push(builder);
  try {
    return body();
  } finally {
    building.pop();
  }
}

/** The module under elaboration, or null outside any body. */
export function currentBuilder(): Builder | null {
  return building.at(-1) ?? null;
}

/** The module under elaboration; throws a DesignError that names what was used outside a body. */
export function requireBuilder(what: string): Builder {
  const builder = currentBuilder();
  if (builder) return builder;
  const site = captureSite(what);
  throw new DesignError(
    `${what} at ${formatSource(site?.source)} is outside a module; hardware can only be made in a module's body`,
  );
}

/**
 * An error at the place being executed, or at `place`: `[module path] message, at file:line:column; how to mend it`.
 * `callee` is the function of the language that the designer called there.
 */
export function fail(callee: string, message: string, mend: string, place?: Site | null): never {
  const path = currentBuilder()?.path;
  const at = formatSource((place ?? captureSite(callee))?.source);
  throw new DesignError(`${path === undefined ? "" : `[${path}] `}${message}, at ${at}; ${mend}`);
}

/**
 * A new expression of the module under elaboration, at `place` or where the designer called `callee`. Checks that its
 * operands belong to that module and that the source does not use it as a JavaScript condition.
 */
export function makeExpression(
  callee: string,
  operation: Operation,
  width: number,
  format: Format,
  operands: readonly Expression[],
  place?: Site | null,
): Expression {
  const builder = requireBuilder(callee);
  for (const operand of operands) checkOwner(callee, operand, builder);
  const site = place === undefined ? captureSite(callee) : place;
  if (site?.condition) rejectCondition(builder, site, site.condition);
  for (const operand of operands) if (operand.site === site) operand.intermediate = true;
  return builder.add({ operation, width, site, format });
}

/** Throws where an expression of one module is used in another. */
export function checkOwner(callee: string, operand: Expression, builder: Builder): void {
  if (operand.owner === null || operand.owner === builder) return;
  fail(
    callee,
    `${describe(operand)} belongs to ${operand.owner.path} (module ${operand.owner.moduleName}) but is used in module ${builder.moduleName}`,
    "pass it through a port",
  );
}

function rejectCondition(builder: Builder, site: Site, condition: string): never {
  throw new DesignError(
    `[${builder.path}] a signal is used as the condition of a JavaScript ${quoteCondition(condition)} at ${formatSource(site.source)}; ${mendCondition(condition)}`,
  );
}

const quoteCondition = (condition: string) => (/^[a-z]/.test(condition) ? condition : `'${condition}'`);

/** How to write in hardware what a JavaScript condition on a signal was meant to do. */
export function mendCondition(condition: string): string {
  switch (condition) {
    case "?:":
      return "use mux(condition, a, b)";
    case "&&":
      return "use .and()";
    case "||":
      return "use .or()";
    case "!":
      return "use .not()";
    default:
      return "use when(condition, () => { … })";
  }
}

/** Throws when a body's text uses one of its signals, by bare name, as a JavaScript condition. */
export function rejectBareConditions(builder: Builder, module: Site | null, signals: ReadonlySet<string>): void {
  for (const { name, condition, line, column } of module?.bareConditions() ?? []) {
    if (!signals.has(name)) continue;
    const at = formatSource(module?.source && { ...module.source, line, column });
    throw new DesignError(
      `[${builder.path}] the signal ${name} is used as the condition of a JavaScript ${quoteCondition(condition)} at ${at}; ${mendCondition(condition)}`,
    );
  }
}
