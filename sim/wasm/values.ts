import type { Module, Node, NodeId } from "../../hdl/netlist/index.ts";
import { slotBytes } from "../plan/layout.ts";
import { type FunctionBody, i32, i64, op, type ValueType } from "./encoder.ts";

/** How a value is held: in an i32, in an i64, or as 32-bit limbs in memory. Unused high bits are always zero. */
export type Holding = "narrow" | "double" | "wide";

export function holdingOf(width: number): Holding {
  return width <= 32 ? "narrow" : width <= 64 ? "double" : "wide";
}

/** How many 32-bit limbs `width` bits take. */
export function limbCount(width: number): number {
  return Math.ceil(width / 32);
}

/** Ones in the low `bits` of 32. */
export function mask32(bits: number): number {
  return bits >= 32 ? -1 : 2 ** bits - 1;
}

/** Where a compilation keeps each node's value in memory; undefined for one that lives in a local alone. */
export type SlotOf = (id: NodeId) => number | undefined;

/**
 * Reads and writes node values in one function: constants inline, values computed in this function from their locals,
 * all others from their slots.
 */
export class Values {
  private readonly locals = new Map<NodeId, number>();
  private readonly scratch = new Map<ValueType, number[]>();

  constructor(
    readonly body: FunctionBody,
    private readonly module: Module,
    private readonly slotOf: SlotOf,
  ) {}

  node(id: NodeId): Node {
    const node = this.module.nodes[id];
    if (!node) throw new RangeError(`no node ${id}`);
    return node;
  }
  width(id: NodeId): number {
    return this.node(id).width;
  }
  holding(id: NodeId): Holding {
    return holdingOf(this.width(id));
  }

  /** A local for a passing value, number `index` of its type. Whoever uses it must not call what uses the same. */
  temporary(type: ValueType, index: number): number {
    const known = this.scratch.get(type) ?? [];
    this.scratch.set(type, known);
    while (known.length <= index) known.push(this.body.local(type));
    return known[index] ?? 0;
  }

  /** The slot of a node that must have one. */
  slot(id: NodeId): number {
    const slot = this.slotOf(id);
    if (slot === undefined) throw new RangeError(`node ${id} has no slot`);
    return slot;
  }

  /** Pushes a value of at most 64 bits as its own holding. */
  push(id: NodeId): void {
    const node = this.node(id);
    const narrow = node.width <= 32;
    const local = this.locals.get(id);
    if (local !== undefined) this.body.get(local);
    else if (node.kind === "const") {
      if (narrow) this.body.i32(Number(node.value));
      else this.body.i64(node.value);
    } else this.body.i32(0).memory(narrow ? op.i32Load : op.i64Load, this.slot(id));
  }

  /** Takes the value on the stack as the node's: into a local, and into its slot where it has one. */
  define(id: NodeId): void {
    const narrow = this.width(id) <= 32;
    const local = this.body.local(narrow ? i32 : i64);
    this.locals.set(id, local);
    this.body.set(local);
    const slot = this.slotOf(id);
    if (slot !== undefined)
      this.body
        .i32(0)
        .get(local)
        .memory(narrow ? op.i32Store : op.i64Store, slot);
  }

  /** Copies a value to an address, whatever its holding. */
  store(id: NodeId, address: number): void {
    const { body } = this;
    const width = this.width(id);
    if (width <= 64) {
      body.i32(0);
      this.push(id);
      body.memory(width <= 32 ? op.i32Store : op.i64Store, address);
      return;
    }
    for (let i = 0; i < slotBytes(width) / 4; i++) {
      body.i32(0);
      this.limb(id, i);
      body.memory(op.i32Store, address + 4 * i);
    }
  }

  /** Pushes limb `i` as an i32; 0 above the width. */
  limb(id: NodeId, i: number): void {
    const { body } = this;
    const node = this.node(id);
    if (i >= limbCount(node.width)) body.i32(0);
    else if (node.kind === "const") body.i32(Number(BigInt.asUintN(32, node.value >> BigInt(32 * i))));
    else if (node.width <= 32) this.push(id);
    else if (node.width <= 64) {
      this.push(id);
      if (i > 0) body.i64(32n).emit(op.i64ShrU);
      body.emit(op.i32WrapI64);
    } else body.i32(0).memory(op.i32Load, this.slot(id) + 4 * i);
  }

  /** Pushes `count` bits (at most 32) from bit `low` up as an i32. Bits above the width are 0. */
  bits(id: NodeId, low: number, count: number): void {
    const { body } = this;
    const width = this.width(id);
    const available = Math.min(count, width - low);
    if (available <= 0) {
      body.i32(0);
      return;
    }
    if (width <= 64) {
      this.push(id);
      if (width <= 32) {
        if (low > 0) body.i32(low).emit(op.i32ShrU);
      } else {
        if (low > 0) body.i64(BigInt(low)).emit(op.i64ShrU);
        body.emit(op.i32WrapI64);
      }
    } else {
      const first = Math.floor(low / 32);
      const shift = low % 32;
      this.limb(id, first);
      if (shift > 0) {
        body.i32(shift).emit(op.i32ShrU);
        if (shift + available > 32) {
          this.limb(id, first + 1);
          body.i32(32 - shift).emit(op.i32Shl, op.i32Or);
        }
      }
    }
    if (low + available < width && available < 32) body.i32(mask32(available)).emit(op.i32And);
  }

  /** Pushes up to 64 bits from bit `low` up as an i64. */
  bits64(id: NodeId, low: number, count: number): void {
    const { body } = this;
    const width = this.width(id);
    if (width > 32 && width <= 64) {
      this.push(id);
      if (low > 0) body.i64(BigInt(low)).emit(op.i64ShrU);
      if (low + count < width) body.i64((1n << BigInt(count)) - 1n).emit(op.i64And);
      return;
    }
    this.bits(id, low, Math.min(32, count));
    body.emit(op.i64ExtendI32U);
    if (count > 32 && low + 32 < width) {
      this.bits(id, low + 32, count - 32);
      body.emit(op.i64ExtendI32U).i64(32n).emit(op.i64Shl, op.i64Or);
    }
  }

  /** Pushes the value cut to 32 bits, with 2^31 − 1 in place of anything larger: a shift amount or an address. */
  amount(id: NodeId): void {
    const { body } = this;
    const width = this.width(id);
    if (width <= 31) {
      this.push(id);
      return;
    }
    const low = this.temporary(i32, 7);
    this.limb(id, 0);
    body.tee(low).i32(0x7fffffff).get(low).i32(-0x80000000).emit(op.i32And);
    for (let i = 1; i < limbCount(width); i++) {
      this.limb(id, i);
      body.emit(op.i32Or);
    }
    body.emit(op.i32Eqz, op.select);
  }
}
