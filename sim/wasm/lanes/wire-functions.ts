import { isState, type NodeId, operands } from "../../../hdl/netlist/index.ts";
import { isEvaluated } from "../../plan/action.ts";
import { kernelOf } from "../../plan/kernel.ts";
import { leafNodes, type WireGroup, wireNodes } from "../../plan/lanes/wire-groups.ts";
import type { Plan } from "../../plan/plan.ts";
import type { Callable } from "../code.ts";
import { writeKernel } from "../kernel-functions.ts";
import type { Runtime } from "../runtime.ts";
import type { WasmModule } from "../wasm-module.ts";
import { neededByLanes } from "./chunk-addresses.ts";
import { writeGroup } from "./lane-functions.ts";

/**
 * Writes the functions that compute, in lanes, the combinational values that the roots follow from; called in order,
 * group after group, each after the scalar values that it takes.
 */
export function writeWires(module: WasmModule, runtime: Runtime, plan: Plan, roots: readonly NodeId[]): Callable[] {
  const observed = new Set<NodeId>();
  return neededWires(plan, roots).flatMap((group) => {
    const fresh = neededByLanes(plan, [group]).filter((id) => !observed.has(id));
    for (const id of fresh) observed.add(id);
    const actions = fresh.map((node) => ({ kind: "observe", node }) as const);
    const scalar = actions.length > 0 ? writeKernel(module, runtime, plan, kernelOf(plan, actions)) : [];
    const ordered = { group, chunks: "up", late: group.roots.map(() => false) } as const;
    // Elements that are put side by side for a group are of no use to the next one.
    return [...scalar, writeGroup(module, plan, ordered, plan.layout.staging).callable];
  });
}

/** The groups that values follow from in the same cycle, in order. */
function neededWires(plan: Plan, roots: readonly NodeId[]): WireGroup[] {
  const { wires } = plan.lanes;
  if (wires.length === 0) return [];
  const groupOf = new Map(wires.flatMap((group) => wireNodes(group).map((id) => [id, group] as const)));
  const needed = new Set<WireGroup>();
  const seen = new Set<NodeId>();
  const open = [...roots];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    const group = groupOf.get(id);
    if (group && !needed.has(group)) {
      needed.add(group);
      for (const leaf of leafNodes(group)) open.push(leaf);
    }
    const node = plan.nodes[id];
    if (node && !isState(node) && isEvaluated(plan, id)) open.push(...operands(node));
  }
  return wires.filter((group) => needed.has(group));
}
