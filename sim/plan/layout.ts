import { type Flat, isState, type Memory, type Module, type NodeId } from "../../hdl/netlist/index.ts";

/** Bytes of a value in memory: 4 up to 32 bits, 8 up to 64, above that 4 for every 32 bits begun. */
export function slotBytes(width: number): number {
  return width <= 32 ? 4 : width <= 64 ? 8 : 4 * Math.ceil(width / 32);
}

/** Bytes from one word of a memory to the next. */
export function strideBytes(width: number): number {
  return width <= 8 ? 1 : width <= 16 ? 2 : slotBytes(width);
}

/** The state of one clock domain: two banks laid out alike, the present values and those of the next edge. */
export interface Bank {
  readonly present: number;
  readonly next: number;
  readonly bytes: number;
}

/** Where everything is in linear memory, in bytes. Present state and inputs do not move between compilations. */
export interface Layout {
  /** Edges still to take, failed check + 1, position in the schedule, and rounds through it: an i32 each. */
  readonly control: { readonly remaining: number; readonly position: number; readonly rounds: number };
  /** One i32 of domain bits for each moment of the schedule. */
  readonly moments: number;
  /** The domains whose reset is asserted, a bit each. */
  readonly resets: number;
  /** An i32 for each check: how often a cover was hit. */
  readonly covers: number;
  /** The slot of a node: inputs, present state, and every node that has a name or is wider than 64 bits. */
  readonly slots: ReadonlyMap<NodeId, number>;
  /** How far the next bank of a domain's state is from its present one, by domain. */
  readonly banks: readonly Bank[];
  readonly memories: readonly number[];
  /** Bytes to save in a checkpoint, from address 0. */
  readonly stateBytes: number;
  /** From here on the compiler may place what it needs. */
  readonly free: number;
}

/**
 * Lays out a flat design. Registers are structures of arrays: for each domain the registers of one definition at one
 * place of the hierarchy lie side by side, lane after lane, so that code over lanes can read and write them as vectors.
 */
export function layOut(flat: Flat, module: Module, moments: number): Layout {
  let top = 0;
  const allocate = (bytes: number, align = 16) => {
    const at = Math.ceil(top / align) * align;
    top = at + bytes;
    return at;
  };
  const control = { remaining: allocate(4, 4), position: allocate(4, 4), rounds: allocate(4, 4) };
  const resets = allocate(4, 4);
  const covers = allocate(4 * Math.max(1, module.checks.length));
  const slots = new Map<NodeId, number>();
  for (const { direction, node, width } of module.ports)
    if (direction === "in") slots.set(node, allocate(slotBytes(width), 8));

  const byDomain: NodeId[][] = module.domains.map(() => []);
  module.nodes.forEach((node, id) => {
    if (node.kind === "reg") byDomain[node.domain]?.push(id);
    else if (node.kind === "memRead" && node.sync) byDomain[node.sync.domain]?.push(id);
  });
  const widthOf = (id: NodeId) => module.nodes[id]?.width ?? 0;
  const spans = byDomain.map((ids) => {
    const sorted = ids.toSorted(
      (a, b) =>
        (flat.group[a] ?? 0) - (flat.group[b] ?? 0) ||
        (flat.origin[a] ?? 0) - (flat.origin[b] ?? 0) ||
        (flat.lane[a] ?? 0) - (flat.lane[b] ?? 0),
    );
    const present = allocate(0);
    for (const id of sorted) slots.set(id, allocate(slotBytes(widthOf(id)), slotBytes(widthOf(id)) === 4 ? 4 : 8));
    return { present, bytes: top - present };
  });
  const memories = module.memories.map((memory) => allocate(memoryBytes(memory)));
  const stateBytes = top;

  const momentTable = allocate(4 * moments);
  const banks = spans.map(({ present, bytes }) => ({ present, bytes, next: allocate(bytes) }));
  const named = new Set([...module.names.map(({ node }) => node), ...module.ports.map(({ node }) => node)]);
  module.nodes.forEach((node, id) => {
    if (!slots.has(id) && !isState(node) && (named.has(id) || node.width > 64))
      slots.set(id, allocate(slotBytes(node.width), 8));
  });
  return { control, moments: momentTable, resets, covers, slots, banks, memories, stateBytes, free: allocate(0) };
}

function memoryBytes({ width, depth }: Pick<Memory, "width" | "depth">): number {
  return strideBytes(width) * depth;
}
