import { type DomainId, type Node, type NodeId, poison } from "../netlist/index.ts";
import { type Expressions, plainSelect } from "./expressions.ts";
import type { ModuleScope } from "./module-scope.ts";

/** A register and what it becomes, on one of the paths that lead there. */
interface Assignment {
  readonly register: NodeId;
  readonly next: NodeId;
}

/** `always @(posedge clock)` and so on for a domain's edge, with its reset where that is asynchronous and `resets`. */
export function sensitivity(scope: ModuleScope, domain: DomainId, resets: boolean): string {
  const { edge, reset, polarity } = scope.module.domains[domain] ?? { edge: "rising", reset: "none", polarity: "high" };
  const clock = `${edge === "rising" ? "posedge" : "negedge"} ${scope.clocks[domain]}`;
  if (!resets || reset !== "async") return `always @(${clock})`;
  return `always @(${clock} or ${polarity === "high" ? "posedge" : "negedge"} ${scope.resets[domain]})`;
}

/** The condition under which a domain's reset is asserted. */
export function resetAsserted(scope: ModuleScope, domain: DomainId): string {
  const low = scope.module.domains[domain]?.polarity === "low";
  return `${low ? "!" : ""}${scope.resets[domain]}`;
}

/**
 * The always blocks of a module's registers: for each domain one of those that are reset and one of the others. A
 * register whose next value is chosen by multiplexers with itself among the choices is assigned under `if`, as an
 * enable, and by `case` under `case`; neighbours with the same choice share it.
 */
export function registerBlocks(scope: ModuleScope, expressions: Expressions): string[] {
  const { module } = scope;
  const blocks: string[] = [];
  const statements = new Statements(scope, expressions);
  module.domains.forEach((domain, index) => {
    const held: Assignment[] = [];
    const free: Assignment[] = [];
    const values: string[] = [];
    module.nodes.forEach((node, register) => {
      if (node.kind !== "reg" || node.domain !== index) return;
      const assignment = { register, next: node.next };
      if (node.init === null || domain.reset === "none") free.push(assignment);
      else {
        held.push(assignment);
        const value = expressions.constant(node.width, node.init, scope.formats.get(register) ?? null);
        values.push(`    ${scope.nodes.get(register)} <= ${value};`);
      }
    });
    if (held.length > 0) {
      const body = statements.of(held, "    ");
      const otherwise = body.length > 0 ? ["  end else begin", ...body, "  end"] : ["  end"];
      const reset = `  if (${resetAsserted(scope, index)}) begin`;
      blocks.push([sensitivity(scope, index, true), reset, ...values, ...otherwise].join("\n"));
    }
    // One that never changes has a driver all the same, so that no tool takes it for forgotten.
    const constant = free.flatMap(({ register, next }) =>
      keeps(scope, register, next) ? [`  ${scope.nodes.get(register)} <= ${scope.nodes.get(register)};`] : [],
    );
    const body = [...statements.of(free, "  "), ...constant];
    if (body.length > 0) blocks.push([`${sensitivity(scope, index, false)} begin`, ...body, "end"].join("\n"));
  });
  return blocks;
}

/** Nodes that stand in the statements of registers as `if` and `case`, not in expressions. */
export function statementNodes(scope: ModuleScope): Set<NodeId> {
  const found = new Set<NodeId>();
  const enter = (register: NodeId, next: NodeId): void => {
    const node = scope.node(next);
    if (next === register || controlOf(scope, register, next) === null) return;
    found.add(next);
    if (node.kind === "mux") for (const arm of [node.a, node.b]) enter(register, arm);
    if (node.kind === "case")
      for (const arm of [...node.arms.map(({ value }) => value), node.otherwise]) enter(register, arm);
  };
  scope.module.nodes.forEach((node, id) => {
    if (node.kind === "reg") enter(id, node.next);
  });
  return found;
}

/** What decides on the next value, as a key that equal decisions share; null where an expression gives it. */
function controlOf(scope: ModuleScope, register: NodeId, next: NodeId): string | null {
  if (!isInline(scope, next)) return null;
  const node = scope.node(next);
  if (node.kind === "case") return `case ${node.selector} ${node.arms.map(({ match }) => match).join(" ")}`;
  return node.kind === "mux" && holds(scope, register, next) ? `if ${node.select}` : null;
}

/** Writes the statements that give registers their next values. */
class Statements {
  constructor(
    private readonly scope: ModuleScope,
    private readonly expressions: Expressions,
  ) {}

