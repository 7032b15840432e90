import type { NodeId } from "../../hdl/netlist/index.ts";
import type { Action } from "./action.ts";
import type { Block, Blocks } from "./blocks.ts";
import { always, type Conditions, type Guard } from "./condition.ts";
import type { Plan } from "./plan.ts";

/** An action in the block in which it is done. */
export interface Guarded {
  readonly action: Action;
  readonly block: Block;
}

interface Surroundings {
  /** By node, how often its value is taken. */
  readonly uses: Int32Array;
  readonly conditions: Conditions;
  readonly blocks: Blocks;
}

/**
 * What an action comes to in blocks: where a register's next value is chosen by a condition that has a branch anyway, each
 * of the values is stored in its arm, and nothing where the register keeps what it has.
 */
export function guardedStores(plan: Plan, action: Action, { uses, conditions, blocks }: Surroundings): Guarded[] {
  if (action.kind !== "next") return [{ action, block: blocks.top }];
  const { register } = action;
  const stores: Guarded[] = [];
  const store = (value: NodeId, guard: Guard): void => {
    if (value === register) return;
    const node = plan.nodes[value];
    if (node?.kind === "mux" && uses[value] === 1) {
      const [then, otherwise] = [
        conditions.exactly(guard, node.select, 1n),
        conditions.exactly(guard, node.select, 0n),
      ];
      if (then && otherwise && (blocks.has(then) || blocks.has(otherwise))) {
        store(node.a, then);
        store(node.b, otherwise);
        return;
      }
    }
    stores.push({ action: { kind: "next", register, value }, block: blocks.exactly(guard) });
  };
  store(action.value, always);
  return stores;
}
