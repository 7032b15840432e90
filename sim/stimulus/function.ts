import { type NodeId, operands } from "../../hdl/netlist/index.ts";
import type { Callable } from "../wasm/code.ts";
import { I32 } from "../wasm/opcodes.ts";
import type { Runtime } from "../wasm/runtime.ts";
import type { WasmModule } from "../wasm/wasm-module.ts";
import { writeAction } from "./action.ts";
import { changedBy, type LaneItem, type LaneKernel, needsOf } from "./kernel.ts";
import { compute } from "./operation.ts";
import { slotBytes } from "./shape.ts";
import { type LanePlan, LaneValues } from "./values.ts";
import { VectorCode } from "./vector-code.ts";

/** Values of state that are copied in one function. */
const copiesInFunction = 1000;

/** Writes the functions of a kernel. Called in order, they evaluate it; one that returns 1 ends it, as a property failed. */
export function writeLaneKernel(module: WasmModule, runtime: Runtime, lanes: LanePlan, kernel: LaneKernel): Callable[] {
  const parts = kernel.functions.map((items) => {
    const callable = module.declare([], [I32]);
    const values = new LaneValues(new VectorCode(callable.code, lanes.constants), lanes, runtime);
    new LaneFunction(values, items, kernel).write();
    callable.code.i32(0);
    return callable;
  });
  return [...parts, ...writeCopies(module, lanes, [...kernel.waiting])];
}

class LaneFunction {
  readonly #values: LaneValues;
  readonly #items: readonly LaneItem[];
  readonly #kernel: LaneKernel;
  /** How often each value is still used in this function. */
  readonly #uses = new Map<NodeId, number>();

  constructor(values: LaneValues, items: readonly LaneItem[], kernel: LaneKernel) {
    this.#values = values;
    this.#items = items;
    this.#kernel = kernel;
    for (const item of items) for (const id of this.#needs(item)) this.#uses.set(id, this.#usesOf(id) + 1);
  }

  write(): void {
    const values = this.#values;
    for (const item of this.#items) {
      const needs = this.#needs(item);
      for (const id of needs) this.#uses.set(id, this.#usesOf(id) - 1);
      if (typeof item === "number") {
        values.define(item, compute(values, item));
        if (this.#kernel.kept.has(item)) values.store(item, values.lanes.places.vectors(item));
      } else {
        // What is overwritten in its place is needed further on.
        for (const id of changedBy(item)) if (this.#usesOf(id) > 0) values.get(id);
        writeAction(values, item, this.#kernel.waiting);
      }
      values.endItem(needs, (id) => this.#usesOf(id) > 0);
    }
  }

  #usesOf(id: NodeId): number {
    return this.#uses.get(id) ?? 0;
  }

  #needs(item: LaneItem): readonly NodeId[] {
    return typeof item === "number" ? operands(this.#values.node(item)) : needsOf(this.#values.lanes.plan, item);
  }
}

/** Functions that take over the next values of state that had to wait. */
function writeCopies(module: WasmModule, lanes: LanePlan, waiting: readonly NodeId[]): Callable[] {
  const { plan, layout, places } = lanes;
  const functions: Callable[] = [];
  for (let first = 0; first < waiting.length; first += copiesInFunction) {
    const callable = module.declare([], [I32]);
    const to = new VectorCode(callable.code, lanes.constants);
    for (const id of waiting.slice(first, first + copiesInFunction)) {
      const bytes = slotBytes(plan.nodes[id]?.width ?? 0, layout.lanes);
      for (let at = 0; at < bytes; at += 16)
        to.store((layout.addresses[id] ?? 0) + at, to.load(places.vectors(id) + at));
      to.end(new Set());
    }
    callable.code.i32(0);
    functions.push(callable);
  }
  return functions;
}
