import type { NodeId } from "../../hdl/netlist/index.ts";
import type { Action } from "../plan/action.ts";
import type { Branch } from "../plan/kernel.ts";
import type { Callable } from "../wasm/code.ts";
import { I32, V128 } from "../wasm/opcodes.ts";
import type { Runtime } from "../wasm/runtime.ts";
import type { WasmFunction, WasmModule } from "../wasm/wasm-module.ts";
import { writeAction } from "./action.ts";
import { BranchMask } from "./branch-mask.ts";
import { commit } from "./commit.ts";
import { equalMasks } from "./compare.ts";
import { eachItem, type LaneItem, type LaneKernel, needsOf, storedBy } from "./kernel.ts";
import { compute } from "./operation.ts";
import { slotBytes } from "./shape.ts";
import { type LanePlan, LaneValues } from "./values.ts";
import { type Vector, VectorCode } from "./vector-code.ts";

/** Values of state that are copied in one function. */
const copiesInFunction = 1000;

/** Fewer stores than these are not worth a test of their own. */
const fewestTogether = 4;

/** The only parameter of a function that is called in a branch. */
const maskParameter = 0;

/** Writes the functions of a kernel. Called in order, they evaluate it; one that returns 1 ends it, as a property failed. */
export function writeLaneKernel(module: WasmModule, runtime: Runtime, lanes: LanePlan, kernel: LaneKernel): Callable[] {
  const steps = new Set(kernel.steps);
  const functions = kernel.functions.map((_, index) =>
    steps.has(index) ? module.declare([], [I32]) : module.declare([V128]),
  );
  functions.forEach((callable, index) => {
    const values = new LaneValues(new VectorCode(callable.code, lanes.constants), lanes, runtime);
    new LaneFunction(values, kernel, index, functions).write();
    if (steps.has(index)) callable.code.i32(0);
  });
  const waiting = [...kernel.waiting];
  const { layout, places } = lanes;
  const toNext = writeCopies(
    module,
    lanes,
    waiting,
    (id) => layout.addresses[id] ?? -1,
    (id) => places.vectors(id),
  );
  const toNow = writeCopies(
    module,
    lanes,
    waiting,
    (id) => places.vectors(id),
    (id) => layout.addresses[id] ?? -1,
  );
  return [...toNext, ...kernel.steps.flatMap((step) => functions[step] ?? []), ...toNow];
}

type Store = Extract<Action, { kind: "next" }>;

class LaneFunction {
  readonly #values: LaneValues;
  readonly #kernel: LaneKernel;
  readonly #index: number;
  readonly #functions: readonly WasmFunction[];
  /** How often each value is still used in this function. */
  readonly #uses = new Map<NodeId, number>();

  constructor(values: LaneValues, kernel: LaneKernel, index: number, functions: readonly WasmFunction[]) {
    this.#values = values;
    this.#kernel = kernel;
    this.#index = index;
    this.#functions = functions;
    eachItem(this.#items, (item) => {
      for (const id of this.#needs(item)) this.#uses.set(id, this.#usesOf(id) + 1);
    });
  }

