import { type Module, type Node, type NodeId, operands, poison } from "../../hdl/netlist/index.ts";
import { type Layout, slotBytes, strideBytes } from "../plan/layout.ts";
import { FunctionBody, i32, op, WasmModule } from "./encoder.ts";
import { emitNarrow, loadOpcode, storeOpcode } from "./narrow-code.ts";
import { limbCount, Values } from "./values.ts";
import { emitWide } from "./wide-code.ts";

/** Nodes that one function evaluates: V8 compiles functions of this size well and has a limit on their locals. */
const functionNodes = 1500;

/** A design compiled to bytes, and the memory that its code expects. */
export interface Kernel {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Addresses of constants that the host fills in before the first run. */
  readonly constants: ReadonlyMap<number, bigint>;
  /** One past the last byte used. */
  readonly end: number;
  /** Nodes whose slots hold their value after a settle. */
  readonly kept: ReadonlySet<NodeId>;
}

interface SyncRead {
  readonly id: NodeId;
  readonly node: Extract<Node, { kind: "memRead" }>;
  readonly sync: { readonly domain: number; readonly enable: NodeId };
}

/**
 * Compiles a levelised flat module. The exports are
 *
 * - `settle()`: evaluates all combinational nodes and the next state.
 * - `resets()`: gives every register of a domain under reset its initial value.
 * - `run(settled)`: takes edges until `remaining` is 0 or a check fails, and returns that check + 1. `settled` says
 *   that the first edge needs no evaluation before it.
 *
 * `observed` are nodes whose slots must hold their value, beside those that the code itself needs there.
 */
export function compileKernel(
  module: Module,
  order: Int32Array,
  layout: Layout,
  checkOrder: readonly number[],
  observed: ReadonlySet<NodeId>,
  moments: number,
): Kernel {
  return new Compiler(module, order, layout, checkOrder, observed, moments).compile();
}

class Compiler {
  private readonly slots = new Map<NodeId, number>();
  private readonly latches = new Map<NodeId, number[]>();
  private readonly chunkOf: Int32Array;
  private readonly wasm = new WasmModule([{ name: "wide", parameters: [i32, i32, i32, i32, i32], results: [] }], 1);
  private readonly reads: SyncRead[] = [];
  private end: number;

  constructor(
    private readonly module: Module,
    private readonly order: Int32Array,
    private readonly layout: Layout,
    private readonly checkOrder: readonly number[],
    private readonly observed: ReadonlySet<NodeId>,
    private readonly moments: number,
  ) {
    this.end = layout.free;
    this.chunkOf = new Int32Array(module.nodes.length).fill(-1);
    order.forEach((id, i) => {
      this.chunkOf[id] = Math.floor(i / functionNodes);
    });
    module.nodes.forEach((node, id) => {
      if (node.kind === "memRead" && node.sync) this.reads.push({ id, node, sync: node.sync });
    });
  }

  compile(): Kernel {
    this.chooseSlots();
    const chunks = Math.ceil(this.order.length / functionNodes);
    const parts = Array.from({ length: chunks }, (_, chunk) => this.wasm.add(this.evaluation(chunk)));
    parts.push(this.wasm.add(this.sampling()));
    const settle = new FunctionBody([], []);
    for (const part of parts) settle.call(part);
    const settleIndex = this.wasm.add(settle, "settle");
    const checks = this.wasm.add(this.checks());
    const commit = this.wasm.add(this.commit());
    const resets = this.wasm.add(this.resets(), "resets");
    this.wasm.add(this.runLoop(settleIndex, checks, commit, resets), "run");

    const constants = new Map<number, bigint>();
    for (const [id, slot] of this.slots) {
      const node = this.module.nodes[id];
      if (node?.kind === "const") constants.set(slot, node.value);
    }
    return { bytes: this.wasm.encode(), constants, end: this.end, kept: new Set(this.slots.keys()) };
  }

