import {
  type Check,
  type Design,
  definition,
  type Flat,
  isState,
  type Memory,
  type Node,
  type NodeId,
} from "../../hdl/netlist/index.ts";
import { SimulationError } from "../engine.ts";
import { type ActivityCells, activityCells } from "./activity/cells.ts";
import { Homes } from "./homes.ts";
import { chunkLanes, chunkRanges, elementBytes, type LaneRoot } from "./lanes/lane-group.ts";
import type { Lanes } from "./lanes/lanes.ts";
import { aligned, slotBytes, wordBytes } from "./slots.ts";

/** Addresses of the cells in which the run loop and its caller talk to each other. */
export const Control = {
  /** u32: index of the next moment in the schedule. */
  moment: 0,
  /** u32: bit `d` is set while the reset of domain `d` is asserted. */
  asserted: 4,
  /** u64: how many whole periods of the schedule are over. */
  periods: 8,
  /** u32: the rank of the property that failed last. */
  failure: 16,
  /** u32: tells checkpoints of one design from those of another. */
  fingerprint: 20,
  bytes: 64,
} as const;

/** One register (or synchronous memory read) of a definition in all lanes of a group that are not in SIMD lanes. */
export interface StateArray {
  readonly group: number;
  /** The node of the definition. */
  readonly origin: NodeId;
  readonly domain: number;
  readonly width: number;
  readonly lanes: number;
  /** Bytes from lane to lane. */
  readonly stride: number;
  /** Of lane 0 in the current bank. */
  readonly address: number;
}

/** All state of one clock domain, twice: as it is, and as it will be after the next edge. Both are laid out alike. */
export interface Bank {
  readonly current: number;
  readonly next: number;
  /** Of what is copied from bank to bank at an edge; registers in lanes come after it. */
  readonly bytes: number;
  /** Of the whole bank. */
  readonly total: number;
  /** Bytes from the start of the bank to its counters of covers, u64 each, which are the last of what is copied. */
  readonly covers: number;
  /** Where the bits of registers that a reset sets are marked, and what it sets them to; laid out like the bank. */
  readonly resetMask: number;
  readonly resetValue: number;
}

/** A memory's words, with one more at index `depth` that always holds poison. */
export interface MemoryBlock {
  readonly address: number;
  readonly wordBytes: number;
}

/** What a write port, or a synchronous read that must wait for writes, wants to do at this edge. */
export interface Pending {
  /** u32: 1 where it wants anything. */
  readonly flag: number;
  /** u32: the index of the word, `depth` where there is none. */
  readonly index: number;
  /** Slots of data and mask; of no meaning for reads. */
  readonly data: number;
  readonly mask: number;
}

/** Where everything is in linear memory. */
export interface Layout {
  /** By node: the slot of an input, of a state node in the current bank, or of a value in lanes; −1 for others. */
  readonly addresses: Float64Array;
  /** By node: the bytes of its element where it is in lanes, else 0. */
  readonly laneBytes: Uint8Array;
  /** Where the first lane of each root is; for registers in the current bank. */
  readonly laneArrays: ReadonlyMap<LaneRoot, number>;
  readonly state: readonly StateArray[];
  /** By domain. */
  readonly banks: readonly Bank[];
  readonly memories: readonly MemoryBlock[];
  /** By memory, then write port. */
  readonly writes: readonly (readonly Pending[])[];
  /** By synchronous read of a memory whose words may change at the same edge, where that is not the old word. */
  readonly reads: ReadonlyMap<NodeId, Pending>;
  /** The range of all pending requests. */
  readonly pending: { readonly address: number; readonly bytes: number };
  /** Where elements on their way into lanes can be put side by side. */
  readonly staging: number;
  /** By check: the counter in the current bank, −1 for what is no cover. */
  readonly covers: readonly number[];
  /** Everything below is what a checkpoint holds. */
  readonly stateEnd: number;
  /** Of u32 for each moment of the schedule. */
  readonly moments: number;
  /** Room for three numbers as wide as the widest. */
  readonly scratch: number;
  readonly scratchStride: number;
  readonly homes: Homes;
  /** Where the kernels are divided into parts that sleep. */
  readonly activity: ActivityCells | null;
  /** Bytes in total. */
  readonly bytes: number;
}

