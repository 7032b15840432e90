import { isState, type Node, type NodeId } from "../../hdl/netlist/index.ts";
import { SimulationError } from "../engine.ts";
import type { Plan } from "../plan/plan.ts";
import { limbCount, slotBytes as numberBytes } from "../plan/slots.ts";
import { poolBytes } from "./constant-pool.ts";
import { type Element, type Lanes, maskElement, partsOf, type Shape, shapeOf, slotBytes } from "./shape.ts";

/** Cells in which a block's code and its caller talk to each other. */
export const Control = {
  /** u32: index of the next moment in the schedule. */
  moment: 0,
  /** u32: how many whole periods of the schedule the last call has taken. */
  periods: 4,
  /** u32: 1 where a property failed in a lane that is looked at. */
  failed: 8,
  /** A mask of the lanes whose failures are not looked at. */
  ignored: 16,
  /** A mask of the lanes in which a property failed in the moment being evaluated. */
  failures: 32,
  bytes: 48,
} as const;

/** Values of one element size, one after the other, that a reset of their domain sets. */
export interface ResetRange {
  readonly element: Element;
  readonly address: number;
  readonly vectors: number;
  /** What they are set to, laid out alike. */
  readonly values: number;
}

/** How a reset of one domain of the top works in lanes. */
export interface ResetPlan {
  /** u32: 1 while it is asserted in any lane. */
  readonly asserted: number;
  /** Masks of the lanes in which it is asserted, in each element size. */
  readonly masks: ReadonlyMap<Element, number>;
  readonly ranges: readonly ResetRange[];
}

/**
 * A memory's words in all lanes, word by word, so that lanes with the same address are read together. Behind the last
 * word come one of poison, which is read, and one that is written, where an address is beyond the depth.
 */
export interface MemoryPlace {
  readonly address: number;
  readonly shape: Shape;
  /** Bytes of one word in all lanes. */
  readonly row: number;
}

/** Where everything of one block is in linear memory. */
export interface LaneLayout {
  readonly lanes: Lanes;
  /** By input node: words as the outside sees them, lane after lane. */
  readonly pins: ReadonlyMap<NodeId, number>;
  /** By node: vectors of an input or of state; −1 for others. */
  readonly addresses: Float64Array;
  /** By domain. */
  readonly resets: readonly ResetPlan[];
  readonly memories: readonly MemoryPlace[];
  /** By check: what failed, as a mask, or the counters of a cover, 32 bits each. */
  readonly checks: readonly number[];
  readonly constants: number;
  /** u32 for each moment of the schedule. */
  readonly moments: number;
  /** Room for as many numbers as there are operands and results, lane after lane. */
  readonly scratch: number;
  readonly scratchNumber: number;
  readonly scratchLane: number;
  /** Where places for all else begin. */
  readonly rest: number;
  readonly bytes: number;
}

/** Numbers that one operation on limbs takes: two results, two operands and room for two more. */
const scratchNumbers = 6;
const mostBytes = 2 ** 32 - 2 * 65_536;

/** Lays out a block. Throws a SimulationError where it does not fit 4 GiB. */
export function layOutLanes(plan: Plan, lanes: Lanes): LaneLayout {
  const { nodes, memories, checks, flat } = plan;
  const { domains, name } = flat.module;
  let end: number = Control.bytes;
  const take = (bytes: number): number => {
    const address = Math.ceil(end / 16) * 16;
    end = address + bytes;
    if (end > mostBytes)
      throw new SimulationError(
        `${name} in ${lanes} lanes does not fit the 4 GiB that the compiled simulator has; run fewer lanes or make it smaller`,
      );
    return address;
  };
  const elements = [8, 16, 32].filter((element): element is Element => element >= maskElement(lanes));
  const constants = take(poolBytes);
  const moments = take(4 * plan.schedule.moments.length);

  const pins = new Map<NodeId, number>();
  const addresses = new Float64Array(nodes.length).fill(-1);
  nodes.forEach(({ kind, width }, id) => {
    if (kind !== "input") return;
    pins.set(id, take(4 * limbCount(width) * lanes));
    addresses[id] = take(slotBytes(width, lanes));
  });

  const place = (states: readonly NodeId[]): number => {
    const start = take(0);
    for (const id of states) addresses[id] = take(slotBytes(nodes[id]?.width ?? 1, lanes));
    return start;
  };
  const states = nodes.flatMap((node, id) => (isState(node) ? [id] : []));
  const isReset = (id: NodeId): boolean => {
    const node = nodes[id];
    return node?.kind === "reg" && node.init !== null;
  };
  const resets = domains.map((_, domain): ResetPlan => {
    const asserted = take(4);
    const masks = new Map(elements.map((element) => [element, take(16 * partsOf(element, lanes))] as const));
    const own = states.filter((id) => isReset(id) && domainOf(nodes[id]) === domain);
    const ranges = elements.map((element) => {
      const alike = own.filter((id) => shapeOf(nodes[id]?.width ?? 1, lanes).element === element);
      const address = place(alike);
      return { element, address, vectors: (end - address) / 16, values: take(end - address) };
    });
    return { asserted, masks, ranges: ranges.filter(({ vectors }) => vectors > 0) };
  });
  place(states.filter((id) => !isReset(id)));

  const places = memories.map(({ width, depth }): MemoryPlace => {
    const row = slotBytes(width, lanes);
    return { address: take((depth + 2) * row), shape: shapeOf(width, lanes), row };
  });
  const checkPlaces = checks.map(({ kind }) => take(kind === "cover" ? 4 * lanes : 16));

  const widest = nodes.reduce((most, { width }) => Math.max(most, width), 0);
  // Operations on limbs look a few bytes beyond a number's end.
  const scratchNumber = numberBytes(widest) + 8;
  const scratch = take(scratchNumbers * scratchNumber * lanes);
  return {
    lanes,
    pins,
    addresses,
    resets,
    memories: places,
    checks: checkPlaces,
    constants,
    moments,
    scratch,
    scratchNumber,
    scratchLane: scratchNumbers * scratchNumber,
    rest: take(0),
    bytes: end,
  };
}

function domainOf(node: Node | undefined): number {
  if (node?.kind === "reg") return node.domain;
  return node?.kind === "memRead" ? (node.sync?.domain ?? -1) : -1;
}
