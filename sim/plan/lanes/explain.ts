import { isState } from "../../../hdl/netlist/index.ts";
import type { Plan } from "../plan.ts";
import { chunkLanes, elementBytes, type LaneGroup, type LaneRoot } from "./lane-group.ts";
import type { OrderedGroup } from "./lane-order.ts";
import type { WireGroup } from "./wire-groups.ts";

/**
 * Says in text how the compiled simulator updates a design's registers: for each group of lanes how many, the size of
 * elements, where lanes fetch from, and the cost estimate beside that of doing it one by one; then what stays scalar, and
 * why.
 */
export function explainLanes(planned: Plan): string {
  const { lanes, nodes } = planned;
  const registers = nodes.filter(isState).length;
  const inLanes = lanes.groups.reduce((sum, { group }) => sum + group.lanes * group.roots.length, 0);
  const lines = [`${inLanes} of ${registers} registers are updated in lanes, ${registers - inLanes} one by one`];
  for (const wires of lanes.wires) lines.push(...describedWires(planned, wires));
  for (const ordered of lanes.groups) lines.push(...described(planned, ordered));
  const stays = new Map<string, number>();
  for (const { group, roots, cost } of lanes.rejected) {
    const what = `${group.name} ×${group.lanes}, ${widths(group, roots)}`;
    stays.set(`${what}: ${estimate(cost)}`, 1);
  }
  for (const { name, reason } of lanes.unfit) stays.set(`${name}: ${reason}`, 1);
  if (stays.size > 0) lines.push("stay scalar:", ...[...stays.keys()].map((line) => `  ${line}`));
  return lines.join("\n");
}

function describedWires(plan: Plan, group: WireGroup): string[] {
  const { lanes, waves, roots } = group;
  const cost = plan.lanes.costs.get(group);
  const [least, most] = [Math.min(...waves), Math.max(...waves)];
  const fronts = `${waves.length} wavefronts of ${least === most ? least : `${least} to ${most}`}`;
  return [
    `${group.name}: ${widths(group, roots)} in ${lanes} lanes, ${waves.length === 1 ? "all together" : fronts}${
      cost ? `, ${estimate(cost)}` : ""
    }`,
    `  fetched: ${fetched(plan, group)}`,
  ];
}

function described(plan: Plan, { group, chunks, late }: OrderedGroup): string[] {
  const cost = plan.lanes.costs.get(group);
  const registers = group.roots.map(({ width }) => `${width} in ${8 * elementBytes(width)}`).join(", ");
  const count = Math.ceil(group.lanes / chunkLanes);
  const lines = [
    `${group.name}: ${group.lanes} lanes in ${count} chunk${count === 1 ? "" : "s"}${cost ? `, ${estimate(cost)}` : ""}`,
    `  registers of bits: ${registers}`,
  ];
  const waiting = late.filter(Boolean).length;
  if (waiting > 0)
    lines.push(`  ${waiting} of ${late.length} through a second bank, the rest in place, chunks ${chunks}`);
  else lines.push(`  in place, chunks ${chunks}`);
  lines.push(`  fetched: ${fetched(plan, group)}`);
  return lines;
}

function fetched(plan: Plan, group: LaneGroup): string {
  const kinds = new Map<string, number>();
  for (const sources of group.leaves.values()) {
    const kind = gatherKind(group, sources, plan);
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  return [...kinds].map(([kind, times]) => `${times} × ${kind}`).join(", ");
}

function gatherKind(group: LaneGroup, sources: Int32Array, { nodes, layout }: Plan): string {
  if (sources.every((id) => id === sources[0])) return "broadcast";
  const places = new Map<number, number>();
  for (const { members } of group.roots) for (const [lane, id] of members.entries()) places.set(id, lane);
  const counts = new Map<number, number>();
  sources.forEach((id, lane) => {
    const from = places.get(id);
    if (from !== undefined) counts.set(from - lane, (counts.get(from - lane) ?? 0) + 1);
  });
  const [best = null] = [...counts].sort(([, a], [, b]) => b - a);
  if (best && best[1] * 2 >= sources.length) {
    const [offset, times] = best;
    if (offset === 0 && times === sources.length) return "own lane";
    const boundary = sources.length - times;
    return `lane ${offset < 0 ? "−" : "+"} ${Math.abs(offset)}${boundary > 0 ? ` with a boundary of ${boundary}` : ""}`;
  }
  if ([...sources].some((id) => layout.laneBytes[id] && nodes[id]?.kind === "input")) return "combinational lanes";
  return [...sources].every((id) => nodes[id] && isState(nodes[id])) ? "registers elsewhere" : "scalar values";
}

function estimate({ lanes, scalar }: { readonly lanes: number; readonly scalar: number }): string {
  return `estimated ${Math.round(lanes)} instructions in lanes, ${Math.round(scalar)} one by one`;
}

function widths({ waves }: LaneGroup, roots: readonly LaneRoot[]): string {
  const bits = roots.reduce((sum, { width }) => sum + width, 0);
  const what = waves === null ? "register" : "combinational output";
  return `${roots.length} ${what}${roots.length === 1 ? "" : "s"} (${bits} bits)`;
}
