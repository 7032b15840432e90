import type { Design } from "../../hdl/index.ts";
import { type Port, topOf } from "../../hdl/netlist/index.ts";

/**
 * A design that has something to compare: where the top has no outputs, as one that only checks a protocol, its
 * properties' conditions and enables become outputs `property[i].holds` and `property[i].enabled`.
 */
export function withOutputs(design: Design): Design {
  const top = topOf(design);
  if (top.ports.some(({ direction }) => direction === "out")) return design;
  const ports = top.checks.flatMap(({ condition, enable }, i): Port[] => {
    const port = { direction: "out", width: 1, format: { kind: "bool" } } as const;
    return [
      { ...port, name: `property[${i}].holds`, node: condition },
      { ...port, name: `property[${i}].enabled`, node: enable },
    ];
  });
  const names = ports.map(({ name, node, format }) => ({ name, node, format, kind: "port" as const, source: null }));
  const observed = { ...top, ports: [...top.ports, ...ports], names: [...top.names, ...names] };
  return { ...design, modules: design.modules.map((module) => (module === top ? observed : module)) };
}
