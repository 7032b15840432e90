import type { NodeId } from "../../../hdl/netlist/index.ts";
import { type Fetch, fetchOf } from "../../plan/lanes/fetch.ts";
import { chunkLanes, chunkRanges, elementBytes, type LaneGroup, type LaneRange } from "../../plan/lanes/lane-group.ts";
import { LanePlaces, type OrderedGroup } from "../../plan/lanes/lane-order.ts";
import type { Plan } from "../../plan/plan.ts";
import { type ChunkProgram, chunkProgram } from "./chunk-program.ts";
import { type Placement, placed } from "./placement.ts";
import type { VectorId } from "./vector-graph.ts";

/** The address of a chunk's access that may differ from chunk to chunk; patches of one element may be staged. */
export interface Access {
  readonly address: number;
  /** Bytes of the element where this is a patch, else 0. */
  readonly patch: number;
}

/** One chunk: its program, how its leaves are fetched, and the addresses it uses, in a fixed order. */
export interface Chunk {
  readonly program: ChunkProgram;
  readonly placement: Placement;
  readonly fetches: ReadonlyMap<VectorId, Fetch>;
  /** For each leaf operation the index of its first address: bases, then patches. */
  readonly fetchAt: ReadonlyMap<VectorId, number>;
  /** For each root, by index in the group, the index of the address it is stored at. */
  readonly storeAt: readonly number[];
  readonly accesses: readonly Access[];
  /** Chunks of equal shape differ in addresses alone. */
  readonly shape: string;
}

/** The value's address for lanes that fetch it. Inputs of odd widths are taken from where their upper bits are zero. */
export function laneSource({ nodes, layout }: Plan, id: NodeId): number {
  const node = nodes[id];
  if (!node) return -1;
  if (node.kind === "const") return layout.homes.constant(node.value, node.width);
  return isFetchedInPlace(nodes, layout, id) ? (layout.addresses[id] ?? -1) : layout.homes.of(id);
}

function isFetchedInPlace(nodes: Plan["nodes"], layout: Plan["layout"], id: NodeId): boolean {
  const node = nodes[id];
  if (layout.laneBytes[id]) return true;
  if (node?.kind === "input") return node.width === 8 * elementBytes(node.width);
  return node?.kind === "reg" || (node?.kind === "memRead" && node.sync !== null);
}

/** What scalar code must keep in memory for groups. */
export function neededByLanes({ nodes, layout }: Plan, groups: readonly LaneGroup[]): NodeId[] {
  const needed = new Set<NodeId>();
  for (const { leaves } of groups)
    for (const sources of leaves.values())
      for (const id of sources) if (nodes[id]?.kind !== "const" && !isFetchedInPlace(nodes, layout, id)) needed.add(id);
  return [...needed];
}

/** The state that registers in lanes are updated from. */
export function readByLanes({ nodes, lanes, layout }: Plan): ReadonlySet<NodeId> {
  const read = new Set<NodeId>();
  for (const { group } of lanes.groups)
    for (const sources of group.leaves.values())
      for (const id of sources) if (isFetchedInPlace(nodes, layout, id)) read.add(id);
  return read;
}

/** The chunks of a group in the order in which they are updated. */
export function chunksOf(plan: Plan, { group, chunks: direction, late }: OrderedGroup): Chunk[] {
  const own = new LanePlaces([group]);
  const storesOver = new Map(
    [...group.leaves].map(([leaf, sources]) => [leaf, storedNear(own, sources).filter((root) => !late[root])]),
  );
  const programs = new Map<number, { program: ChunkProgram; placement: Placement }>();
  const chunks = chunkRanges(group).map((range) => {
    const { lanes } = range;
    let made = programs.get(lanes);
    if (!made) {
      const program = chunkProgram(group, lanes);
      made = { program, placement: placed(program, (leaf) => storesOver.get(leaf) ?? []) };
      programs.set(lanes, made);
    }
    return chunkAt(plan, group, late, range, made.program, made.placement);
  });
  return direction === "up" ? chunks : chunks.reverse();
}

/** The group's roots that some lane of the same chunk is fetched from. */
function storedNear(own: LanePlaces, sources: Int32Array): number[] {
  const roots = new Set<number>();
  sources.forEach((id, lane) => {
    const place = own.get(id);
    if (place && Math.floor(place.lane / chunkLanes) === Math.floor(lane / chunkLanes)) roots.add(place.root);
  });
  return [...roots];
}

function chunkAt(
  plan: Plan,
  group: LaneGroup,
  late: readonly boolean[],
  range: LaneRange,
  program: ChunkProgram,
  placement: Placement,
): Chunk {
  const accesses: Access[] = [];
  const fetches = new Map<VectorId, Fetch>();
  const fetchAt = new Map<VectorId, number>();
  const shapes: string[] = [`${program.lanes}`];
  program.graph.operations.forEach((operation, id) => {
    if (operation.kind !== "leaf" || (placement.place[id] ?? -1) < 0) return;
    const bytes = elementBytes(group.nodes[operation.leaf]?.width ?? 1);
    const perRegister = chunkLanes / bytes;
    const sources = group.leaves.get(operation.leaf);
    const first = range.first + operation.part * perRegister;
    const end = range.first + range.lanes;
    const addresses = Array.from({ length: perRegister }, (_, i) => {
      const source = first + i < end ? sources?.[first + i] : undefined;
      return source === undefined ? -1 : laneSource(plan, source);
    });
    const fetch = fetchOf(addresses, bytes);
    fetches.set(id, fetch);
    fetchAt.set(id, accesses.length);
    for (const address of fetch.addresses) accesses.push({ address, patch: 0 });
    for (const { address } of fetch.patches) accesses.push({ address, patch: bytes });
    shapes.push(`${fetch.kind} ${fetch.picks.join()} ${fetch.patches.map(({ lane }) => lane).join()}`);
  });
  const bank = group.domain === null ? undefined : plan.layout.banks[group.domain];
  const storeAt = group.roots.map((own, root) => {
    const current = (plan.layout.laneArrays.get(own) ?? 0) + range.first * elementBytes(own.width);
    const address = late[root] && bank ? current - bank.current + bank.next : current;
    return accesses.push({ address, patch: 0 }) - 1;
  });
  return { program, placement, fetches, fetchAt, storeAt, accesses, shape: shapes.join(";") };
}