  /** Inputs and state are in memory; other nodes only where a wide value, another function or the host needs them. */
  private chooseSlots(): void {
    const { nodes, memories, checks } = this.module;
    const evaluated = (id: NodeId) => (this.chunkOf[id] ?? -1) >= 0;
    const keep = (id: NodeId) => {
      if (this.slots.has(id)) return;
      let slot = this.layout.slots.get(id);
      if (slot === undefined) {
        slot = Math.ceil(this.end / 8) * 8;
        this.end = slot + slotBytes(nodes[id]?.width ?? 0);
      }
      this.slots.set(id, slot);
    };
    nodes.forEach((node, id) => {
      if (!evaluated(id) && node.kind !== "const") keep(id);
      else if (node.width > 64 || this.observed.has(id)) keep(id);
    });
    for (const id of this.order) {
      const node = nodes[id];
      if (!node) continue;
      for (const operand of operands(node))
        if (evaluated(operand) && this.chunkOf[operand] !== this.chunkOf[id]) keep(operand);
    }
    for (const { writes } of memories)
      for (const { enable, address, data, mask } of writes)
        for (const id of [enable, address, data, mask]) if (id !== null) keep(id);
    for (const { condition, enable } of checks) {
      keep(condition);
      keep(enable);
    }
    for (const { node, sync } of this.reads) {
      keep(node.address);
      keep(sync.enable);
    }
    nodes.forEach((node, id) => {
      if (node.kind !== "reg") return;
      const slot = this.nextSlot(id, node.domain);
      if (evaluated(node.next)) this.latches.set(node.next, [...(this.latches.get(node.next) ?? []), slot]);
    });
  }

  private nextSlot(id: NodeId, domain: number): number {
    const bank = this.layout.banks[domain];
    const present = this.layout.slots.get(id);
    if (!bank || present === undefined) throw new RangeError(`register ${id} has no place`);
    return present - bank.present + bank.next;
  }

  private values(body: FunctionBody): Values {
    return new Values(body, this.module, (id) => this.slots.get(id));
  }

  private evaluation(chunk: number): FunctionBody {
    const { memories } = this.module;
    const body = new FunctionBody([], []);
    const values = this.values(body);
    for (const id of this.order.subarray(chunk * functionNodes, (chunk + 1) * functionNodes)) {
      if (values.width(id) > 64) emitWide(values, id, memories, this.layout.memories, 0);
      else {
        emitNarrow(values, id, memories, this.layout.memories);
        values.define(id);
      }
      for (const slot of this.latches.get(id) ?? []) values.store(id, slot);
    }
    return body;
  }

  /** The next state that is no evaluated node's value: registers fed by registers, and synchronous reads. */
  private sampling(): FunctionBody {
    const body = new FunctionBody([], []);
    const values = this.values(body);
    this.module.nodes.forEach((node, id) => {
      if (node.kind === "reg" && (this.chunkOf[node.next] ?? -1) < 0)
        values.store(node.next, this.nextSlot(id, node.domain));
    });
    for (const { id, node, sync } of this.reads) {
      const next = this.nextSlot(id, sync.domain);
      values.push(sync.enable);
      body.emit(op.if, 0x40);
      this.loadWord(values, node, next);
      body.emit(op.else);
      values.store(id, next);
      body.emit(op.end);
    }
    return body;
  }

  /** Copies the addressed word, or poison beyond the depth, to an address. */
  private loadWord(values: Values, { memory, address, width }: SyncRead["node"], to: number): void {
    const { body } = values;
    const base = this.layout.memories[memory] ?? 0;
    const at = values.temporary(i32, 0);
    values.amount(address);
    body
      .tee(at)
      .i32(this.module.memories[memory]?.depth ?? 0)
      .emit(op.i32LtU, op.if, 0x40);
    body.get(at).i32(strideBytes(width)).emit(op.i32Mul).set(at);
    if (width <= 64) {
      body.i32(0).get(at).memory(loadOpcode(width), base);
      body.memory(width <= 32 ? op.i32Store : op.i64Store, to);
    } else
      for (let i = 0; i < limbCount(width); i++)
        body
          .i32(0)
          .get(at)
          .memory(op.i32Load, base + 4 * i)
          .memory(op.i32Store, to + 4 * i);
    body.emit(op.else);
    this.storePoison(body, width, to);
    body.emit(op.end);
  }

  private storePoison(body: FunctionBody, width: number, to: number): void {
    const value = poison(width);
    for (let i = 0; i < slotBytes(width) / 4; i++)
      body
        .i32(0)
        .i32(Number(BigInt.asUintN(32, value >> BigInt(32 * i))))
        .memory(op.i32Store, to + 4 * i);
  }

