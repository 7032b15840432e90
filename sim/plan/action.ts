import { isCombinational, isState, type NodeId, operands } from "../../hdl/netlist/index.ts";
import type { Plan } from "./plan.ts";

/** What values and actions are told from. */
export type Values = Pick<Plan, "nodes" | "memories" | "checks">;

/** Something that is done with values once they are there. */
export type Action =
  /** Keep a node's value at its home. */
  | { readonly kind: "observe"; readonly node: NodeId }
  /** Store a register's next value. */
  | { readonly kind: "next"; readonly register: NodeId; readonly value: NodeId }
  /** Load a synchronous read, or ask for it where writes come first. */
  | { readonly kind: "read"; readonly node: NodeId }
  | { readonly kind: "write"; readonly memory: number; readonly port: number }
  /** Note a failure of a check or an assumption. */
  | { readonly kind: "property"; readonly rank: number }
  | { readonly kind: "cover"; readonly rank: number };

/** What an edge of a domain samples one by one. A register that holds its value needs nothing. */
export function edgeActions({ nodes, memories, checks, layout }: Plan, domain: number): Action[] {
  const actions: Action[] = [];
  checks.forEach((check, rank) => {
    if (check.domain === domain) actions.push({ kind: check.kind === "cover" ? "cover" : "property", rank });
  });
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
  return actions;
}

/** The nodes whose values an action takes; where it has an enable, that is the first. */
export function needs(plan: Values, action: Action): readonly NodeId[] {
  switch (action.kind) {
    case "observe":
      return [action.node];
    case "next":
      return [action.value];
    case "read": {
      const node = plan.nodes[action.node];
      return node?.kind === "memRead" && node.sync ? [node.sync.enable, node.address] : [];
    }
    case "write": {
      const write = plan.memories[action.memory]?.writes[action.port];
      if (!write) return [];
      const { enable, address, data, mask } = write;
      return mask === null ? [enable, address, data] : [enable, address, data, mask];
    }
    case "property":
    case "cover": {
      const check = plan.checks[action.rank];
      return check ? [check.enable, check.condition] : [];
    }
  }
}

/** The state that an action stores, or −1. Reads that wait for writes are stored after all else. */
export function storedBy({ layout }: Plan, action: Action): NodeId {
  if (action.kind === "next") return action.register;
  return action.kind === "read" && !layout.reads.has(action.node) ? action.node : -1;
}

/** Whether a node is computed, and not at hand as a constant, an input or state. */
export function isEvaluated({ nodes }: Pick<Plan, "nodes">, id: NodeId): boolean {
  const node = nodes[id];
  if (!node || node.kind === "const" || isState(node)) return false;
  return isCombinational(node) || node.kind === "memRead";
}

/** The nodes that are evaluated before this one is. */
export function evaluatedOperands(plan: Pick<Plan, "nodes">, id: NodeId): readonly NodeId[] {
  const node = plan.nodes[id];
  return !node || isState(node) ? [] : operands(node).filter((operand) => isEvaluated(plan, operand));
}
