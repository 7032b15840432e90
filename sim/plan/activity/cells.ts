import type { Memory, Node } from "../../../hdl/netlist/index.ts";
import { Homes } from "../homes.ts";
import { chunkLanes, elementBytes } from "../lanes/lane-group.ts";
import type { Lanes } from "../lanes/lanes.ts";
import { aligned, slotBytes } from "../slots.ts";

/** What parts of kernels that sleep are told by. No checkpoint holds it: after one is restored, all are awake. */
export interface ActivityCells {
  /** u32: not 0 where all parts are to be woken before the next edge. */
  readonly wake: number;
  /** u64 each: operations of the parts evaluated so far, and of all parts at the same edges. */
  readonly evaluated: number;
  readonly whole: number;
  /** A byte for each part: 1 where it is awake. After them, the same for comparing and updating each group of lanes. */
  readonly flags: number;
  /** A byte for each part: 1 where it stored state in the next bank at this edge. */
  readonly stored: number;
  /** A byte for each memory: 1 where something is to be read from or written to it at this edge. */
  readonly asked: number;
  /** A byte for each group of lanes: 1 where it is updated at this edge. */
  readonly updated: number;
  /** From here on, inputs and values in lanes as the parts know them. */
  readonly known: number;
  /** By domain, the values that its kernel's parts take from one another. Settling wires does not touch them. */
  readonly homes: readonly Homes[];
}

/** What parts are made of. */
interface Divided {
  readonly nodes: readonly Node[];
  readonly memories: readonly Memory[];
  readonly checks: readonly unknown[];
  readonly lanes: Lanes;
  /** Clock domains. */
  readonly domains: number;
}

/** Makes room for as many parts as there can be. `take` gives the address of so many bytes, of which the homes are last. */
export function activityCells(
  { nodes, memories, checks, lanes, domains }: Divided,
  take: (bytes: number, alignment?: number) => number,
): ActivityCells {
  const writes = memories.reduce((sum, memory) => sum + memory.writes.length, 0);
  // A part holds a node, an access or a property, if no more. Every domain has parts of its own.
  const mostParts = aligned(domains * nodes.length + writes + checks.length + 8, 8);
  const inputs = nodes.reduce((sum, { kind, width }) => sum + (kind === "input" ? slotBytes(width) : 0), 0);
  const inLanes = [...lanes.groups.map(({ group }) => group), ...lanes.wires].flatMap((group) =>
    group.roots.map(({ width }) => aligned(group.lanes + chunkLanes, chunkLanes) * elementBytes(width)),
  );
  const [wake, evaluated, whole] = [take(4), take(8), take(8)];
  const flags = take(mostParts + 2 * aligned(lanes.groups.length, 8));
  const stored = take(mostParts);
  const updated = take(aligned(lanes.groups.length, 8));
  const asked = take(aligned(memories.length, 8));
  const known = take(
    inLanes.reduce((sum, bytes) => sum + bytes, 16 + inputs),
    16,
  );
  const homes: Homes[] = [];
  for (let domain = 0; domain < domains; domain++) homes.push(new Homes(nodes, [], homes.at(-1)?.end ?? take(0)));
  return { wake, evaluated, whole, flags, stored, updated, asked, known, homes };
}