  /** `checks(mask)`: the first check of an edge of the domains in the mask that fails, + 1; counts covers if none. */
  private checks(): FunctionBody {
    const body = new FunctionBody([i32], [i32]);
    const values = this.values(body);
    const sampled = (domain: number) => {
      body.get(0).i32(0).memory(op.i32Load, this.layout.resets).i32(-1).emit(op.i32Xor, op.i32And);
      body
        .i32(1 << domain)
        .emit(op.i32And)
        .i32(0)
        .emit(op.i32Ne);
    };
    const each = (covers: boolean, then: (index: number) => void) => {
      for (const index of this.checkOrder) {
        const check = this.module.checks[index];
        if (!check || (check.kind === "cover") !== covers) continue;
        sampled(check.domain);
        values.push(check.enable);
        body.emit(op.i32And);
        values.push(check.condition);
        if (!covers) body.emit(op.i32Eqz);
        body.emit(op.i32And, op.if, 0x40);
        then(index);
        body.emit(op.end);
      }
    };
    each(false, (index) => body.i32(index + 1).emit(op.return));
    each(true, (index) => {
      const at = this.layout.covers + 4 * index;
      body.i32(0).i32(0).memory(op.i32Load, at).i32(1).emit(op.i32Add).memory(op.i32Store, at);
    });
    return body.i32(0);
  }

  /** `commit(mask)`: memory writes first, from values of before the edge, then reads that see them, then registers. */
  private commit(): FunctionBody {
    const body = new FunctionBody([i32], []);
    const values = this.values(body);
    const inDomain = (domain: number, then: () => void) => {
      body
        .get(0)
        .i32(1 << domain)
        .emit(op.i32And, op.if, 0x40);
      then();
      body.emit(op.end);
    };
    this.module.memories.forEach((memory, index) => {
      for (const write of memory.writes)
        inDomain(write.domain, () => this.write(values, index, memory.width, memory.depth, write));
    });
    for (const read of this.reads) inDomain(read.sync.domain, () => this.correctRead(values, read));
    this.layout.banks.forEach(({ present, next, bytes }, domain) => {
      if (bytes > 0)
        inDomain(domain, () => {
          body.i32(present).i32(next).i32(bytes).emit(0xfc, 0x0a, 0, 0);
        });
    });
    return body;
  }

  private write(
    values: Values,
    memory: number,
    width: number,
    depth: number,
    write: Module["memories"][number]["writes"][number],
  ): void {
    const { body } = values;
    const base = this.layout.memories[memory] ?? 0;
    const at = values.temporary(i32, 0);
    values.push(write.enable);
    values.amount(write.address);
    body.tee(at).i32(depth).emit(op.i32LtU, op.i32And, op.if, 0x40);
    body.get(at).i32(strideBytes(width)).emit(op.i32Mul).set(at);
    const { mask } = write;
    if (mask === null) {
      if (width <= 64) {
        body.get(at);
        values.push(write.data);
        body.memory(storeOpcode(width), base);
      } else
        for (let i = 0; i < limbCount(width); i++) {
          body.get(at);
          values.limb(write.data, i);
          body.memory(op.i32Store, base + 4 * i);
        }
    } else {
      const part = width / values.width(mask);
      for (let low = 0; low < width; low += 32) this.maskedLimb(values, base, width, low, part, mask, write.data, at);
    }
    body.emit(op.end);
  }

  /** Merges 32 bits of the data into the word's, each bit let through by the mask bit that covers it. */
  private maskedLimb(
    values: Values,
    base: number,
    width: number,
    low: number,
    part: number,
    mask: NodeId,
    data: NodeId,
    at: number,
  ): void {
    const { body } = values;
    const through = values.temporary(i32, 1);
    body.i32(0).set(through);
    const high = Math.min(width, low + 32);
    for (let bit = low; bit < high; ) {
      const index = Math.floor(bit / part);
      const to = Math.min(high, (index + 1) * part);
      const ones = to - bit === 32 ? -1 : (2 ** (to - bit) - 1) * 2 ** (bit - low);
      body.i32(0);
      values.bits(mask, index, 1);
      body
        .emit(op.i32Sub)
        .i32(ones | 0)
        .emit(op.i32And)
        .get(through)
        .emit(op.i32Or)
        .set(through);
      bit = to;
    }
    const offset = base + low / 8;
    const narrow = width <= 8 ? op.i32Load8U : width <= 16 ? op.i32Load16U : op.i32Load;
    body.get(at);
    values.bits(data, low, high - low);
    body.get(through).emit(op.i32And).get(at).memory(narrow, offset);
    body.get(through).i32(-1).emit(op.i32Xor, op.i32And, op.i32Or);
    body.memory(width <= 32 ? storeOpcode(width) : op.i32Store, offset);
  }

