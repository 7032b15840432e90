import { type Memory, mapOperands, mapWrites, type Node, type NodeId, operands } from "../../../hdl/netlist/index.ts";
import { type Action, needs, type Values } from "../action.ts";
import { type Item, kernelOf } from "../kernel.ts";
import type { Plan, PlannedCheck } from "../plan.ts";
import type { Part } from "./parts.ts";

/** How one part is evaluated. */
export interface PartKernel {
  readonly functions: readonly (readonly Item[])[];
  /** Those of its functions that are called from outside, in this order. */
  readonly steps: readonly number[];
  /** What must be at its home, for another of its functions or to be taken elsewhere. */
  readonly kept: readonly NodeId[];
}

/**
 * The kernel of one part. `exported` are the nodes whose values are taken elsewhere: where they are in the part, they are
 * evaluated whenever it is. It is made of a netlist of the part alone, so that the time it takes is that of a part.
 */
export function partKernel(plan: Plan, { nodes, actions }: Part, exported: ReadonlySet<NodeId>): PartKernel {
  const own = new Set(nodes);
  for (const action of actions) if (action.kind === "read") own.add(action.node);
  const local = new Map<NodeId, NodeId>();
  const all: NodeId[] = [];
  const to = (id: NodeId): NodeId => {
    const known = local.get(id);
    if (known !== undefined) return known;
    local.set(id, all.length);
    return all.push(id) - 1;
  };
  const from = (id: NodeId): NodeId => all[id] ?? -1;
  const observed = nodes.filter((id) => exported.has(id)).map((node): Action => ({ kind: "observe", node }));
  const done = [...actions, ...observed];
  for (const id of nodes) {
    to(id);
    const node = plan.nodes[id];
    if (node) operands(node).forEach(to);
  }
  for (const action of done) needs(plan, action).forEach(to);
  const memories: Memory[] = [];
  const checks: PlannedCheck[] = [];
  for (const action of done) {
    if (action.kind === "write") {
      const memory = plan.memories[action.memory];
      if (memory) memories[action.memory] = mapWrites(memory, to);
    } else if (action.kind === "property" || action.kind === "cover") {
      const check = plan.checks[action.rank];
      if (check) checks[action.rank] = { ...check, condition: to(check.condition), enable: to(check.enable) };
    }
  }
  const renamed = done.map((action) => withNodes(action, to));
  // Renaming is what gives nodes their places: it comes first.
  const view: Values = { nodes: all.map((id) => within(plan, id, own, to)), memories, checks };
  const { functions, steps, kept } = kernelOf(view, renamed, true);
  return {
    functions: functions.map((items) => items.map((item) => withNodesOf(item, from))),
    steps,
    kept: all.filter((_, id) => kept[id] === 1),
  };
}

/** A node as the part sees it: what is not evaluated in it is at hand. */
function within({ nodes }: Plan, id: NodeId, own: ReadonlySet<NodeId>, to: (id: NodeId) => NodeId): Node {
  const node = nodes[id];
  if (!node) throw new RangeError(`malformed netlist: there is no node ${id}`);
  if (own.has(id)) return mapOperands(node, to);
  return node.kind === "const" ? node : { kind: "input", width: node.width, port: -1 };
}

function withNodes(action: Action, to: (id: NodeId) => NodeId): Action {
  if (action.kind === "next") return { ...action, register: to(action.register), value: to(action.value) };
  return action.kind === "observe" || action.kind === "read" ? { ...action, node: to(action.node) } : action;
}

function withNodesOf(item: Item, to: (id: NodeId) => NodeId): Item {
  if (typeof item === "number") return to(item);
  if (item.kind === "call" || item.kind === "stop") return item;
  if (item.kind !== "branch") return withNodes(item, to);
  const [taken, untaken] = [item.taken, item.untaken].map((items) => items.map((inner) => withNodesOf(inner, to)));
  return { ...item, node: to(item.node), taken: taken ?? [], untaken: untaken ?? [] };
}
