import { isState, type Module, type NodeId, operands } from "../../hdl/netlist/index.ts";

/**
 * The nodes that a settle evaluates, in an order in which every operand comes before its users: all but constants,
 * inputs and state. Without recursion, so that chains of any length do. The module is flat and free of word-level
 * cycles (`splitFalseLoops`); a cycle throws a RangeError.
 */
export function levelise({ nodes }: Module): Int32Array {
  const order: NodeId[] = [];
  const evaluated = (id: NodeId) => {
    const node = nodes[id];
    return node !== undefined && node.kind !== "const" && node.kind !== "input" && !isState(node);
  };
  const unseen = 0;
  const open = 1;
  const done = 2;
  const mark = new Uint8Array(nodes.length);
  const stack: { id: NodeId; operands: readonly NodeId[]; next: number }[] = [];
  const enter = (id: NodeId) => {
    const node = nodes[id];
    if (!node || mark[id] === done || !evaluated(id)) return;
    if (mark[id] === open) throw new RangeError(`node ${id} depends on itself`);
    mark[id] = open;
    stack.push({ id, operands: operands(node), next: 0 });
  };
  for (let root = 0; root < nodes.length; root++) {
    if (mark[root] !== unseen) continue;
    enter(root);
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const operand = top.operands[top.next++];
      if (operand !== undefined) enter(operand);
      else {
        mark[top.id] = done;
        order.push(top.id);
        stack.pop();
      }
    }
  }
  return Int32Array.from(order);
}
