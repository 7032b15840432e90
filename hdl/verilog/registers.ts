import { type DomainId, type Format, type NodeId, poison } from "../netlist/index.ts";
import type { Expressions } from "./expressions.ts";
import type { ModuleScope } from "./module-scope.ts";

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
 * enable.
 */
export function registerBlocks(scope: ModuleScope, expressions: Expressions): string[] {
  const { module } = scope;
  const blocks: string[] = [];
  module.domains.forEach((domain, index) => {
    const held: string[] = [];
    const values: string[] = [];
    const free: string[] = [];
    module.nodes.forEach((node, id) => {
      if (node.kind !== "reg" || node.domain !== index) return;
      const name = expressions.identifier(id);
      const format = scope.formats.get(id) ?? null;
      const resettable = node.init !== null && domain.reset !== "none";
      const lines = assignment(scope, expressions, id, name, node.next, format, "");
      (resettable ? held : free).push(...lines);
      if (resettable) values.push(`${name} <= ${expressions.constant(node.width, node.init ?? 0n, format)};`);
    });
    if (values.length > 0)
      blocks.push(
        [
          sensitivity(scope, index, true),
          `  if (${resetAsserted(scope, index)}) begin`,
          ...values.map((line) => `    ${line}`),
          ...(held.length > 0 ? ["  end else begin", ...held.map((line) => `    ${line}`), "  end"] : ["  end"]),
        ].join("\n"),
      );
    if (free.length > 0)
      blocks.push([`${sensitivity(scope, index, false)} begin`, ...free.map((line) => `  ${line}`), "end"].join("\n"));
  });
  return blocks;
}

/** The statements that give a register its next value; none where it keeps the one it has. */
function assignment(
  scope: ModuleScope,
  expressions: Expressions,
  register: NodeId,
  name: string,
  next: NodeId,
  format: Format | null,
  indent: string,
): string[] {
  if (next === register) return [];
  const node = scope.node(next);
  if (node.kind !== "mux" || !holds(scope, register, next))
    return [`${indent}${name} <= ${expressions.of(next, format)};`];
  const inner = `${indent}  `;
  const taken = assignment(scope, expressions, register, name, node.a, format, inner);
  const other = assignment(scope, expressions, register, name, node.b, format, inner);
  const select = expressions.of(node.select);
  if (taken.length === 0) return [`${indent}if (!(${select})) begin`, ...other, `${indent}end`];
  if (other.length === 0) return single(`${indent}if (${select})`, taken, indent);
  const [first, ...rest] = other;
  if (first?.startsWith(`${inner}if (`))
    return [
      `${indent}if (${select}) begin`,
      ...taken,
      `${indent}end else ${first.trimStart()}`,
      ...rest.map((line) => line.slice(2)),
    ];
  return [`${indent}if (${select}) begin`, ...taken, `${indent}end else begin`, ...other, `${indent}end`];
}

/** A condition with one statement, on one line where there is room for it. */
function single(condition: string, body: readonly string[], indent: string): string[] {
  const [only] = body;
  if (body.length === 1 && only !== undefined && condition.length + only.length < 100)
    return [`${condition} ${only.trimStart()}`];
  return [`${condition} begin`, ...body, `${indent}end`];
}

/** Whether a choice of next values, made by multiplexers that nothing else uses, contains the register itself. */
function holds(scope: ModuleScope, register: NodeId, next: NodeId): boolean {
  if (next === register) return true;
  const node = scope.node(next);
  if (node.kind !== "mux" || (scope.uses[next] ?? 0) > 1 || scope.nodes.has(next)) return false;
  return holds(scope, register, node.a) || holds(scope, register, node.b);
}

/** The macro under which what hardware leaves undefined is as the simulators of this package have it. */
export const poisonMacro = "SYSTOLE_POISON";

/** What a simulator shows where nothing is defined. */
export function poisonText(width: number): string {
  return `${width}'h${poison(width).toString(16)}`;
}
