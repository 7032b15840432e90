import { isCombinational, isState, type NodeId } from "../../hdl/netlist/index.ts";
import { type Action, edgeActions } from "../plan/action.ts";
import { type Item, kernelOf, valuesOf } from "../plan/kernel.ts";
import type { Plan } from "../plan/plan.ts";
import { type Commit, commitsOf, isIn, neededByCommit, withCommits } from "./commit-order.ts";
import { type Lanes, vectorCount } from "./shape.ts";

/** A node to evaluate, an action, a branch that is taken where any lane is in it, or a commit. */
export type LaneItem = Item | Commit;

/** What is evaluated together, in functions of bounded size. */
export interface LaneKernel {
  readonly functions: readonly (readonly LaneItem[])[];
  /** The functions that are called from outside, in this order; they call the others. */
  readonly steps: readonly number[];
  /** Values that one function computes and another one takes. */
  readonly kept: ReadonlySet<NodeId>;
  /** State whose old value is still needed after the function that stores a new one. */
  readonly waiting: ReadonlySet<NodeId>;
  /** By function: state whose old value it needs after it has stored a new one itself. */
  readonly held: readonly ReadonlySet<NodeId>[];
}

/** What saves fewer vector instructions is done without a branch: it is taken where but one lane needs it. */
const branchCost = 24;
/** About so many vector instructions make one function. */
const functionSize = 3000;

/** In place of the one function that stores something. */
const several = -1;

/** The kernel of an edge of some domains, a bit each. */
export function laneEdgeKernel(plan: Plan, lanes: Lanes, domains: number): LaneKernel {
  const actions = plan.flat.module.domains.flatMap((_, domain) =>
    isIn(domains, domain) ? edgeActions(plan, domain) : [],
  );
  return laneKernel(plan, lanes, actions, commitsOf(plan, domains));
}

/**
 * Puts actions and all that they need in order, with branches where that pays, and cuts them in functions. Writes to
 * memories come where `commits` may be.
 */
export function laneKernel(
  plan: Plan,
  lanes: Lanes,
  actions: readonly Action[],
  commits: readonly Commit[] = [],
): LaneKernel {
  const costs = { of: (id: NodeId) => costOf(plan, lanes, id), branch: branchCost, function: functionSize };
  const { functions: ordered, steps } = kernelOf(plan, actions, false, costs);
  const committed = new Set(commits.flatMap(({ reads }) => reads));
  const isDone = (item: Item): boolean =>
    typeof item === "number" || (item.kind !== "write" && (item.kind !== "read" || !committed.has(item.node)));
  const kept = ordered.map((items) => items.filter(isDone));
  return withState(plan, withCommits(plan, kept, steps, commits), steps);
}

/** Finds what functions have to leave in memory for each other. */
function withState(plan: Plan, functions: readonly (readonly LaneItem[])[], steps: readonly number[]): LaneKernel {
  /** By node, the function that computes it, or that stores a new value of it. */
  const home = new Map<NodeId, number>();
  const storedIn = new Map<NodeId, number>();
  const kept = new Set<NodeId>();
  const waiting = new Set<NodeId>();
  const held = functions.map(() => new Set<NodeId>());
  const run = (index: number): void =>
    eachItem(functions[index] ?? [], (item) => {
      for (const id of needsOf(plan, item)) {
        if ((home.get(id) ?? index) !== index) kept.add(id);
        const stored = storedIn.get(id);
        if (stored === undefined) continue;
        if (stored === index) held[index]?.add(id);
        else waiting.add(id);
      }
      if (typeof item === "number") home.set(item, index);
      else if (item.kind === "call") run(item.function);
      else for (const id of storedBy(item)) storedIn.set(id, (storedIn.get(id) ?? index) === index ? index : several);
    });
  steps.forEach(run);
  return { functions, steps, kept, waiting, held };
}

/** All items of a function in order, those in its branches too. */
export function eachItem(items: readonly LaneItem[], visit: (item: LaneItem) => void): void {
  for (const item of items) {
    visit(item);
    if (typeof item === "number" || item.kind !== "branch") continue;
    eachItem(item.taken, visit);
    eachItem(item.untaken, visit);
  }
}

/** The nodes whose values an item takes itself. */
export function needsOf(plan: Plan, item: LaneItem): readonly NodeId[] {
  return typeof item !== "number" && item.kind === "commit" ? neededByCommit(plan, item) : valuesOf(plan, item);
}

/** State that an item stores. */
export function storedBy(item: LaneItem): readonly NodeId[] {
  if (typeof item === "number") return [];
  if (item.kind === "next") return [item.register];
  if (item.kind === "read") return [item.node];
  return item.kind === "commit" ? item.reads : [];
}

/** Whether a node is computed, and not at hand as a constant, an input or state. */
export function isComputed({ nodes }: Plan, id: NodeId): boolean {
  const node = nodes[id];
  if (!node || node.kind === "const" || isState(node)) return false;
  return isCombinational(node) || node.kind === "memRead";
}

/** About how many vector instructions a node takes in all lanes. */
export function costOf({ nodes }: Plan, lanes: Lanes, id: NodeId): number {
  const node = nodes[id];
  if (!node) return 0;
  const own = vectorCount(node.width, lanes);
  if (node.kind === "memRead") return own + 4 * lanes;
  if (node.kind === "case") return own * (1 + node.arms.length);
  if (node.kind === "cat") return own * node.parts.length;
  if (node.kind.startsWith("div") || node.kind.startsWith("rem")) return 6 * lanes;
  return own;
}
