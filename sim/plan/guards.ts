import { isState, type Node, type NodeId, operands } from "../../hdl/netlist/index.ts";
import { type Action, needs, type Values } from "./action.ts";
import { always, type Conditions, type Guard } from "./condition.ts";

/**
 * For each node the conditions under which alone its value is needed: what all ways have in common that lead from it to
 * an action. In the order, operands come first.
 */
export function guardsOf(
  plan: Values,
  actions: readonly Action[],
  order: readonly NodeId[],
  conditions: Conditions,
): readonly (Guard | undefined)[] {
  const { nodes } = plan;
  const guards: (Guard | undefined)[] = new Array(nodes.length);
  const guardOf = (id: NodeId): Guard => guards[id] ?? always;
  const use = (id: NodeId, guard: Guard): void => {
    const before = guards[id];
    guards[id] = before === undefined ? guard : conditions.common(before, guard, guardOf);
  };
  for (const action of actions) {
    const [first, ...rest] = needs(plan, action);
    if (first === undefined) continue;
    use(first, always);
    const guard = isEnabled(action) ? conditions.extend(always, first, 1n) : always;
    for (const id of rest) use(id, guard);
  }
  for (let at = order.length - 1; at >= 0; at--) {
    const id = order[at] ?? -1;
    const node = nodes[id];
    if (node && !isState(node)) useOperands(node, guards[id] ?? always, conditions, use);
  }
  return guards;
}

/** Whether an action needs the first of its values always, and the others where that is 1. */
function isEnabled({ kind }: Action): boolean {
  return kind === "read" || kind === "write" || kind === "property";
}

function useOperands(node: Node, guard: Guard, conditions: Conditions, use: (id: NodeId, guard: Guard) => void): void {
  if (node.kind === "mux") {
    use(node.select, guard);
    use(node.a, conditions.extend(guard, node.select, 1n));
    use(node.b, conditions.extend(guard, node.select, 0n));
  } else if (node.kind === "case") {
    use(node.selector, guard);
    for (const { match, value } of node.arms) use(value, conditions.extend(guard, node.selector, match));
    use(node.otherwise, guard);
  } else for (const operand of operands(node)) use(operand, guard);
}
