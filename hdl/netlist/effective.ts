import { type Design, definition, type Module, type NodeId, operands } from "./design.ts";

/**
 * Which nodes of a module have any effect but on checks: all that outputs, memories and instances depend on, directly or
 * through registers. An instance without outputs does nothing but check.
 */
export function effectiveNodes(design: Design, module: Module): Uint8Array {
  const effective = new Uint8Array(module.nodes.length);
  const open: NodeId[] = [];
  for (const port of module.ports) if (port.direction === "out") open.push(port.node);
  for (const { writes } of module.memories)
    for (const { enable, address, data, mask } of writes) {
      open.push(enable, address, data);
      if (mask !== null) open.push(mask);
    }
  for (const instance of module.instances) {
    const { ports } = definition(design, instance.definition);
    if (ports.some(({ direction }) => direction === "out")) for (const gather of instance.inputs) open.push(...gather);
  }
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const node = module.nodes[id];
    if (!node || effective[id] === 1) continue;
    effective[id] = 1;
    for (const operand of operands(node)) open.push(operand);
  }
  return effective;
}
