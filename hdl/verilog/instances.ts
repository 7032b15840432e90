import { definition, inputOrder } from "../netlist/index.ts";
import type { Expressions } from "./expressions.ts";
import { commentText } from "./identifiers.ts";
import type { ModuleScope } from "./module-scope.ts";

/** The instantiations of one instance array, an element after the other, each with its connections by name. */
export function instanceStatements(scope: ModuleScope, expressions: Expressions, index: number): string[] {
  const { design, module, interfaces } = scope;
  const instance = module.instances[index];
  if (!instance) throw new RangeError(`${module.name} has no instance ${index}`);
  const child = definition(design, instance.definition);
  const face = interfaces[instance.definition];
  if (!face) throw new RangeError(`${child.name} comes before the module that uses it`);
  const place = instance.source ? ` // ${commentText(`${instance.source.file}:${instance.source.line}`)}` : "";
  const order = inputOrder(child.ports);

  const driven = new Map<string, string>();
  module.nodes.forEach((node, id) => {
    if (node.kind === "instOut" && node.instance === index)
      driven.set(`${node.element} ${node.port}`, scope.nodes.get(id) ?? "");
  });
  return (scope.instances[index] ?? []).map((name, element) => {
    const connections = face.ports.map(({ identifier, direction, role }) => {
      if (role.kind !== "port") {
        const domain = instance.domains[role.domain] ?? 0;
        return `.${identifier}(${(role.kind === "clock" ? scope.clocks : scope.resets)[domain] ?? ""})`;
      }
      if (direction === "out") return `.${identifier}(${driven.get(`${element} ${role.port}`) ?? ""})`;
      const input = instance.inputs[order[role.port] ?? -1]?.[element];
      return `.${identifier}(${input === undefined ? "" : expressions.of(input, child.ports[role.port]?.format)})`;
    });
    const parameters = Object.entries(child.blackBox?.parameters ?? {}).map(
      ([key, value]) => `.${key}(${typeof value === "number" ? value : JSON.stringify(value)})`,
    );
    const overrides = parameters.length === 0 ? "" : ` #(${parameters.join(", ")})`;
    return [
      `${face.name}${overrides} ${name} (${element === 0 ? place : ""}`,
      `  ${connections.join(",\n  ")}`,
      ");",
    ].join("\n");
  });
}
