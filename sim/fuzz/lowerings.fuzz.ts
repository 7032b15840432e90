import type { Design, Node } from "../../hdl/netlist/index.ts";
import type { EngineOptions } from "../engine.ts";
import type { Fetch } from "../plan/lanes/fetch.ts";
import { elementBytes } from "../plan/lanes/lane-group.ts";
import type { OrderedGroup } from "../plan/lanes/lane-order.ts";
import { type Plan, plan } from "../plan/plan.ts";
import { chunksOf } from "../wasm/lanes/chunk-addresses.ts";
import { loopsOf } from "../wasm/lanes/chunk-loops.ts";
import { sharedConditions } from "../wasm/lanes/chunk-program.ts";

/** All that `loweringsOf` can find. */
export const lowerings = [
  ...["in place, upwards", "in place, downwards", "through the second bank", "next to another group"],
  ...["whole registers", "ragged registers", "several dimensions", "array in an array", "delay chain"],
  ...["offset load", "splat", "shuffle", "fill of some lanes", "fill of all lanes"],
  ...["loop over rows", "elements staged for a loop"],
  ...["from an input", "from a constant", "from scalar logic", "from a register in lanes", "from a scalar register"],
  ...["combinational in full lanes", "combinational by wavefront", "from a combinational value in lanes"],
  ...["whole wavefronts", "ragged wavefronts"],
  ...["elements of 8 bits", "elements of 16 bits", "elements of 32 bits", "elements of 64 bits"],
  ...["registers under one condition", "registers under several conditions", "group under one condition"],
] as const;
export type Lowering = (typeof lowerings)[number];

/** How the compiled simulator updates a design's registers in lanes. */
export function loweringsOf(design: Design, options: EngineOptions): ReadonlySet<Lowering> {
  const planned = plan(design, options);
  const found = new Set<Lowering>();
  if (planned.lanes.groups.length > 1) found.add("next to another group");
  for (const ordered of planned.lanes.groups) ofGroup(planned, ordered, found);
  for (const group of planned.lanes.wires) {
    found.add(group.waves.length > 1 ? "combinational by wavefront" : "combinational in full lanes");
    found.add(group.waves.every((lanes) => lanes % 16 === 0) ? "whole wavefronts" : "ragged wavefronts");
    ofGroup(planned, { group, chunks: "up", late: group.roots.map(() => false) }, found);
  }
  return found;
}

function ofGroup(planned: Plan, ordered: OrderedGroup, found: Set<Lowering>): void {
  const { group, late } = ordered;
  found.add(ordered.chunks === "up" ? "in place, upwards" : "in place, downwards");
  if (late.includes(true)) found.add("through the second bank");
  found.add(group.lanes % 16 === 0 ? "whole registers" : "ragged registers");
  if (group.name.startsWith("delays")) found.add("delay chain");
  for (const id of group.roots[0]?.members ?? []) {
    const place = planned.flat.groups[planned.flat.group[id] ?? -1];
    if (!place) continue;
    if (place.dims.length > 1) found.add("several dimensions");
    if ((planned.flat.groups[place.parent]?.lanes ?? 1) > 1) found.add("array in an array");
  }
  for (const { width } of group.roots) found.add(`elements of ${(8 * elementBytes(width)) as 8 | 16 | 32 | 64} bits`);

  for (const sources of group.leaves.values()) for (const id of sources) found.add(sourceOf(planned, id));
  const chunks = chunksOf(planned, ordered);
  for (const { program, fetches } of chunks) {
    const isShared = (leaf: number): boolean => new Set(group.leaves.get(leaf)).size === 1;
    if (sharedConditions(program, isShared)) found.add("group under one condition");
    for (const { parent } of program.branches) {
      if (parent) found.add(parent.parent ? "registers under several conditions" : "registers under one condition");
    }
    for (const fetch of fetches.values()) for (const kind of ofFetch(fetch)) found.add(kind);
  }
  for (const { rounds, steps } of loopsOf(chunks, false)) {
    if (rounds > 1) found.add("loop over rows");
    if (steps.flat().some(({ kind }) => kind === "staged")) found.add("elements staged for a loop");
  }
}

function sourceOf({ nodes, layout }: Plan, id: number): Lowering {
  const node: Node | undefined = nodes[id];
  if (node?.kind === "input") return layout.laneBytes[id] ? "from a combinational value in lanes" : "from an input";
  if (node?.kind === "const") return "from a constant";
  if (node?.kind === "reg") return layout.laneBytes[id] ? "from a register in lanes" : "from a scalar register";
  return "from scalar logic";
}

function ofFetch({ kind, patches, addresses }: Fetch): Lowering[] {
  const base: Lowering[] = [kind === "load" ? "offset load" : kind];
  const [first = 0] = addresses;
  if (kind === "load" && first % 16 === 0) base.pop();
  if (patches.length > 0) base.push(patches.length > 4 ? "fill of all lanes" : "fill of some lanes");
  return base;
}
