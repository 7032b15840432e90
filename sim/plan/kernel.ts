import { isState, type NodeId, operands } from "../../hdl/netlist/index.ts";
import { type Action, evaluatedOperands, isEvaluated, needs, type Values } from "./action.ts";
import { Blocks } from "./blocks.ts";
import { Conditions } from "./condition.ts";
import { type Guarded, guardedStores } from "./guarded-stores.ts";
import { guardsOf } from "./guards.ts";
import { KernelOrder } from "./kernel-order.ts";
import { Postorder } from "./postorder.ts";
import { limbCount } from "./slots.ts";

/** Items that are done only where a node has, or has not, a value. */
export interface Branch {
  readonly kind: "branch";
  readonly node: NodeId;
  readonly match: bigint;
  readonly taken: readonly Item[];
  readonly untaken: readonly Item[];
}

/** Items in a function of their own. */
export interface Call {
  readonly kind: "call";
  readonly function: number;
}

/**
 * Where a property failed and the domain is not under reset, nothing after this is done. All before it leaves state as
 * it is.
 */
export interface Stop {
  readonly kind: "stop";
  readonly domain: number;
}

/** A node to evaluate, an action, or more of these. */
export type Item = NodeId | Action | Branch | Call | Stop;

/** What is evaluated together, in functions of bounded size. */
export interface Kernel {
  readonly functions: readonly (readonly Item[])[];
  /** The functions that are called from outside, in this order; they call the others. */
  readonly steps: readonly number[];
  /** How many of the steps must be over before it is known whether a property failed. */
  readonly properties: number;
  /** By node: 1 where its value must be at its home, for another function or to be looked at. */
  readonly kept: Uint8Array;
}

/** What decides which branches a kernel has, and how large its functions become. */
export interface KernelCosts {
  /** Operations that a node takes. */
  readonly of: (id: NodeId) => number;
  /** What saves fewer operations than this is done without a branch. */
  readonly branch: number;
  /** About so many operations make one function: V8's optimiser takes more than linear time. */
  readonly function: number;
}

/**
 * Puts the actions and all that they need in order, properties first, each value before its first use, what is needed
 * only under some condition in a branch where that pays, and cuts it in functions. With `apart`, properties are in
 * functions of their own.
 */
export function kernelOf(
  plan: Values,
  actions: readonly Action[],
  apart = false,
  costs: KernelCosts = { of: (id) => costOf(plan, id), branch: 8, function: 1500 },
): Kernel {
  const { nodes } = plan;
  const order: NodeId[] = [];
  const walk = new Postorder(nodes.length, (id) => evaluatedOperands(plan, id));
  for (const action of actions)
    for (const root of needs(plan, action)) if (isEvaluated(plan, root)) walk.visit(root, (id) => order.push(id));

  const conditions = new Conditions(nodes);
  const guards = guardsOf(plan, actions, order, conditions);
  const own = (id: NodeId): number => (isEvaluated(plan, id) ? costs.of(id) : 0);
  const blocks = new Blocks(guards, own, conditions, costs.branch);
  const uses = usesOf(plan, actions, order);
  const guarded = actions.flatMap((action): Guarded[] => guardedStores(plan, action, { uses, conditions, blocks }));
  const { functions, steps, properties } = new KernelOrder(plan, guarded, blocks, own, costs.function).all(apart);
  return { functions, steps, properties, kept: keptBetween(plan, functions) };
}

/** By node, how often a value is taken from it. */
function usesOf(plan: Values, actions: readonly Action[], order: readonly NodeId[]): Int32Array {
  const uses = new Int32Array(plan.nodes.length);
  const use = (id: NodeId): void => {
    uses[id] = (uses[id] ?? 0) + 1;
  };
  for (const action of actions) needs(plan, action).forEach(use);
  for (const id of order) evaluatedOperands(plan, id).forEach(use);
  return uses;
}

/** All items of a function in order, those in its branches too. */
export function itemsOf(items: readonly Item[], visit: (item: Item, list: readonly Item[]) => void): void {
  for (const item of items) {
    visit(item, items);
    if (typeof item === "number" || item.kind !== "branch") continue;
    itemsOf(item.taken, visit);
    itemsOf(item.untaken, visit);
  }
}

/** The nodes whose values an item takes itself. */
export function valuesOf(plan: Values, item: Item): readonly NodeId[] {
  if (typeof item === "number") {
    const node = plan.nodes[item];
    return !node || isState(node) ? [] : operands(node);
  }
  if (item.kind === "branch") return [item.node];
  return item.kind === "call" || item.kind === "stop" ? [] : needs(plan, item);
}

function keptBetween(plan: Values, functions: readonly (readonly Item[])[]): Uint8Array {
  const kept = new Uint8Array(plan.nodes.length);
  const home = new Int32Array(plan.nodes.length).fill(-1);
  functions.forEach((items, index) => {
    itemsOf(items, (item) => {
      if (typeof item === "number") home[item] = index;
    });
  });
  functions.forEach((items, index) => {
    itemsOf(items, (item) => {
      for (const id of valuesOf(plan, item)) if ((home[id] ?? -1) >= 0 && home[id] !== index) kept[id] = 1;
      if (typeof item !== "number" && item.kind === "observe") kept[item.node] = 1;
    });
  });
  return kept;
}

/** What evaluating a node costs, in operations. */
export function costOf({ nodes }: Pick<Values, "nodes">, id: NodeId): number {
  const node = nodes[id];
  if (!node) return 0;
  const own = node.width > 64 ? limbCount(node.width) : 1;
  return own + (node.kind === "case" ? node.arms.length : node.kind === "cat" ? node.parts.length : 0);
}
