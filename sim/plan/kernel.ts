import { isCombinational, isState, type NodeId, operands } from "../../hdl/netlist/index.ts";
import type { Plan } from "./plan.ts";
import { Postorder } from "./postorder.ts";
import { limbCount } from "./slots.ts";

/** Something that is done with values once they are there. */
export type Action =
  /** Keep a node's value at its home. */
  | { readonly kind: "observe"; readonly node: NodeId }
  /** Store a register's next value. */
  | { readonly kind: "next"; readonly register: NodeId; readonly value: NodeId }
  /** Load a synchronous read, or ask for it where writes come first. */
  | { readonly kind: "read"; readonly node: NodeId }
  | { readonly kind: "write"; readonly memory: number; readonly port: number }
  | { readonly kind: "property"; readonly rank: number };

/** A node to evaluate, or an action. */
export type Item = NodeId | Action;

/** What is evaluated together, in functions of bounded size. */
export interface Kernel {
  readonly functions: readonly (readonly Item[])[];
  /** By node: 1 where its value must be at its home, for another function or to be looked at. */
  readonly kept: Uint8Array;
}

/** About so many operations make one function: V8's optimiser takes more than linear time. */
const functionSize = 1500;

/** What an edge of a domain samples one by one. Registers that hold their value need nothing: both banks have it. */
export function edgeActions({ nodes, memories, checks, layout }: Plan, domain: number): Action[] {
  const actions: Action[] = [];
  nodes.forEach((node, id) => {
    if (node.kind === "reg" && node.domain === domain && node.next !== id && layout.laneBytes[id] === 0)
      actions.push({ kind: "next", register: id, value: node.next });
    if (node.kind === "memRead" && node.sync?.domain === domain) actions.push({ kind: "read", node: id });
  });
  memories.forEach(({ writes }, memory) => {
    writes.forEach((write, port) => {
      if (write.domain === domain) actions.push({ kind: "write", memory, port });
    });
  });
  checks.forEach((check, rank) => {
    if (check.domain === domain) actions.push({ kind: "property", rank });
  });
  return actions;
}

/** The nodes whose values an action takes. */
export function needs(plan: Plan, action: Action): readonly NodeId[] {
  switch (action.kind) {
    case "observe":
      return [action.node];
    case "next":
      return [action.value];
    case "read":
      return operands(plan.nodes[action.node] ?? { kind: "const", width: 1, value: 0n });
    case "write": {
      const write = plan.memories[action.memory]?.writes[action.port];
      if (!write) return [];
      const { enable, address, data, mask } = write;
      return mask === null ? [enable, address, data] : [enable, address, data, mask];
    }
    case "property": {
      const check = plan.checks[action.rank];
      return check ? [check.enable, check.condition] : [];
    }
  }
}

/** Puts the actions and all that they need in order, each value right before its first use, and cuts it in functions. */
export function kernelOf(plan: Plan, actions: readonly Action[]): Kernel {
  const { nodes } = plan;
  const follow = (id: NodeId): readonly NodeId[] => {
    const node = nodes[id];
    return !node || isState(node) ? [] : operands(node);
  };
  const walk = new Postorder(nodes.length, follow);
  const functions: Item[][] = [];
  const home = new Int32Array(nodes.length).fill(-1);
  const kept = new Uint8Array(nodes.length);
  let size = 0;
  const add = (item: Item, cost: number): void => {
    if (functions.length === 0 || size + cost > functionSize) {
      functions.push([]);
      size = 0;
    }
    functions.at(-1)?.push(item);
    size += cost;
  };
  const use = (id: NodeId): void => {
    const at = home[id] ?? -1;
    if (at >= 0 && at !== functions.length - 1) kept[id] = 1;
  };

  for (const action of actions) {
    for (const root of needs(plan, action))
      walk.visit(root, (id) => {
        if (!isEvaluated(plan, id)) return;
        add(id, costOf(plan, id));
        for (const operand of follow(id)) use(operand);
        home[id] = functions.length - 1;
      });
    add(action, 1);
    for (const id of needs(plan, action)) use(id);
    if (action.kind === "observe") kept[action.node] = 1;
  }
  return { functions, kept };
}

/** Whether a node is computed, and not at hand as a constant, an input or state. */
export function isEvaluated({ nodes }: Plan, id: NodeId): boolean {
  const node = nodes[id];
  if (!node || node.kind === "const" || isState(node)) return false;
  return isCombinational(node) || node.kind === "memRead";
}

function costOf({ nodes }: Plan, id: NodeId): number {
  const node = nodes[id];
  if (!node) return 0;
  const own = node.width > 64 ? limbCount(node.width) : 1;
  return own + (node.kind === "case" ? node.arms.length : node.kind === "cat" ? node.parts.length : 0);
}
