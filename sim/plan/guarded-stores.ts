import type { CaseNode, NodeId } from "../../hdl/netlist/index.ts";
import type { Action } from "./action.ts";
import type { Block, Blocks } from "./blocks.ts";
import { always, type Conditions, type Guard } from "./condition.ts";
import type { Plan } from "./plan.ts";

/** An action in the block in which it is done. */
export interface Guarded {
  readonly action: Action;
  readonly block: Block;
  /** What it overrides, and must come after. */
  readonly after: readonly Guarded[];
}

interface Surroundings {
  /** By node, how often its value is taken. */
  readonly uses: Int32Array;
  readonly conditions: Conditions;
  readonly blocks: Blocks;
}

/**
 * What an action comes to in blocks: where a register's next value is chosen by a condition that has a branch anyway, each
 * of the values is stored in its arm, and nothing where the register keeps what it has. What none of a case's arms match
 * is stored first, and the arms over it.
 */
export function guardedStores(
  plan: Pick<Plan, "nodes">,
  action: Action,
  { uses, conditions, blocks }: Surroundings,
): Guarded[] {
  if (action.kind !== "next") return [{ action, block: blocks.top, after: [] }];
  const { register } = action;
  const stores: Guarded[] = [];
  const store = (value: NodeId, guard: Guard, after: readonly Guarded[]): void => {
    if (value === register && after.length === 0) return;
    const node = uses[value] === 1 ? plan.nodes[value] : undefined;
    if (node?.kind === "mux") {
      const [then, otherwise] = [
        conditions.exactly(guard, node.select, 1n),
        conditions.exactly(guard, node.select, 0n),
      ];
      if (then && otherwise && (blocks.has(then) || blocks.has(otherwise))) {
        store(node.a, then, after);
        store(node.b, otherwise, after);
        return;
      }
    }
    if (node?.kind === "case") {
      const arms = armsOf(node, guard, conditions);
      const known = arms.filter(({ within }) => within && blocks.has(within));
      if (arms.every(({ within }) => within) && 2 * known.length >= arms.length) {
        const before = stores.length;
        store(node.otherwise, guard, after);
        const over = [...after, ...stores.slice(before)];
        for (const { arm, within } of arms) if (within) store(arm, within, over);
        return;
      }
    }
    stores.push({ action: { kind: "next", register, value }, block: blocks.exactly(guard), after });
  };
  store(action.value, always, []);
  return stores;
}

/** The values of a case's arms with their guards, null for those that cannot be told in full. */
function armsOf(
  { selector, arms }: CaseNode,
  guard: Guard,
  conditions: Conditions,
): { readonly arm: NodeId; readonly within: Guard | null }[] {
  const first = arms.filter(({ match }, index) => arms.findIndex((other) => other.match === match) === index);
  return first.map(({ match, value }) => ({ arm: value, within: conditions.exactly(guard, selector, match) }));
}
