import { components } from "./components.ts";
import { isState, type Module, operands } from "./design.ts";
import { evaluate } from "./semantics.ts";

/**
 * The values of the output ports, cycle by cycle, of a module of operators and initialised registers: what tests of the
 * passes compare. `inputs[cycle][p]` drives the p-th port, which is an input.
 */
export function outputsOf(module: Module, inputs: readonly (readonly bigint[])[]): bigint[][] {
  const order = components(module.nodes.length, (id) => {
    const node = module.nodes[id];
    return node && !isState(node) ? operands(node) : [];
  }).members;
  const values: bigint[] = module.nodes.map((node) => (node.kind === "reg" ? (node.init ?? 0n) : 0n));
  return inputs.map((cycle) => {
    for (const id of order) {
      const node = module.nodes[id];
      if (node?.kind === "input") values[id] = cycle[node.port] ?? 0n;
      else if (node && !isState(node))
        values[id] = evaluate(
          node,
          (operand) => values[operand] ?? 0n,
          (operand) => module.nodes[operand]?.width ?? 0,
        );
    }
    const outputs = module.ports.flatMap((port) => (port.direction === "out" ? [values[port.node] ?? 0n] : []));
    const next = module.nodes.map((node, id) => (node.kind === "reg" ? (values[node.next] ?? 0n) : (values[id] ?? 0n)));
    next.forEach((value, id) => {
      values[id] = value;
    });
    return outputs;
  });
}
