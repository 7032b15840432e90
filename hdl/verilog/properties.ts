import type { NodeId } from "../netlist/index.ts";
import type { Expressions } from "./expressions.ts";
import { commentText } from "./identifiers.ts";
import type { ModuleScope } from "./module-scope.ts";
import { resetAsserted, sensitivity } from "./registers.ts";

/** The module's properties for formal tools, sampled at the edge and not under reset. */
export function propertyBlocks(scope: ModuleScope, expressions: Expressions): string[] {
  const { module } = scope;
  return module.checks.map(({ kind, condition, enable, domain, message, source }) => {
    const word = { check: "assert", assume: "assume", cover: "cover" }[kind];
    const place = source ? ` (${commentText(`${source.file}:${source.line}`)})` : "";
    const conditions = [
      ...(scope.resets[domain] === null ? [] : [`!(${resetAsserted(scope, domain)})`]),
      ...(isOne(scope, enable) ? [] : [`(${expressions.of(enable)})`]),
    ];
    const gate = conditions.length === 0 ? "" : `if (${conditions.join(" & ")}) `;
    return [
      `// ${commentText(message)}${place}`,
      sensitivity(scope, domain, false),
      `  ${gate}${word} (${expressions.of(condition)});`,
    ].join("\n");
  });
}

function isOne(scope: ModuleScope, id: NodeId): boolean {
  const node = scope.node(id);
  return node.kind === "const" && node.value === 1n;
}