/** More than this is beyond 32-bit addresses, with a page to spare. */
const mostBytes = 2 ** 32 - 2 * 65_536;

/** What the layout is made for, after simplification. */
export interface Contents {
  readonly design: Design;
  readonly flat: Flat;
  readonly nodes: readonly Node[];
  readonly memories: readonly Memory[];
  readonly checks: readonly Check[];
  /** Nodes that can be looked at by name. */
  readonly named: ReadonlySet<NodeId>;
  readonly lanes: Lanes;
  /** Moments of the schedule. */
  readonly moments: number;
  /** Whether kernels are divided into parts that sleep. */
  readonly activity: boolean;
}

/** Lays out state, inputs, memories and all else. Throws a SimulationError where it does not fit 4 GiB. */
export function layOut({ activity: divided, ...contents }: Contents): Layout {
  const { design, flat, nodes, memories, checks, named, lanes, moments } = contents;
  let end: number = Control.bytes;
  const take = (bytes: number, alignment = 8): number => {
    const address = aligned(end, alignment);
    end = address + bytes;
    return address;
  };
  const addresses = new Float64Array(nodes.length).fill(-1);
  nodes.forEach((node, id) => {
    // Words of narrow inputs are side by side, so that those of a vector are one view.
    if (node.kind === "input" && node.port >= 0) addresses[id] = take(slotBytes(node.width), node.width <= 32 ? 4 : 8);
  });

  const laneBytes = new Uint8Array(nodes.length);
  const laneArrays = new Map<LaneRoot, number>();
  for (const { roots } of [...lanes.groups.map(({ group }) => group), ...lanes.wires])
    for (const { members, width } of roots) for (const id of members) if (id >= 0) laneBytes[id] = elementBytes(width);
  const placeLanes = (root: LaneRoot, count: number): void => {
    const stride = elementBytes(root.width);
    const address = take(aligned(count, chunkLanes) * stride, 16);
    laneArrays.set(root, address);
    root.members.forEach((id, lane) => {
      if (id >= 0) addresses[id] = address + lane * stride;
    });
  };

  const state: StateArray[] = [];
  const covers = checks.map(() => -1);
  const plannedBanks = flat.module.domains.map((_, domain) => {
    const current = take(0, 16);
    for (const array of stateArrays(design, flat, domain)) {
      const own = lanesOf(design, flat, array).filter((id) => laneBytes[id] === 0);
      if (own.length === 0) continue;
      const address = take(own.length * array.stride, 16);
      state.push({ ...array, lanes: own.length, address });
      own.forEach((id, lane) => {
        addresses[id] = address + lane * array.stride;
      });
    }
    const firstCover = take(0);
    checks.forEach((check, index) => {
      if (check.kind === "cover" && check.domain === domain) covers[index] = take(8);
    });
    const bytes = aligned(end, 16) - current;
    for (const { group } of lanes.groups)
      if (group.domain === domain) for (const root of group.roots) placeLanes(root, group.lanes);
    return { current, covers: firstCover - current, bytes, total: aligned(end, 16) - current };
  });

  const blocks: MemoryBlock[] = new Array(memories.length);
  flat.groups.forEach(({ lanes, definition: index }, group) => {
    const count = definition(design, index).memories.length;
    for (let own = 0; own < count; own++)
      for (let lane = 0; lane < lanes; lane++) {
        const id = flat.memories[group]?.[lane * count + own] ?? -1;
        const memory = memories[id];
        if (!memory) continue;
        const bytes = wordBytes(memory.width);
        blocks[id] = { address: take((memory.depth + 1) * bytes, 16), wordBytes: bytes };
        if (end > mostBytes) throw tooLarge(memory.name);
      }
  });
  const stateEnd = take(0, 16);

  const banks = plannedBanks.map((bank) => ({
    ...bank,
    next: take(bank.total, 16),
    resetMask: take(bank.total, 16),
    resetValue: take(bank.total, 16),
  }));
  const pendingStart = take(0);
  const request = (width: number, maskWidth: number): Pending => ({
    flag: take(4),
    index: take(4, 4),
    data: take(slotBytes(width)),
    mask: take(slotBytes(maskWidth)),
  });
  const writes = memories.map(({ width, writes: ports }) =>
    ports.map(({ mask }) => request(width, mask === null ? 0 : (nodes[mask]?.width ?? 0))),
  );
  const reads = new Map<NodeId, Pending>();
  nodes.forEach((node, id) => {
    const memory = node.kind === "memRead" && node.sync ? memories[node.memory] : undefined;
    if (memory && memory.readUnderWrite !== "old" && memory.writes.length > 0) reads.set(id, request(0, 0));
  });
  const pending = { address: pendingStart, bytes: end - pendingStart };

  // The last chunk of a wavefront stores a whole vector register, over lanes that come later or beyond the last.
  for (const { roots, lanes: count } of lanes.wires) for (const root of roots) placeLanes(root, count + chunkLanes);

  const momentsTable = take(4 * moments);
  const widest = nodes.reduce((most, { width }) => Math.max(most, width), 0);
  const scratchStride = slotBytes(widest) + 8;
  const scratch = take(3 * scratchStride);
  const elements = [...lanes.groups.map(({ group }) => group), ...lanes.wires].flatMap((group) =>
    [...group.leaves.keys()].map((leaf) => {
      return chunkRanges(group).length * chunkLanes * elementBytes(group.nodes[leaf]?.width ?? 1);
    }),
  );
  const staging = take(
    elements.reduce((sum, bytes) => sum + bytes, 0),
    16,
  );
  const homes = new Homes(nodes, named, take(0));
  end = homes.end;
  const activity = divided
    ? activityCells({ nodes, memories, checks, lanes, domains: flat.module.domains.length }, take)
    : null;
  // Operations on limbs look a few bytes beyond a number's end.
  end = (activity?.homes.at(-1)?.end ?? end) + 64;
  if (end > mostBytes) throw tooLarge("the design");
  return {
    addresses,
    laneBytes,
    laneArrays,
    state,
    banks,
    memories: blocks,
    writes,
    reads,
    pending,
    staging,
    covers,
    stateEnd,
    moments: momentsTable,
    scratch,
    scratchStride,
    homes,
    activity,
    bytes: end,
  };
}

function tooLarge(what: string): SimulationError {
  return new SimulationError(`${what} does not fit the 4 GiB that the compiled simulator has; make it smaller`);
}

/** The arrays of one domain, group by group, without their places. */
function stateArrays(design: Design, flat: Flat, domain: number): Omit<StateArray, "address">[] {
  return flat.groups.flatMap(({ definition: index, lanes, domains }, group) =>
    definition(design, index).nodes.flatMap((node, origin) => {
      if (!isState(node)) return [];
      const own = node.kind === "reg" ? node.domain : node.kind === "memRead" ? (node.sync?.domain ?? -1) : -1;
      if (domains[own] !== domain) return [];
      return [{ group, origin, domain, width: node.width, lanes, stride: slotBytes(node.width) }];
    }),
  );
}

/** The node of every lane of an array. */
export function lanesOf(design: Design, flat: Flat, { group, origin }: Pick<StateArray, "group" | "origin">): NodeId[] {
  const place = flat.groups[group];
  if (!place) return [];
  const count = definition(design, place.definition).nodes.length;
  return Array.from({ length: place.lanes }, (_, lane) => flat.nodes[group]?.[lane * count + origin] ?? -1);
}
