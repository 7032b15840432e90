import { isCombinational, isState, type NodeId, operands } from "../../hdl/netlist/index.ts";
import type { Plan } from "../plan/plan.ts";
import { Postorder } from "../plan/postorder.ts";
import { type Lanes, vectorCount } from "./shape.ts";

/** Something that is done with values once they are there. */
export type LaneAction =
  /** Show a node's value to the outside. */
  | { readonly kind: "observe"; readonly node: NodeId }
  /** Note the lanes in which a property fails, or count those in which a cover is hit. */
  | { readonly kind: "property"; readonly rank: number }
  /** Leave where a property failed, before anything is changed. */
  | { readonly kind: "leave" }
  /** Store a register's next value. */
  | { readonly kind: "next"; readonly register: NodeId }
  /** Load a synchronous read that does not wait for writes. */
  | { readonly kind: "read"; readonly node: NodeId }
  /** Write to a memory at this edge, and load the synchronous reads that depend on what is written. */
  | { readonly kind: "commit"; readonly memory: number; readonly domains: number; readonly reads: readonly NodeId[] };

/** A node to evaluate, or an action. */
export type LaneItem = NodeId | LaneAction;

/** What is evaluated together, in functions of bounded size. */
export interface LaneKernel {
  readonly functions: readonly (readonly LaneItem[])[];
  /** Values that one function computes and another one takes. */
  readonly kept: ReadonlySet<NodeId>;
  /** State whose old value is still needed after the function that computes the next one. */
  readonly waiting: ReadonlySet<NodeId>;
}

/** About so many vector instructions make one function: V8's optimiser takes more than linear time. */
const functionSize = 3000;

const isIn = (domains: number, domain: number): boolean => ((domains >>> domain) & 1) === 1;

/** What an edge of some domains, a bit each, samples and changes. */
export function laneEdgeActions(plan: Plan, domains: number): LaneAction[] {
  const { nodes, memories, checks } = plan;
  const own = [...checks.keys()].filter((rank) => isIn(domains, checks[rank]?.domain ?? -1));
  const properties = own.filter((rank) => checks[rank]?.kind !== "cover");
  const covers = own.filter((rank) => checks[rank]?.kind === "cover");
  const property = (rank: number): LaneAction => ({ kind: "property", rank });
  const actions = properties.map(property);
  if (properties.length > 0) actions.push({ kind: "leave" });
  actions.push(...covers.map(property));
  const written = memories.map(({ writes }) => writes.some(({ domain }) => isIn(domains, domain)));
  const waiting = memories.map((): NodeId[] => []);
  nodes.forEach((node, id) => {
    if (node.kind === "reg" && isIn(domains, node.domain) && node.next !== id)
      actions.push({ kind: "next", register: id });
    if (node.kind !== "memRead" || !node.sync || !isIn(domains, node.sync.domain)) return;
    if (written[node.memory] && memories[node.memory]?.readUnderWrite !== "old") waiting[node.memory]?.push(id);
    else actions.push({ kind: "read", node: id });
  });
  waiting.forEach((reads, memory) => {
    if (written[memory]) actions.push({ kind: "commit", memory, domains, reads });
  });
  return actions;
}

/** The nodes whose values an action takes. */
export function needsOf(plan: Plan, action: LaneAction): readonly NodeId[] {
  const { nodes, memories, checks } = plan;
  const own = (id: NodeId): readonly NodeId[] => operands(nodes[id] ?? { kind: "const", width: 1, value: 0n });
  switch (action.kind) {
    case "observe":
      return [action.node];
    case "property": {
      const check = checks[action.rank];
      return check ? [check.enable, check.condition] : [];
    }
    case "leave":
      return [];
    case "next":
      return own(action.register);
    case "read":
      return [...own(action.node), action.node];
    case "commit": {
      const ports = memories[action.memory]?.writes.filter(({ domain }) => isIn(action.domains, domain)) ?? [];
      const writes = ports.flatMap(({ enable, address, data, mask }) =>
        mask === null ? [enable, address, data] : [enable, address, data, mask],
      );
      return [...writes, ...action.reads.flatMap((id) => [...own(id), id])];
    }
  }
}

/** State that an action changes. */
export function changedBy(action: LaneAction): readonly NodeId[] {
  if (action.kind === "next") return [action.register];
  if (action.kind === "read") return [action.node];
  return action.kind === "commit" ? action.reads : [];
}

/**
 * Puts the actions and all that they need in order and cuts it in functions: each value right before its first use, but
 * all that commits need before the first of them, as they change what reads of memories see.
 */
export function laneKernel(plan: Plan, lanes: Lanes, actions: readonly LaneAction[]): LaneKernel {
  const { nodes } = plan;
  const follow = (id: NodeId): readonly NodeId[] => {
    const node = nodes[id];
    return !node || isState(node) ? [] : operands(node);
  };
  const walk = new Postorder(nodes.length, follow);
  const functions: LaneItem[][] = [[]];
  const computedIn = new Map<NodeId, number>();
  const lastReader = new Map<NodeId, number>();
  const kept = new Set<NodeId>();
  const waiting = new Set<NodeId>();
  let size = 0;
  const add = (item: LaneItem, needed: readonly NodeId[], cost: number): void => {
    if (size + cost > functionSize && size > 0) {
      functions.push([]);
      size = 0;
    }
    functions.at(-1)?.push(item);
    size += cost;
    const now = functions.length - 1;
    for (const id of needed) {
      const node = nodes[id];
      if (node && isState(node)) lastReader.set(id, now);
      else if ((computedIn.get(id) ?? now) !== now) kept.add(id);
    }
  };
  const evaluate = (action: LaneAction): void => {
    for (const root of needsOf(plan, action))
      walk.visit(root, (id) => {
        if (!isComputed(plan, id)) return;
        add(id, follow(id), costOf(plan, lanes, id));
        computedIn.set(id, functions.length - 1);
      });
  };
  const changedIn = new Map<NodeId, number>();
  const act = (action: LaneAction): void => {
    add(action, needsOf(plan, action), action.kind === "commit" ? 6 * lanes : 2);
    for (const id of changedBy(action)) changedIn.set(id, functions.length - 1);
  };
  for (const action of actions) {
    evaluate(action);
    if (action.kind !== "commit") act(action);
  }
  for (const action of actions) if (action.kind === "commit") act(action);
  for (const [id, change] of changedIn) if ((lastReader.get(id) ?? -1) > change) waiting.add(id);
  return { functions, kept, waiting };
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
