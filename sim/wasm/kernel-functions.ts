import { isState, type NodeId, operands } from "../../hdl/netlist/index.ts";
import { type Action, type Item, isEvaluated, type Kernel, needs } from "../plan/kernel.ts";
import type { Plan } from "../plan/plan.ts";
import type { Callable } from "./code.ts";
import { Emitter } from "./emitter.ts";
import { copyWord, pushIndex, storageOf } from "./memory-access.ts";
import { Access, I32, Op } from "./opcodes.ts";
import type { Runtime } from "./runtime.ts";
import type { WasmModule } from "./wasm-module.ts";
import { computeWide } from "./wide.ts";

/** Rank of the first property that failed in an edge's evaluation: this global of the module, −1 for none. */
export const failureGlobal = 0;

/** Writes the functions of a kernel; called in order, they evaluate it. */
export function writeKernel(module: WasmModule, runtime: Runtime, plan: Plan, kernel: Kernel): Callable[] {
  return kernel.functions.map((items) => {
    const callable = module.declare();
    new KernelFunction(new Emitter(callable.code, plan, runtime), items, kernel.kept).write();
    return callable;
  });
}

class KernelFunction {
  readonly #to: Emitter;
  readonly #items: readonly Item[];
  readonly #kept: Uint8Array;
  /** How often each value is used in this function. */
  readonly #uses = new Map<NodeId, number>();
  readonly #own = new Set<NodeId>();

  constructor(to: Emitter, items: readonly Item[], kept: Uint8Array) {
    this.#to = to;
    this.#items = items;
    this.#kept = kept;
    for (const item of items) {
      if (typeof item === "number") this.#own.add(item);
      for (const id of this.#needs(item)) this.#uses.set(id, (this.#uses.get(id) ?? 0) + 1);
    }
  }

  write(): void {
    for (const item of this.#items) {
      if (typeof item !== "number") {
        for (const id of this.#needs(item)) this.#prepare(id);
        writeAction(this.#to, item);
      } else if (this.#to.isWide(item)) {
        for (const id of this.#needs(item)) this.#prepare(id);
        computeWide(this.#to, item);
      } else this.#evaluate(item);
    }
  }

  #evaluate(id: NodeId): void {
    const kept = this.#kept[id] === 1;
    const needed = this.#needs(id);
    if (!kept && this.#uses.get(id) === 1 && this.#to.defer(id, needed)) return;
    for (const operand of needed) this.#prepare(operand);
    this.#to.define(id, true);
    if (kept) this.#to.store(id, this.#to.plan.layout.homes.of(id));
  }

  /** Loads what is used more than once and not computed here into a local, before the expression that uses it first. */
  #prepare(id: NodeId): void {
    const to = this.#to;
    if (to.isWide(id) || to.hasLocal(id) || to.node(id).kind === "const") return;
    if (to.isDeferred(id)) for (const operand of this.#needs(id)) this.#prepare(operand);
    else if ((this.#uses.get(id) ?? 0) > 1) to.define(id, false);
  }

  #needs(item: Item): readonly NodeId[] {
    const { plan } = this.#to;
    if (typeof item !== "number") return item.kind === "observe" ? [] : needs(plan, item);
    const node = this.#to.node(item);
    return isState(node) ? [] : operands(node);
  }
}

function writeAction(to: Emitter, action: Action): void {
  const { code, plan } = to;
  const { layout } = plan;
  switch (action.kind) {
    case "observe":
      // Evaluated values are at their home already.
      if (!isEvaluated(plan, action.node)) to.store(action.node, layout.homes.of(action.node));
      return;
    case "next":
      to.store(action.value, nextSlot(plan, action.register));
      return;
    case "read": {
      const node = to.node(action.node);
      if (node.kind !== "memRead" || !node.sync) return;
      const storage = storageOf(plan, node.memory);
      const pending = layout.reads.get(action.node);
      to.push(node.sync.enable, "zero");
      // The value is held where it is not enabled: the next bank has it already.
      code.branch(null, () => {
        const index = (): void => pushIndex(to, storage.memory, node.address);
        if (!pending) {
          copyWord(code, storage, index, nextSlot(plan, action.node));
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
        code.storeAt(Access.store32, pending.flag, () => code.i32(1));
        code.storeAt(Access.store32, pending.index, () => pushIndex(to, memory, port.address));
        to.store(port.data, pending.data);
        if (port.mask !== null) to.store(port.mask, pending.mask);
      });
      return;
    }
    case "property":
      writeProperty(to, action.rank);
  }
}

function writeProperty(to: Emitter, rank: number): void {
  const { code, plan } = to;
  const check = plan.checks[rank];
  if (!check) return;
  to.push(check.enable, "zero");
  to.push(check.condition, "zero");
  if (check.kind === "cover") {
    const counter = plan.layout.covers[rank] ?? -1;
    code.op(Op.i32And);
    code.branch(null, () =>
      code.storeAt(Access.store64, toNextBank(plan, check.domain, counter), () => {
        code.loadFrom(Access.load64, counter);
        code.i64(1n);
        code.op(Op.i64Add);
      }),
    );
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
function nextSlot(plan: Plan, id: NodeId): number {
  const node = plan.nodes[id];
  const domain = node?.kind === "reg" ? node.domain : node?.kind === "memRead" ? (node.sync?.domain ?? -1) : -1;
  return toNextBank(plan, domain, plan.layout.addresses[id] ?? -1);
}

function toNextBank({ layout }: Plan, domain: number, address: number): number {
  const bank = layout.banks[domain];
  if (!bank || address < 0) throw new RangeError(`there is no place at ${address} in domain ${domain}`);
  return address - bank.current + bank.next;
}
