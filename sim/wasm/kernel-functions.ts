import type { NodeId } from "../../hdl/netlist/index.ts";
import { type Action, isEvaluated } from "../plan/action.ts";
import { type Branch, type Item, itemsOf, type Kernel, valuesOf } from "../plan/kernel.ts";
import { Control } from "../plan/layout.ts";
import type { Plan } from "../plan/plan.ts";
import type { Updates } from "../plan/updates.ts";
import { Watch, type WatchedPart } from "./activity/watch.ts";
import type { Callable } from "./code.ts";
import { Emitter } from "./emitter.ts";
import { copyWord, pushIndex, storageOf } from "./memory-access.ts";
import { Access, I32, Op } from "./opcodes.ts";
import type { Runtime } from "./runtime.ts";
import type { WasmModule } from "./wasm-module.ts";
import { computeWide } from "./wide.ts";

/** Rank of the first property that failed in an edge's evaluation: this global of the module, −1 for none. */
export const failureGlobal = 0;

/** Writes the functions of a kernel; the steps, called in order, evaluate it. */
export function writeKernel(
  module: WasmModule,
  runtime: Runtime,
  plan: Plan,
  kernel: Kernel,
  updates: Updates = nothingStored,
): Callable[] {
  const functions = writeFunctions(module, runtime, plan, kernel, updates);
  return kernel.steps.flatMap((step) => functions[step] ?? []);
}

/** Writes the functions of a kernel, in its order. `partOf` says which part a function belongs to, if any. */
export function writeFunctions(
  module: WasmModule,
  runtime: Runtime,
  plan: Plan,
  kernel: Kernel,
  updates: Updates,
  partOf: (index: number) => WatchedPart | undefined = () => undefined,
): Callable[] {
  const functions = kernel.functions.map(() => module.declare());
  kernel.functions.forEach((items, index) => {
    const callable = functions[index];
    if (!callable) return;
    const part = partOf(index);
    const emitter = new Emitter(callable.code, plan, runtime, part?.wide);
    const watch = part ? new Watch(emitter, part) : null;
    for (const id of updates.held[index] ?? []) emitter.define(id, false);
    new KernelFunction(emitter, items, kernel.kept, functions, updates.late, watch).write();
  });
  return functions;
}

const nothingStored: Updates = { late: new Set(), held: [] };

class KernelFunction {
  readonly #to: Emitter;
  readonly #items: readonly Item[];
  readonly #kept: Uint8Array;
  readonly #functions: readonly Callable[];
  readonly #late: ReadonlySet<NodeId>;
  readonly #watch: Watch | null;
  /** How often each value is used in this function. */
  readonly #uses = new Map<NodeId, number>();
  /** For a value that is used in one place, the list of items that this is in. */
  readonly #usedIn = new Map<NodeId, readonly Item[]>();
  /** For the list of a branch, the one that the branch is in. */
  readonly #outer = new Map<readonly Item[], readonly Item[]>();

  constructor(
    to: Emitter,
    items: readonly Item[],
    kept: Uint8Array,
    functions: readonly Callable[],
    late: ReadonlySet<NodeId>,
    watch: Watch | null,
  ) {
    this.#to = to;
    this.#items = items;
    this.#kept = kept;
    this.#functions = functions;
    this.#late = late;
    this.#watch = watch;
    itemsOf(items, (item, list) => {
      if (typeof item !== "number" && item.kind === "branch")
        for (const inner of [item.taken, item.untaken]) this.#outer.set(inner, list);
      for (const id of this.#needs(item)) {
        this.#uses.set(id, (this.#uses.get(id) ?? 0) + 1);
        this.#usedIn.set(id, list);
      }
    });
  }

  write(): void {
    this.#write(this.#items);
    this.#watch?.end();
  }