  get #items(): readonly LaneItem[] {
    return this.#kernel.functions[this.#index] ?? [];
  }

  write(): void {
    const isStep = this.#kernel.steps.includes(this.#index);
    this.#write(this.#items, isStep ? null : new BranchMask(this.#values, maskParameter), true);
  }

  #write(items: readonly LaneItem[], mask: BranchMask | null, outermost: boolean): NodeId[] {
    const values = this.#values;
    const computed: NodeId[] = [];
    const stores = new Set(mask ? lastStores(items) : []);
    for (const item of items) {
      if (typeof item !== "number" && item.kind === "next" && stores.has(item)) continue;
      if (outermost) this.#hold(item);
      const needs = this.#needs(item);
      for (const id of needs) this.#uses.set(id, this.#usesOf(id) - 1);
      if (typeof item === "number") {
        values.define(item, compute(values, item));
        computed.push(item);
        if (this.#kernel.kept.has(item)) values.store(item, values.lanes.places.vectors(item));
      } else if (item.kind === "branch") computed.push(...this.#branch(item, mask));
      else if (item.kind === "call") this.#call(item.function, mask);
      else if (item.kind === "commit") commit(values, item, this.#kernel.waiting);
      else writeAction(values, item, mask, this.#kernel.waiting);
      values.endItem(needs, (id) => this.#usesOf(id) > 0);
    }
    if (mask && stores.size > 0) this.#storeAll([...stores], mask, outermost);
    return computed;
  }

  /** Where a branch is taken in all lanes, what it stores needs no mask. */
  #storeAll(stores: readonly Store[], mask: BranchMask, outermost: boolean): void {
    const values = this.#values;
    const { to, ownership } = values;
    if (outermost) for (const store of stores) this.#hold(store);
    const store = (where: BranchMask | null) => () =>
      ownership.scope(() => {
        for (const item of stores) writeAction(values, item, where, this.#kernel.waiting);
      });
    to.pushAll(mask.bit);
    to.branch(store(null), store(mask));
    const needs = stores.flatMap((item) => this.#needs(item));
    for (const id of needs) this.#uses.set(id, this.#usesOf(id) - 1);
    values.endItem(needs, (id) => this.#usesOf(id) > 0);
  }

  /** What is overwritten in its place by an item, or by what is in it, and needed further on, is loaded before. */
  #hold(item: LaneItem): void {
    const held = this.#kernel.held[this.#index];
    if (!held || held.size === 0) return;
    eachItem([item], (inner) => {
      for (const id of storedBy(inner))
        if (held.has(id) && !this.#kernel.waiting.has(id) && this.#usesOf(id) > 0) this.#values.get(id);
    });
  }

  /** Each side is done where any lane is in it, with a mask of those that are. */
  #branch({ node, match, taken, untaken }: Branch, outer: BranchMask | null): NodeId[] {
    const values = this.#values;
    const { to } = values;
    const found = values.width(node) === 1 && match === 1n ? values.bit(node) : equalMasks(values, node, match);
    const sides = [
      { items: taken, mask: outer ? to.and(outer.bit, found) : to.copy(found) },
      { items: untaken, mask: outer ? to.andNot(outer.bit, found) : to.not(found) },
    ].filter(({ items }) => items.length > 0);
    const masks = sides.map(({ items, mask }) => ({ items, mask: new BranchMask(values, mask) }));
    const computed: NodeId[] = [];
    for (const { items, mask } of masks) {
      const [only, ...others] = items;
      if (typeof only === "object" && only.kind === "branch" && others.length === 0) {
        // One test for both.
        computed.push(...this.#write(items, mask, false));
        mask.drop();
        continue;
      }
      const inside: NodeId[] = [];
      to.pushAny(mask.bit);
      const isLive = (id: NodeId): boolean => this.#usesOf(id) > 0 && values.holds(id);
      let skipped: readonly Vector[] = [];
      to.branch(
        () => {
          values.ownership.scope(() => inside.push(...this.#write(items, mask, false)));
          skipped = inside.filter(isLive).flatMap((id) => values.get(id).vectors);
        },
        () => {
          for (const vector of skipped) to.clear(vector);
        },
      );
      mask.drop();
      computed.push(...inside);
    }
    return computed;
  }

  #call(index: number, mask: BranchMask | null): void {
    const { code } = this.#values;
    const callee = this.#functions[index];
    if (!callee || !mask) throw new RangeError("a function is called outside a branch");
    code.get(mask.bit);
    code.call(callee);
  }

  #usesOf(id: NodeId): number {
    return this.#uses.get(id) ?? 0;
  }

  #needs(item: LaneItem): readonly NodeId[] {
    return needsOf(this.#values.lanes.plan, item);
  }
}

/** The stores at the end of a branch that can be done together, where that pays. */
function lastStores(items: readonly LaneItem[]): readonly Store[] {
  const last = items.findLastIndex((item) => typeof item !== "number" && item.kind !== "next");
  const stores = items
    .slice(last + 1)
    .flatMap((item) => (typeof item !== "number" && item.kind === "next" ? [item] : []));
  return stores.length >= fewestTogether ? stores : [];
}

/** Functions that copy values of state. */
function writeCopies(
  module: WasmModule,
  lanes: LanePlan,
  states: readonly NodeId[],
  from: (id: NodeId) => number,
  into: (id: NodeId) => number,
): Callable[] {
  const { plan, layout } = lanes;
  const functions: Callable[] = [];
  for (let first = 0; first < states.length; first += copiesInFunction) {
    const callable = module.declare([], [I32]);
    const to = new VectorCode(callable.code, lanes.constants);
    for (const id of states.slice(first, first + copiesInFunction)) {
      const bytes = slotBytes(plan.nodes[id]?.width ?? 0, layout.lanes);
      for (let at = 0; at < bytes; at += 16) to.store(into(id) + at, to.load(from(id) + at));
      to.end(new Set());
    }
    callable.code.i32(0);
    functions.push(callable);
  }
  return functions;
}
