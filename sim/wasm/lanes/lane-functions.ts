import type { NodeId } from "../../../hdl/netlist/index.ts";
import { chunkLanes, elementBytes } from "../../plan/lanes/lane-group.ts";
import type { OrderedGroup } from "../../plan/lanes/lane-order.ts";
import type { Plan } from "../../plan/plan.ts";
import type { Callable, Code } from "../code.ts";
import { copyBytes } from "../copy-bytes.ts";
import { Access as MemoryAccess, V128 } from "../opcodes.ts";
import type { WasmModule } from "../wasm-module.ts";
import { type Chunk, chunksOf } from "./chunk-addresses.ts";
import { ChunkCode } from "./chunk-code.ts";
import { type ChunkLoop, loopsOf, type Step } from "./chunk-loops.ts";
import { sharedConditions } from "./chunk-program.ts";
import { LoopPointers, type Place } from "./loop-pointers.ts";

/** Up to so many vector operations a group's chunks are written out one by one. */
const mostUnrolled = 150;

/** Groups that sleep while nothing changes for them. */
export interface LaneActivity {
  /** The plan with the homes of the scalar values that a group takes. */
  readonly planOf: (ordered: OrderedGroup) => Plan;
  /** Writes what wakes those that take registers of a group, where a local, a vector, has any bit set. */
  readonly writeWake: (code: Code, ordered: OrderedGroup, changed: number) => void;
  /** Functions that call those of the groups that are awake. */
  readonly dispatched: (own: readonly OrderedGroup[], functions: readonly Callable[]) => Callable[];
}

/**
 * Writes the functions that update the registers in lanes of the domains that have an edge together; called in order,
 * after everything scalar was sampled, they take the edge.
 */
export function writeLanes(
  module: WasmModule,
  plan: Plan,
  mask: number,
  activity: LaneActivity | null = null,
): Callable[] {
  const own = plan.lanes.groups.filter(({ group }) => group.domain !== null && (mask >>> group.domain) & 1);
  let staging = plan.layout.staging;
  const all = own.map((ordered) => {
    const written = writeGroup(module, activity?.planOf(ordered) ?? plan, ordered, staging, activity);
    staging = written.staging;
    return written.callable;
  });
  const functions = activity ? activity.dispatched(own, all) : all;
  const late = own.flatMap(({ group, late }) =>
    group.roots.filter((_, root) => late[root]).map((root) => ({ group, root })),
  );
  if (late.length === 0) return functions;
  const copy = module.declare();
  for (const { group, root } of late) {
    const bank = group.domain === null ? undefined : plan.layout.banks[group.domain];
    const current = plan.layout.laneArrays.get(root) ?? 0;
    if (bank) copyBytes(copy.code, current, current - bank.current + bank.next, bytesInLanes(group.lanes, root.width));
  }
  return [...functions, copy];
}

/** The function that computes a group's values; from `staging` on, memory is free for it up to where it says. */
export function writeGroup(
  module: WasmModule,
  plan: Plan,
  ordered: OrderedGroup,
  staging: number,
  activity: LaneActivity | null = null,
): { readonly callable: Callable; readonly staging: number } {
  const callable = module.declare();
  const changed = activity && callable.code.local(V128);
  const writer = new GroupCode(callable.code, plan, ordered, { staging, changed });
  writer.write();
  if (changed !== null) activity?.writeWake(callable.code, ordered, changed);
  return { callable, staging: writer.staging };
}

class GroupCode {
  readonly #code: Code;
  readonly #plan: Plan;
  readonly #ordered: OrderedGroup;
  /** The first byte of the staging area that is free. */
  staging: number;
  /** The local that collects the bits that are not as they were, where that is wanted. */
  readonly #changed: number | null;

  constructor(
    code: Code,
    plan: Plan,
    ordered: OrderedGroup,
    { staging, changed }: { readonly staging: number; readonly changed: number | null },
  ) {
    this.#code = code;
    this.#plan = plan;
    this.#ordered = ordered;
    this.staging = staging;
    this.#changed = changed;
  }

  write(): void {
    const chunks = chunksOf(this.#plan, this.#ordered);
    const operations = chunks.reduce((sum, { placement }) => sum + placement.place.filter((at) => at >= 0).length, 0);
    const write = (): void => {
      const isMadeHere = (address: number): boolean => this.#isMadeHere(address);
      const loops = loopsOf(chunks, operations <= mostUnrolled, isMadeHere).map((loop) => this.#stage(loop));
      for (const loop of loops) this.#loop(loop);
    };
    const [first] = chunks;
    const shared = first ? sharedConditions(first.program, (leaf) => this.#isShared(leaf)) : null;
    if (!first || !shared) {
      write();
      return;
    }
    // One test spares the whole group.
    const place = (access: number): Place => ({ pointer: null, offset: first.accesses[access]?.address ?? 0 });
    new ChunkCode(this.#code, first, place).pushAny(shared);
    this.#code.branch(null, write);
  }

  /** Whether all lanes fetch the same value. */
  #isShared(leaf: NodeId): boolean {
    const sources = this.#ordered.group.leaves.get(leaf);
    return sources?.every((id) => id === sources[0]) ?? false;
  }

  /** Whether an address is of a combinational value that the group itself computes, wavefront after wavefront. */
  #isMadeHere(address: number): boolean {
    const { group } = this.#ordered;
    if (group.waves === null) return false;
    return group.roots.some((root) => {
      const first = this.#plan.layout.laneArrays.get(root) ?? 0;
      return address >= first && address < first + bytesInLanes(group.lanes, root.width);
    });
  }

  /** Copies elements from here and there side by side; what they are copied from is not stored before they are used. */
  #stage(loop: ChunkLoop): ChunkLoop {
    const code = this.#code;
    const steps = loop.steps.map((own) =>
      own.map((step): Step => {
        if (step.kind !== "staged") return step;
        const first = this.staging;
        const { bytes } = step;
        this.staging += bytes * step.addresses.length;
        step.addresses.forEach((address, round) => {
          const [load, store] = elementAccess(bytes);
          code.storeAt(store, first + round * bytes, () => code.loadFrom(load, address));
        });
        return { kind: "affine", first, step: bytes };
      }),
    );
    return { ...loop, steps };
  }

  #loop({ body, rounds, steps }: ChunkLoop): void {
    const pointers = new LoopPointers(this.#code, rounds);
    const write = (): void => {
      body.forEach((chunk: Chunk, i) => {
        new ChunkCode(this.#code, chunk, (access) => pointers.place(steps[i]?.[access]), this.#changed).write();
      });
    };
    if (rounds === 1) write();
    else pointers.loop(steps.flat(), write);
  }
}

function bytesInLanes(lanes: number, width: number): number {
  return Math.ceil(lanes / chunkLanes) * chunkLanes * elementBytes(width);
}

function elementAccess(bytes: number): readonly [MemoryAccess, MemoryAccess] {
  if (bytes === 1) return [MemoryAccess.load32From8, MemoryAccess.store32To8];
  if (bytes === 2) return [MemoryAccess.load32From16, MemoryAccess.store32To16];
  return bytes === 4 ? [MemoryAccess.load32, MemoryAccess.store32] : [MemoryAccess.load64, MemoryAccess.store64];
}
