import { DesignError, formatSource } from "../netlist/index.ts";
import type { Assignment, Block, Builder, Match, When } from "./builder.ts";
import { describe, type Expression, type Target } from "./expression.ts";

/** What drives a target at one point of the body: the value so far, and the assignments it may come from. */
interface Driver {
  /** Null while no path has assigned a wire. */
  readonly value: Expression | null;
  readonly from: ReadonlySet<Assignment>;
  /** The first path on which a wire is not assigned, as an error shows it. */
  readonly hole: string | null;
}

type Drivers = Map<Target, Driver>;

/**
 * Turns a body's assignments into one driver for every register and wire: the last assignment wins, a register without
 * one holds. Throws a DesignError for a wire with a path that does not drive it and for an assignment that can never
 * take effect because later ones always override it.
 */
export function resolveAssignments(builder: Builder): void {
  const overriddenBy = new Map<Assignment, Assignment>();
  const all: Assignment[] = [];
  const drivers: Drivers = new Map();
  resolveBlock(builder, builder.root, drivers, overriddenBy, all);

  for (const target of builder.targets) {
    const driver = drivers.get(target);
    if (target.kind === "wire" && (!driver?.value || driver.hole !== null)) rejectUndriven(builder, target, driver);
    target.driver = driver?.value ?? target.self.expression;
  }
  for (const assignment of all)
    if (!drivers.get(assignment.target)?.from.has(assignment))
      rejectDead(builder, assignment, overriddenBy.get(assignment));
}

function resolveBlock(
  builder: Builder,
  block: Block,
  drivers: Drivers,
  overriddenBy: Map<Assignment, Assignment>,
  all: Assignment[],
): void {
  for (const statement of block.statements) {
    if (statement.kind === "assign") {
      for (const earlier of drivers.get(statement.target)?.from ?? []) overriddenBy.set(earlier, statement);
      drivers.set(statement.target, { value: statement.value, from: new Set([statement]), hole: null });
      all.push(statement);
    } else {
      const blocks = statement.kind === "when" ? statement.arms.map((arm) => arm.block) : statement.blocks;
      const otherwise = statement.kind === "when" ? statement.otherwise : null;
      const arms = [...blocks, ...(otherwise ? [otherwise] : [])].map((arm) => {
        const own = new Map(drivers);
        resolveBlock(builder, arm, own, overriddenBy, all);
        return own;
      });
      if (statement.kind === "when" && !otherwise) arms.push(new Map(drivers));
      const changed = new Set(arms.flatMap((arm) => [...arm].filter(([t, d]) => drivers.get(t) !== d).map(([t]) => t)));
      for (const target of changed) {
        const choices = arms.map((arm) => arm.get(target) ?? undriven(target));
        drivers.set(target, merge(builder, statement, choices));
      }
    }
  }
}

function undriven(target: Target): Driver {
  return target.kind === "reg"
    ? { value: target.self.expression, from: new Set(), hole: null }
    : { value: null, from: new Set(), hole: "" };
}

/** The driver after a `when` or `match` whose arms end in `choices`; a `when`'s last choice is its otherwise. */
function merge(builder: Builder, statement: When | Match, choices: readonly Driver[]): Driver {
  const from = new Set(choices.flatMap((choice) => [...choice.from]));
  const open = choices.findIndex((choice) => choice.value === null || choice.hole !== null);
  const deeper = choices[open]?.hole ? ` and ${choices[open]?.hole}` : "";
  const hole = open < 0 ? null : armLabel(statement, open) + deeper;
  const values = choices.map((choice) => choice.value);
  const driven = values.find((value) => value !== null);
  if (!driven) return { value: null, from, hole };
  const total = values.map((value) => value ?? driven);
  const value =
    statement.kind === "when" ? mergeWhen(builder, statement, total) : mergeMatch(builder, statement, total);
  return { value, from, hole };
}

function mergeWhen(builder: Builder, { arms, site }: When, values: readonly Expression[]): Expression {
  const last = values.at(-1);
  if (!last) throw new RangeError("a when without arms");
  return arms.reduceRight((otherwise, { condition }, i) => {
    const value = values[i] ?? otherwise;
    if (value === otherwise) return otherwise;
    const operation = { kind: "mux", select: condition, a: value, b: otherwise } as const;
    return builder.add({ operation, width: value.width, site, format: value.format, intermediate: true });
  }, last);
}

function mergeMatch(builder: Builder, { selector, site }: Match, values: readonly Expression[]): Expression {
  const otherwise = values.at(-1);
  if (!otherwise) throw new RangeError("a match without arms");
  const arms = values
    .slice(0, -1)
    .map((value, code) => ({ match: BigInt(code), value }))
    .filter(({ value }) => value !== otherwise);
  if (arms.length === 0) return otherwise;
  const operation = { kind: "case", selector, arms, otherwise } as const;
  return builder.add({ operation, width: otherwise.width, site, format: otherwise.format, intermediate: true });
}

function armLabel(statement: When | Match, arm: number): string {
  if (statement.kind === "match") return `${describe(statement.selector)} is ${statement.labels[arm] ?? ""}`;
  const at = statement.arms[arm];
  return at ? at.label : `none of the conditions of the when at ${formatSource(statement.site?.source)} is 1`;
}

function targetName(target: Target): string {
  return (
    (target.self.expression?.givenName ?? target.site?.name ?? target.site?.enclosing ?? `a ${target.kind}`) +
    target.leaf
  );
}

function rejectUndriven(builder: Builder, target: Target, driver: Driver | undefined): never {
  const where = driver?.hole ? `is not driven when ${driver.hole}` : "is never driven";
  throw new DesignError(
    `[${builder.path}] the wire ${targetName(target)} (${formatSource(target.site?.source)}) ${where}; assign its .value on every path, for example a default before the first when`,
  );
}

function rejectDead(builder: Builder, dead: Assignment, winner: Assignment | undefined): never {
  throw new DesignError(
    `[${builder.path}] the assignment to ${targetName(dead.target)} at ${formatSource(dead.site?.source)} can never take effect: the one at ${formatSource(
      winner?.site?.source,
    )} always overrides it; remove one of them, or put the later one in a when`,
  );
}