  #write(items: readonly Item[]): void {
    for (const item of items) {
      if (typeof item === "number") {
        if (!this.#to.isWide(item)) {
          this.#evaluate(item, items);
          continue;
        }
        for (const id of this.#needs(item)) this.#prepare(id);
        computeWide(this.#to, item);
        this.#watch?.keepWide(item);
        continue;
      }
      for (const id of this.#needs(item)) this.#prepare(id);
      this.#act(item);
    }
  }

  #act(item: Exclude<Item, NodeId>): void {
    const { code, plan } = this.#to;
    if (item.kind === "branch") this.#branch(item);
    else if (item.kind === "call") {
      const called = this.#functions[item.function];
      if (called) code.call(called);
    } else if (item.kind === "stop") writeStop(this.#to, item.domain);
    else if (this.#watch && item.kind === "next" && !this.#late.has(item.register))
      this.#watch.storeState(item.register, item.value, plan.layout.addresses[item.register] ?? -1);
    else {
      const slot = (id: NodeId): number =>
        this.#late.has(id) ? nextSlot(plan, id) : (plan.layout.addresses[id] ?? -1);
      writeAction(this.#to, item, slot, () => this.#noteAction(item));
    }
  }

  #noteAction(action: Action): void {
    if (!this.#watch) return;
    this.#watch.stayAwake();
    const read = action.kind === "read" ? this.#to.node(action.node) : null;
    if (read?.kind === "memRead") this.#watch.ask(read.memory);
    if (action.kind === "write") this.#watch.ask(action.memory);
  }

  #branch({ node, match, taken, untaken }: Branch): void {
    const to = this.#to;
    const width = to.width(node);
    to.push(node, "zero");
    const [some, rest] = width === 1 && match === 0n ? [untaken, taken] : [taken, untaken];
    if (width > 1) {
      to.constant(width, match);
      to.typed(width, Op.i32Eq, Op.i64Eq);
    }
    const write = (items: readonly Item[]) => () => to.scope(() => this.#write(items));
    if (some.length === 0) {
      to.code.op(Op.i32Eqz);
      to.code.branch(null, write(rest));
    } else to.code.branch(null, write(some), rest.length === 0 ? undefined : write(rest));
  }

  #evaluate(id: NodeId, list: readonly Item[]): void {
    const kept = this.#kept[id] === 1;
    const needed = this.#needs(id);
    if (!kept && this.#uses.get(id) === 1 && this.#isUsedWithin(id, list) && this.#to.defer(id, needed)) return;
    for (const operand of needed) this.#prepare(operand);
    this.#to.define(id, true);
    if (kept && this.#watch) this.#watch.keep(id);
    else if (kept) this.#to.store(id, this.#to.plan.layout.homes.of(id));
  }

  /** Whether a value is used in this list or in a branch in it. */
  #isUsedWithin(id: NodeId, list: readonly Item[]): boolean {
    let used = this.#usedIn.get(id);
    while (used && used !== list) used = this.#outer.get(used);
    return used === list;
  }

  /** Loads what is used more than once and not computed here into a local, before the expression that uses it first. */
  #prepare(id: NodeId): void {
    const to = this.#to;
    if (to.isWide(id) || to.hasLocal(id) || to.node(id).kind === "const") return;
    if (to.isDeferred(id)) for (const operand of this.#needs(id)) this.#prepare(operand);
    else if ((this.#uses.get(id) ?? 0) > 1) to.define(id, false);
  }

  #needs(item: Item): readonly NodeId[] {
    return typeof item !== "number" && item.kind === "observe" ? [] : valuesOf(this.#to.plan, item);
  }
}

/** Leaves the function where a property failed and the domain is not under reset. */
function writeStop({ code }: Emitter, domain: number): void {
  code.getGlobal(failureGlobal);
  code.i32(-1);
  code.op(Op.i32Ne);
  code.branch(null, () => {
    code.loadFrom(Access.load32, Control.asserted);
    code.i32(2 ** domain);
    code.op(Op.i32And, Op.i32Eqz);
    code.branch(null, () => code.op(Op.return));
  });
}

/**
 * `slot` is where a state node's new value is stored. `acted` is written where something is done that may have to be done
 * again at the next edge although no value has changed.
 */
function writeAction(to: Emitter, action: Action, slot: (id: NodeId) => number, acted: () => void): void {
  const { code, plan } = to;
  const { layout } = plan;
  switch (action.kind) {
    case "observe":
      // Evaluated values are at their home already.
      if (!isEvaluated(plan, action.node)) to.store(action.node, layout.homes.of(action.node));
      return;
    case "next":
      to.store(action.value, slot(action.register));
      return;
    case "read": {
      const node = to.node(action.node);
      if (node.kind !== "memRead" || !node.sync) return;
      const storage = storageOf(plan, node.memory);
      const pending = layout.reads.get(action.node);
      to.push(node.sync.enable, "zero");
      code.branch(null, () => {
        acted();
        const index = (): void => pushIndex(to, storage.memory, node.address);
        if (!pending) {
          copyWord(code, storage, index, slot(action.node));
          return;
        }
        code.storeAt(Access.store32, pending.flag, () => code.i32(1));
        code.storeAt(Access.store32, pending.index, index);
      });
      return;
    }
    case "write": {
      const { memory } = storageOf(plan, action.memory);
      const port = memory.writes[action.port];
      const pending = layout.writes[action.memory]?.[action.port];
      if (!port || !pending) return;
      to.push(port.enable, "zero");
      code.branch(null, () => {
        acted();
        code.storeAt(Access.store32, pending.flag, () => code.i32(1));
        code.storeAt(Access.store32, pending.index, () => pushIndex(to, memory, port.address));
        to.store(port.data, pending.data);
        if (port.mask !== null) to.store(port.mask, pending.mask);
      });
      return;
    }
    case "property":
    case "cover":
      writeProperty(to, action.rank, acted);
  }
}

function writeProperty(to: Emitter, rank: number, counted: () => void): void {
  const { code, plan } = to;
  const check = plan.checks[rank];
  if (!check) return;
  to.push(check.enable, "zero");
  to.push(check.condition, "zero");
  if (check.kind === "cover") {
    const counter = plan.layout.covers[rank] ?? -1;
    code.op(Op.i32And);
    code.branch(null, () => {
      counted();
      code.storeAt(Access.store64, counter, () => {
        code.loadFrom(Access.load64, counter);
        code.i64(1n);
        code.op(Op.i64Add);
      });
    });
    return;
  }
  const failed = to.temporary(I32);
  // Enabled and not 1. All ones, which stand for no failure, are above every rank.
  code.op(Op.i32GtU);
  code.branch(null, () => {
    code.i32(rank);
    code.getGlobal(failureGlobal);
    code.tee(failed);
    code.i32(rank);
    code.get(failed);
    code.op(Op.i32LtU, Op.select);
    code.setGlobal(failureGlobal);
  });
}

/** The slot of a state node in the next bank. */
export function nextSlot({ nodes, layout }: Plan, id: NodeId): number {
  const node = nodes[id];
  const domain = node?.kind === "reg" ? node.domain : node?.kind === "memRead" ? (node.sync?.domain ?? -1) : -1;
  const bank = layout.banks[domain];
  const address = layout.addresses[id] ?? -1;
  if (!bank || address < 0) throw new RangeError(`node ${id} is no state`);
  return address - bank.current + bank.next;
}