  /** Where a word is written at the edge at which it is read, the read takes the new word or poison, if it must. */
  private correctRead(values: Values, { id, node, sync }: SyncRead): void {
    const { body } = values;
    const memory = this.module.memories[node.memory];
    if (!memory || memory.readUnderWrite === "old") return;
    const next = this.nextSlot(id, sync.domain);
    values.push(sync.enable);
    body.emit(op.if, 0x40);
    if (memory.readUnderWrite === "new") this.loadWord(values, node, next);
    else
      for (const write of memory.writes) {
        const at = values.temporary(i32, 0);
        values.amount(node.address);
        body.set(at);
        body
          .get(0)
          .i32(1 << write.domain)
          .emit(op.i32And)
          .i32(0)
          .emit(op.i32Ne);
        values.push(write.enable);
        body.emit(op.i32And);
        values.amount(write.address);
        body.get(at).emit(op.i32Eq, op.i32And).get(at).i32(memory.depth).emit(op.i32LtU, op.i32And);
        body.emit(op.if, 0x40);
        this.storePoison(body, node.width, next);
        body.emit(op.end);
      }
    body.emit(op.end);
  }

  /** `resets(mask)`: registers with an initial value, of domains in the mask. */
  private resets(): FunctionBody {
    const body = new FunctionBody([i32], []);
    this.layout.banks.forEach((_, domain) => {
      body
        .get(0)
        .i32(1 << domain)
        .emit(op.i32And, op.if, 0x40);
      this.module.nodes.forEach((node, id) => {
        if (node.kind !== "reg" || node.domain !== domain || node.init === null) return;
        const slot = this.layout.slots.get(id) ?? 0;
        for (let i = 0; i < slotBytes(node.width) / 4; i++)
          body
            .i32(0)
            .i32(Number(BigInt.asUintN(32, node.init >> BigInt(32 * i))))
            .memory(op.i32Store, slot + 4 * i);
      });
      body.emit(op.end);
    });
    return body;
  }

  private runLoop(settle: number, checks: number, commit: number, resets: number): FunctionBody {
    const { control, moments, resets: asserted } = this.layout;
    const body = new FunctionBody([i32], [i32]);
    const position = body.local(i32);
    const mask = body.local(i32);
    const failed = body.local(i32);
    const asynchronous = this.module.domains.reduce(
      (bits, { reset }, i) => (reset === "async" ? bits | (1 << i) : bits),
      0,
    );
    const cell = (address: number) => body.i32(0).memory(op.i32Load, address);
    body.emit(op.block, 0x40, op.loop, 0x40);
    cell(control.remaining).emit(op.i32Eqz, op.brIf, 1);
    body.get(0).emit(op.i32Eqz, op.if, 0x40).call(settle).emit(op.end).i32(0).set(0);
    cell(control.position).tee(position).i32(4).emit(op.i32Mul).memory(op.i32Load, moments).set(mask);
    body.get(mask).call(checks).tee(failed).emit(op.if, 0x40).get(failed).emit(op.return, op.end);
    body.get(mask).call(commit);
    cell(asserted).emit(op.if, 0x40);
    cell(asserted).get(mask).i32(asynchronous).emit(op.i32Or, op.i32And).call(resets);
    body.emit(op.end);
    body.i32(0).get(position).i32(1).emit(op.i32Add).tee(position).memory(op.i32Store, control.position);
    body.get(position).i32(this.moments).emit(op.i32Eq, op.if, 0x40);
    body.i32(0).i32(0).memory(op.i32Store, control.position);
    body.i32(0);
    cell(control.rounds).i32(1).emit(op.i32Add).memory(op.i32Store, control.rounds);
    body.emit(op.end);
    body.i32(0);
    cell(control.remaining).get(mask).i32(1).emit(op.i32And, op.i32Sub).memory(op.i32Store, control.remaining);
    body.emit(op.br, 0, op.end, op.end);
    return body.i32(0);
  }
}