  /** One statement after the other; none for registers that keep the value they have. */
  of(assignments: readonly Assignment[], indent: string): string[] {
    const { scope, expressions } = this;
    const changing = assignments.filter(({ register, next }) => !keeps(scope, register, next));
    const lines: string[] = [];
    for (let i = 0; i < changing.length; ) {
      const { register, next } = changing[i] ?? { register: 0, next: 0 };
      const control = controlOf(scope, register, next);
      let end = i + 1;
      if (control === null) {
        const value = expressions.of(next, scope.formats.get(register) ?? null);
        lines.push(`${indent}${scope.nodes.get(register)} <= ${value};`);
      } else {
        const same = ({ register: other, next: to }: Assignment) => controlOf(scope, other, to) === control;
        for (let after = changing[end]; after && same(after); after = changing[end]) end++;
        lines.push(...this.#choice(changing.slice(i, end), scope.node(next), indent));
      }
      i = end;
    }
    return lines;
  }

  /** The statements of registers of which the same thing decides, which `first` is one of. */
  #choice(run: readonly Assignment[], first: Node, indent: string): string[] {
    const { scope, expressions } = this;
    const inner = `${indent}  `;
    const along = (choose: (node: Node) => NodeId) =>
      run.map(({ register, next }) => ({ register, next: choose(scope.node(next)) }));
    if (first.kind === "case") {
      const of = scope.formats.get(first.selector) ?? null;
      const { width } = scope.node(first.selector);
      const arms = first.arms.flatMap(({ match }, i) =>
        arm(
          expressions.constant(width, match, of),
          this.of(
            along((node) => (node.kind === "case" ? (node.arms[i]?.value ?? node.otherwise) : 0)),
            `${inner}  `,
          ),
          inner,
        ),
      );
      const otherwise = this.of(
        along((node) => (node.kind === "case" ? node.otherwise : 0)),
        `${inner}  `,
      );
      return [
        `${indent}case (${expressions.of(first.selector)})`,
        ...arms,
        ...arm("default", otherwise, inner),
        `${indent}endcase`,
      ];
    }
    if (first.kind !== "mux") throw new RangeError(`a ${first.kind} decides on no register`);
    const { select, negated } = plainSelect(scope, first.select);
    const whenTrue = this.of(
      along((node) => (node.kind === "mux" ? node.a : 0)),
      inner,
    );
    const whenFalse = this.of(
      along((node) => (node.kind === "mux" ? node.b : 0)),
      inner,
    );
    const [taken, other] = negated ? [whenFalse, whenTrue] : [whenTrue, whenFalse];
    const condition = expressions.of(select);
    if (taken.length === 0) return single(`${indent}if (!(${condition}))`, other, indent);
    if (other.length === 0) return single(`${indent}if (${condition})`, taken, indent);
    const [head, ...rest] = other;
    const isChain = head?.startsWith(`${inner}if (`) === true && isOneStatement(other, inner);
    const onwards = isChain
      ? [`${indent}end else ${head.trimStart()}`, ...rest.map((line) => line.slice(2))]
      : [`${indent}end else begin`, ...other, `${indent}end`];
    return [`${indent}if (${condition}) begin`, ...taken, ...onwards];
  }
}

/** Whether the lines, from a first one that begins `if`, are that one statement. */
function isOneStatement(lines: readonly string[], indent: string): boolean {
  return lines.slice(1).every((line) => line.startsWith(`${indent} `) || line.startsWith(`${indent}end`));
}

/** One arm of a case statement. */
function arm(match: string, body: readonly string[], indent: string): string[] {
  const [only] = body;
  if (only === undefined) return [`${indent}${match}: ;`];
  if (body.length === 1) return [`${indent}${match}: ${only.trimStart()}`];
  return [`${indent}${match}: begin`, ...body, `${indent}end`];
}

/** A condition with one statement, on one line where there is room for it. */
function single(condition: string, body: readonly string[], indent: string): string[] {
  const [only] = body;
  if (body.length === 1 && only !== undefined && condition.length + only.length < 100)
    return [`${condition} ${only.trimStart()}`];
  return [`${condition} begin`, ...body, `${indent}end`];
}

/** Whether a choice of next values, made by nodes that nothing else uses, contains the register itself. */
function holds(scope: ModuleScope, register: NodeId, next: NodeId): boolean {
  if (next === register) return true;
  if (!isInline(scope, next)) return false;
  const node = scope.node(next);
  if (node.kind === "mux") return holds(scope, register, node.a) || holds(scope, register, node.b);
  return (
    node.kind === "case" &&
    [...node.arms.map(({ value }) => value), node.otherwise].some((value) => holds(scope, register, value))
  );
}

/** Whether a register keeps its value whatever decides on the next one. */
function keeps(scope: ModuleScope, register: NodeId, next: NodeId): boolean {
  if (next === register) return true;
  if (controlOf(scope, register, next) === null) return false;
  const node = scope.node(next);
  if (node.kind === "mux") return keeps(scope, register, node.a) && keeps(scope, register, node.b);
  return (
    node.kind === "case" &&
    [...node.arms.map(({ value }) => value), node.otherwise].every((value) => keeps(scope, register, value))
  );
}

/** Whether a node stands in just one place and has no name. */
function isInline(scope: ModuleScope, id: NodeId): boolean {
  return (scope.uses[id] ?? 0) <= 1 && !scope.nodes.has(id) && !scope.circular.has(id);
}

/** The macro under which what hardware leaves undefined is as the simulators of this package have it. */
export const poisonMacro = "SYSTOLE_POISON";

/** What a simulator shows where nothing is defined. */
export function poisonText(width: number): string {
  return `${width}'h${poison(width).toString(16)}`;
}
