import type { NodeId } from "../../../hdl/netlist/index.ts";
import type { Action } from "../../plan/action.ts";
import { type ActiveKernel, activeKernelOf, type Readers, readersOf } from "../../plan/activity/active-kernel.ts";
import type { ActivityCells } from "../../plan/activity/cells.ts";
import type { PartSizes } from "../../plan/activity/part-sizes.ts";
import type { Item } from "../../plan/kernel.ts";
import { itemsOf } from "../../plan/kernel.ts";
import { type Plan, withHomes } from "../../plan/plan.ts";
import { aligned, limbCount, slotBytes } from "../../plan/slots.ts";
import type { Updates } from "../../plan/updates.ts";
import type { Callable, Code } from "../code.ts";
import { nextSlot, writeFunctions } from "../kernel-functions.ts";
import type { LaneActivity } from "../lanes/lane-functions.ts";
import { Access, I32, I64, Op } from "../opcodes.ts";
import type { Runtime } from "../runtime.ts";
import { Simd } from "../simd.ts";
import type { WasmModule } from "../wasm-module.ts";
import type { CommitWakes } from "../write-commit.ts";
import { Changes, wakeParts } from "./changes.ts";
import { type Dispatched, writeDispatch } from "./dispatch.ts";
import { type KnownValues, knownValues, writeCompareInputs, writeCompareLanes } from "./known-values.ts";
import type { WatchedPart } from "./watch.ts";

/** What an edge of one domain does in parts; each list is called in order. */
export interface ActiveSample {
  readonly properties: readonly Callable[];
  readonly rest: readonly Callable[];
  /** Brings state from the next bank, when all else has been done with the old values. */
  readonly late: readonly Callable[];
}

/**
 * Edges at which only those parts are evaluated for which something changed since they last were, after
 * S. Beamer and D. Donofrio, "Efficiently Exploiting Low Activity Factors to Accelerate RTL Simulation", DAC 2020: parts in
 * an order without cycles, a flag for each, and outputs compared with what they were so that those who take them are woken.
 *
 * State and memories wake their readers when they change. What comes from elsewhere, inputs and values in lanes, is
 * compared before each use with what was last seen of it. A part stays awake while it accesses memories or counts covers.
 */
export class ActiveEdges {
  readonly #module: WasmModule;
  readonly #runtime: Runtime;
  readonly #plan: Plan;
  readonly #cells: ActivityCells;
  /** By domain, undefined for those without an edge. */
  readonly kernels: readonly (ActiveKernel | undefined)[];
  readonly #readers: Readers;
  #compares: readonly Callable[] | null = null;
  readonly #known: KnownValues;
  /** By domain, the number of its first part. */
  readonly #first: readonly number[];
  /** The flags of comparing the first group of lanes with what is known of it, and of updating it. */
  readonly #firstCompared: number;
  readonly #firstGroup: number;
  /** How many flags there are. */
  readonly #flags: number;

