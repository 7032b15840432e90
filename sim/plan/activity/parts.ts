import type { NodeId } from "../../../hdl/netlist/index.ts";
import { type Action, evaluatedOperands, isEvaluated, needs } from "../action.ts";
import { costOf } from "../kernel.ts";
import type { Plan } from "../plan.ts";
import { Postorder } from "../postorder.ts";
import type { PartSizes } from "./part-sizes.ts";
import { Scopes } from "./scopes.ts";
import { sink } from "./sinking.ts";

/** Nodes and actions that are evaluated together or not at all. */
export interface Part {
  /** Each after those of them that it follows from. */
  readonly nodes: readonly NodeId[];
  readonly actions: readonly Action[];
  /** Operations in it. */
  readonly cost: number;
  /** Whether it belongs to what properties need, which comes before all else. */
  readonly early: boolean;
}

/** A node by its id, or an action by its index above all nodes. */
type Member = number;

/** What of one instance is of one stage. */
interface Draft {
  readonly early: boolean;
  readonly stage: number;
  readonly scope: number;
  readonly members: Member[];
}

/**
 * Divides actions and all nodes that they need into parts, in an order in which no part takes a combinational value of a
 * later one. A part is of one instance and one stage: a node's stage is by how many instances the longest way leads, in
 * the same cycle, to it. What only keeps a value is in the part of the node.
 */
export function partsOf(plan: Plan, actions: readonly Action[], sizes: PartSizes): Part[] {
  return new Division(plan, actions, sizes).parts();
}

class Division {
  readonly #plan: Plan;
  readonly #actions: readonly Action[];
  readonly #sizes: PartSizes;
  readonly #operands: (readonly Member[] | undefined)[];
  /** Operands first, what properties need before all else. */
  readonly #order: readonly Member[];
  /** By member: 1 where properties need it. */
  readonly #early: Uint8Array;
  /** By member, the instance that it belongs to. */
  readonly #scope: Int32Array;
  readonly #scopes: Scopes;

  constructor(plan: Plan, actions: readonly Action[], sizes: PartSizes) {
    this.#plan = plan;
    this.#actions = actions;
    this.#sizes = sizes;
    const count = plan.nodes.length + actions.length;
    this.#operands = new Array(count);
    this.#early = new Uint8Array(count);
    const order: Member[] = [];
    const walk = new Postorder(count, (member) => this.#operandsOf(member));
    for (const early of [true, false])
      actions.forEach((action, index) => {
        if ((action.kind === "property") !== early) return;
        walk.visit(plan.nodes.length + index, (member) => {
          this.#early[member] = early ? 1 : 0;
          order.push(member);
        });
      });
    this.#order = order;
    const nodes = order.filter((member) => member < plan.nodes.length);
    this.#scopes = new Scopes(plan.flat, nodes, (id) => costOf(plan, id), sizes.smallestScope);
    this.#scope = this.#findScopes();
  }

  parts(): Part[] {
    const drafts = this.#drafts();
    drafts.sort(
      (a, b) =>
        Number(b.early) - Number(a.early) ||
        a.stage - b.stage ||
        (this.#scopes.rank[a.scope] ?? 0) - (this.#scopes.rank[b.scope] ?? 0),
    );
    const parts: { early: boolean; cost: number; members: Member[] }[] = [];
    const begin = (early: boolean): { early: boolean; cost: number; members: Member[] } => {
      const part = { early, cost: 0, members: [] };
      parts.push(part);
      return part;
    };
    const { smallest, largest } = this.#sizes;
    for (const { early, members } of drafts) {
      const total = members.reduce((sum, member) => sum + this.#cost(member), 0);
      let part = parts.at(-1);
      const joins = part?.early === early && Math.min(part.cost, total) < smallest && part.cost + total <= largest;
      if (!part || !joins) part = begin(early);
      for (const member of members) {
        const cost = this.#cost(member);
        if (part.cost + cost > largest && part.members.length > 0) part = begin(early);
        part.members.push(member);
        part.cost += cost;
      }
    }
    return parts.map(({ early, cost, members }) => ({
      early,
      cost,
      nodes: members.filter((member) => member < this.#plan.nodes.length),
      actions: members.flatMap((member) => this.#action(member) ?? []),
    }));
  }

  #drafts(): Draft[] {
    const count = this.#plan.nodes.length + this.#actions.length;
    const stages = new Int32Array(count);
    const home = new Int32Array(count).fill(-1);
    const drafts: Draft[] = [];
    const known = new Map<string, number>();
    const fixed = new Uint8Array(count);
    for (const member of this.#order) {
      const action = this.#action(member);
      if (action) fixed[member] = 1;
      if (action?.kind === "observe" && isEvaluated(this.#plan, action.node)) {
        fixed[action.node] = 1;
        continue;
      }
      const [early, scope] = [this.#early[member] === 1, this.#scope[member] ?? 0];
      let stage = 0;
      for (const operand of this.#operandsOf(member)) {
        // What properties need is at hand to all else.
        if (this.#early[operand] === 1 && !early) continue;
        const own = stages[operand] ?? 0;
        stage = Math.max(stage, this.#scope[operand] === scope ? own : own + 1);
      }
      stages[member] = stage;
      const key = `${early} ${stage} ${scope}`;
      const draft = known.get(key) ?? drafts.push({ early, stage, scope, members: [] }) - 1;
      known.set(key, draft);
      home[member] = draft;
    }
    sink({
      order: this.#order,
      operandsOf: (member) => this.#operandsOf(member),
      home,
      isFixed: (member) => fixed[member] === 1,
      mayMove: (from, to) => drafts[from]?.early === drafts[to]?.early,
    });
    for (const member of this.#order) drafts[home[member] ?? -1]?.members.push(member);
    return drafts.filter(({ members }) => members.length > 0);
  }

  #action(member: Member): Action | undefined {
    return this.#actions[member - this.#plan.nodes.length];
  }

  #cost(member: Member): number {
    return member < this.#plan.nodes.length ? costOf(this.#plan, member) : 1;
  }

  #operandsOf(member: Member): readonly Member[] {
    const known = this.#operands[member];
    if (known) return known;
    const action = this.#action(member);
    const found = action
      ? needs(this.#plan, action).filter((id) => isEvaluated(this.#plan, id))
      : evaluatedOperands(this.#plan, member);
    this.#operands[member] = found;
    return found;
  }

  #findScopes(): Int32Array {
    const found = new Int32Array(this.#plan.nodes.length + this.#actions.length).fill(-1);
    for (const member of this.#order) {
      const action = this.#action(member);
      found[member] = this.#scopes.of(action ? placeOf(this.#plan, action) : member);
    }
    // What has no instance of its own goes to that of what takes it.
    for (const member of this.#order.toReversed()) {
      const scope = Math.max(0, found[member] ?? 0);
      found[member] = scope;
      for (const operand of this.#operandsOf(member)) if ((found[operand] ?? -1) < 0) found[operand] = scope;
    }
    return found;
  }
}

/** A node of the instance that an action is done in: with the value that it takes where that is computed at all. */
function placeOf(plan: Plan, action: Action): NodeId {
  if (action.kind === "next") return isEvaluated(plan, action.value) ? action.value : action.register;
  if (action.kind === "read" || action.kind === "observe") return action.node;
  const [enable = -1, value = -1] = needs(plan, action);
  return isEvaluated(plan, value) ? value : enable;
}