  /** `actions` are those of each domain that has an edge. */
  constructor(
    module: WasmModule,
    runtime: Runtime,
    plan: Plan,
    {
      cells,
      sizes,
      actions,
    }: { cells: ActivityCells; sizes: PartSizes; actions: readonly (readonly Action[] | undefined)[] },
  ) {
    this.#module = module;
    this.#runtime = runtime;
    this.#plan = plan;
    this.#cells = cells;
    this.kernels = actions.map((own) => own && activeKernelOf(plan, own, sizes));
    let parts = 0;
    this.#first = this.kernels.map((kernel) => {
      const first = parts;
      parts += kernel?.parts.length ?? 0;
      return first;
    });
    const groups = aligned(plan.lanes.groups.length, 8);
    this.#firstCompared = aligned(parts, 8);
    this.#firstGroup = this.#firstCompared + groups;
    this.#flags = this.#firstGroup + groups;
    this.#readers = readersOf(plan, this.kernels, this.#firstGroup);
    this.#known = knownValues(plan, cells, this.#readers);
  }

  /** Functions that look at values in lanes that scalar code takes: registers where their group was updated. */
  get #compareLanes(): readonly Callable[] {
    if (this.#compares) return this.#compares;
    const { flags } = this.#cells;
    const compareOf = (blocks: KnownValues["lanes"]): Callable => {
      const callable = this.#module.declare();
      writeCompareLanes(callable.code, flags, blocks);
      return callable;
    };
    const wires = this.#known.lanes.filter(({ group }) => group < 0);
    const groups = this.#plan.lanes.groups.flatMap((_, at): Dispatched[] => {
      const own = this.#known.lanes.filter(({ group }) => group === at);
      if (own.length === 0) return [];
      return [{ part: this.#firstCompared + at, before: () => {}, calls: [compareOf(own)] }];
    });
    this.#compares = [...(wires.length > 0 ? [compareOf(wires)] : []), ...writeDispatch(this.#module, flags, groups)];
    return this.#compares;
  }

  /** How groups of lanes sleep. What is changed by one at an edge wakes others for the next. */
  get lanes(): LaneActivity {
    const { groups } = this.#plan.lanes;
    const { flags, updated } = this.#cells;
    return {
      planOf: ({ group }) => (group.domain === null ? this.#plan : this.planOf(group.domain)),
      writeWake: (code, ordered, changed) => {
        const at = groups.indexOf(ordered);
        const isCompared = this.#known.lanes.some(({ group }) => group === at);
        const parts = [...(isCompared ? [this.#firstCompared + at] : []), ...(this.#readers.groups[at] ?? [])];
        code.get(changed);
        code.simd(Simd.anyTrue);
        code.branch(null, () => wakeParts(code, flags, parts));
      },
      dispatched: (own, functions) => {
        const begin = this.#module.declare();
        const places = own.map((ordered) => groups.indexOf(ordered));
        for (const at of places) {
          const flag = flags + this.#firstGroup + at;
          begin.code.storeAt(Access.store32To8, updated + at, () => begin.code.loadFrom(Access.load32From8, flag));
          begin.code.storeAt(Access.store32To8, flag, () => begin.code.i32(0));
        }
        const dispatched = functions.map((call, index): Dispatched => {
          return { part: places[index] ?? 0, before: () => {}, calls: [call] };
        });
        return [begin, ...writeDispatch(this.#module, updated, dispatched)];
      },
    };
  }

  /** The plan with the homes that the parts of a domain's kernel have for values. */
  planOf(domain: number): Plan {
    const homes = this.#cells.homes[domain];
    return homes ? withHomes(this.#plan, homes) : this.#plan;
  }

  /** Writes what is done before the first edge of a run: inputs may have changed, or anything. */
  writeBegin(code: Code): void {
    const { wake, flags } = this.#cells;
    code.loadFrom(Access.load32, wake);
    code.branch(null, () => {
      this.writeWakeAll(code);
      code.storeAt(Access.store32, wake, () => code.i32(0));
    });
    writeCompareInputs(code, flags, this.#known.inputs);
  }

  /** Writes what is done before an edge of these domains, when combinational values in lanes are there. */
  writeBefore(code: Code, domains: readonly number[]): void {
    const parts = domains.flatMap((domain) => this.kernels[domain]?.parts ?? []);
    addTo(
      code,
      this.#cells.whole,
      parts.reduce((sum, { cost }) => sum + cost, 0),
    );
    for (const compare of this.#compareLanes) code.call(compare);
  }

  /** Wakes all parts now. */
  writeWakeAll(code: Code): void {
    for (const value of [this.#cells.flags, 1, this.#flags]) code.i32(value);
    code.memoryFill();
  }

  /** Sees to it that all parts are woken before the next run. */
  writeWakeLater(code: Code): void {
    code.storeAt(Access.store32, this.#cells.wake, () => code.i32(1));
  }

  get commitWakes(): CommitWakes {
    return {
      flags: this.#cells.flags,
      asked: this.#cells.asked,
      ofState: (id) => this.#readersOfState(id),
      ofMemory: (index) => this.#readers.memories.get(index) ?? [],
    };
  }

  #readersOfState(id: NodeId): readonly number[] {
    return this.#readers.stored.get(id) ?? [];
  }

  writeSample(domain: number, updates: Updates): ActiveSample {
    const kernel = this.kernels[domain];
    if (!kernel) return { properties: [], rest: [], late: [] };
    const plan = this.planOf(domain);
    const watched = this.#watchedParts(domain, kernel);
    const partOf = new Map(kernel.parts.flatMap(({ functions }, at) => functions.map((index) => [index, watched[at]])));
    const functions = writeFunctions(this.#module, this.#runtime, plan, kernel, updates, (index) => partOf.get(index));
    const late: Dispatched[] = [];
    const [early, rest]: [Dispatched[], Dispatched[]] = [[], []];
    const first = this.#first[domain] ?? 0;
    kernel.parts.forEach((part, at) => {
      const number = first + at;
      const states = lateIn(kernel, part.functions, updates);
      if (states.length > 0) late.push({ part: number, calls: [this.#writeLate(states)], before: () => {} });
      const before = (code: Code): void => {
        if (states.length > 0) code.storeAt(Access.store32To8, this.#cells.stored + number, () => code.i32(1));
        addTo(code, this.#cells.evaluated, part.cost);
      };
      const calls = part.steps.flatMap((step) => functions[step] ?? []);
      (part.early ? early : rest).push({ part: number, calls, before });
    });
    const { flags, stored } = this.#cells;
    return {
      properties: writeDispatch(this.#module, flags, early),
      rest: writeDispatch(this.#module, flags, rest),
      late: writeDispatch(this.#module, stored, late),
    };
  }

  #watchedParts(domain: number, kernel: ActiveKernel): readonly WatchedPart[] {
    const { nodes, layout } = this.#plan;
    const taken = this.#readers.exported[domain];
    return kernel.parts.map(({ exported }, at) => ({
      part: (this.#first[domain] ?? 0) + at,
      flags: this.#cells.flags,
      asked: this.#cells.asked,
      exported: new Map(exported.map((id) => [id, taken?.get(id) ?? []])),
      readers: (id) => this.#readersOfState(id),
      wide: new Map(
        exported.flatMap((id) => ((nodes[id]?.width ?? 0) > 64 ? [[id, layout.homes.of(id)] as const] : [])),
      ),
    }));
  }

  /** The function that brings state from the next bank, and wakes those that take what changed. */
  #writeLate(states: readonly NodeId[]): Callable {
    const plan = this.#plan;
    const callable = this.#module.declare();
    const { code } = callable;
    const changes = new Changes(code, this.#cells.flags);
    const [word, double] = [code.local(I32), code.local(I64)];
    for (const id of states) {
      const [current, next] = [plan.layout.addresses[id] ?? -1, nextSlot(plan, id)];
      const width = plan.nodes[id]?.width ?? 0;
      if (width > 64) {
        for (const value of [current, next, limbCount(width)]) code.i32(value);
        code.call(this.#runtime.get("update"));
        changes.note(this.#readersOfState(id));
        continue;
      }
      const [local, load, store] =
        slotBytes(width) === 4 ? [word, Access.load32, Access.store32] : [double, Access.load64, Access.store64];
      code.loadFrom(load, next);
      code.tee(local);
      code.loadFrom(load, current);
      code.op(width <= 32 ? Op.i32Xor : Op.i64Ne);
      changes.note(this.#readersOfState(id));
      code.storeAt(store, current, () => code.get(local));
    }
    changes.wake();
    return callable;
  }
}

/** Adds to a u64 in memory. */
function addTo(code: Code, address: number, value: number): void {
  code.storeAt(Access.store64, address, () => {
    code.loadFrom(Access.load64, address);
    code.i64(BigInt(value));
    code.op(Op.i64Add);
  });
}

/** State that some functions store in the next bank. */
function lateIn(kernel: ActiveKernel, functions: readonly number[], { late }: Updates): NodeId[] {
  const states = new Set<NodeId>();
  const add = (item: Item): void => {
    if (typeof item === "number") return;
    const id = item.kind === "next" ? item.register : item.kind === "read" ? item.node : -1;
    if (late.has(id)) states.add(id);
  };
  for (const index of functions) itemsOf(kernel.functions[index] ?? [], add);
  return [...states];
}
