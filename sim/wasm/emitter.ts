import { type Node, type NodeId, ones } from "../../hdl/netlist/index.ts";
import type { Plan } from "../plan/plan.ts";
import { limbCount } from "../plan/slots.ts";
import { type Code, loadOf } from "./code.ts";
import { Access, Op, type ValueType } from "./opcodes.ts";
import { pushOperation } from "./operation.ts";
import type { Runtime, RuntimeName } from "./runtime.ts";
import { type Form, typeOf } from "./value-type.ts";

/** Deeper expressions are cut by a local, so that neither we nor V8 run out of stack. */
const deepest = 40;

/**
 * Values within one function. A value that is used once is computed where it is used; others are computed once, into a
 * local, from where `define` is called. What other functions computed, state and inputs are loaded from memory.
 */
export class Emitter {
  readonly code: Code;
  readonly plan: Plan;
  readonly #runtime: Runtime;
  readonly #locals = new Map<NodeId, number>();
  /** Values to compute where they are used, with the depth of their expression. */
  readonly #inline = new Map<NodeId, number>();
  /** Values of more than 64 bits that are not at their homes, and where they are. */
  readonly #elsewhere: ReadonlyMap<NodeId, number>;
  /** What was loaded in the branch that is being written, which other code cannot count on. */
  #loaded: NodeId[] = [];

  constructor(code: Code, plan: Plan, runtime: Runtime, elsewhere: ReadonlyMap<NodeId, number> = new Map()) {
    this.code = code;
    this.#elsewhere = elsewhere;
    this.plan = plan;
    this.#runtime = runtime;
  }

  node(id: NodeId): Node {
    const node = this.plan.nodes[id];
    if (!node) throw new RangeError(`malformed netlist: there is no node ${id}`);
    return node;
  }

  width(id: NodeId): number {
    return this.node(id).width;
  }

  isWide(id: NodeId): boolean {
    return this.width(id) > 64;
  }

  /** The value is below 2^n. */
  unsigned(id: NodeId): number {
    return this.plan.ranges.unsigned[id] ?? 0;
  }

  /** The value fits n bits in two's complement. */
  signed(id: NodeId): number {
    return this.plan.ranges.signed[id] ?? 0;
  }

  /** A fresh local. */
  temporary(type: ValueType): number {
    return this.code.local(type);
  }

  call(name: RuntimeName): void {
    this.code.call(this.#runtime.get(name));
  }

  /** Says that a narrow value is to be computed where it is used, unless that makes the expression too deep. */
  defer(id: NodeId, operands: readonly NodeId[]): boolean {
    let depth = 0;
    for (const operand of operands) depth = Math.max(depth, this.#inline.get(operand) ?? 0);
    if (depth >= deepest) return false;
    this.#inline.set(id, depth + 1);
    return true;
  }

  isDeferred(id: NodeId): boolean {
    return this.#inline.has(id);
  }

  hasLocal(id: NodeId): boolean {
    return this.#locals.has(id);
  }

  /** Computes a narrow value, or loads it from memory, into a local of its own. */
  define(id: NodeId, compute: boolean): void {
    const local = this.temporary(typeOf(this.width(id)));
    if (compute) this.#fix(id, pushOperation(this, id, "zero"), "zero");
    else {
      this.#load(id);
      this.#loaded.push(id);
    }
    this.code.set(local);
    this.#locals.set(id, local);
  }

  /** Writes code that is not always executed: what it loads is loaded again after it. */
  scope(write: () => void): void {
    const outer = this.#loaded;
    this.#loaded = [];
    write();
    for (const id of this.#loaded) this.#locals.delete(id);
    this.#loaded = outer;
  }

  /** Pushes a value of up to 64 bits, of the type of its width. */
  push(id: NodeId, form: Form): void {
    const node = this.node(id);
    const local = this.#locals.get(id);
    if (node.kind === "const") {
      this.constant(node.width, form === "sign" ? BigInt.asIntN(node.width, node.value) : node.value);
    } else if (local !== undefined) {
      this.code.get(local);
      this.#fix(id, "zero", form);
    } else if (this.#inline.has(id)) {
      this.#fix(id, pushOperation(this, id, form), form);
    } else {
      this.#load(id);
      this.#fix(id, "zero", form);
    }
  }

  /** Pushes a value as the type that holds `width` bits, which is not narrower than its own. */
  pushAs(width: number, id: NodeId, form: Form): void {
    this.push(id, form);
    if (width > 32 && this.width(id) <= 32) this.code.op(form === "sign" ? Op.i64ExtendI32S : Op.i64ExtendI32U);
  }

  /** Pushes a constant of the type that holds `width` bits. */
  constant(width: number, value: bigint): void {
    if (width <= 32) this.code.i32(Number(BigInt.asIntN(32, value)));
    else this.code.i64(value);
  }

  /** One of two instructions by the type that holds `width` bits. */
  typed(width: number, narrow: number, double: number): void {
    this.code.op(width <= 32 ? narrow : double);
  }

  /** Pushes the smaller of a value of any width and a limit below 2^31, as an i32. */
  pushClamped(id: NodeId, limit: number): void {
    const { code } = this;
    const width = this.width(id);
    if (width > 64) {
      this.pushAddress(id);
      code.i32(limbCount(width));
      code.i32(limit);
      this.call("clamp");
      return;
    }
    this.push(id, "zero");
    const always = this.unsigned(id) < 31 && 2 ** this.unsigned(id) - 1 <= limit;
    if (!always) {
      const value = this.temporary(typeOf(width));
      code.tee(value);
      this.constant(width, BigInt(limit));
      code.get(value);
      this.constant(width, BigInt(limit));
      this.typed(width, Op.i32LtU, Op.i64LtU);
      code.op(Op.select);
    }
    if (width > 32) code.op(Op.i32WrapI64);
  }

  /** The address of a value of more than 64 bits. */
  address(id: NodeId): number {
    const node = this.node(id);
    const { addresses, homes } = this.plan.layout;
    if (node.kind === "const") return homes.constant(node.value, node.width);
    const place = addresses[id] ?? -1;
    return place >= 0 ? place : (this.#elsewhere.get(id) ?? homes.of(id));
  }

  pushAddress(id: NodeId): void {
    this.code.i32(this.address(id));
  }

  /** Stores a value of any width at an address. */
  store(id: NodeId, address: number): void {
    const { code } = this;
    const width = this.width(id);
    if (width > 64) {
      code.i32(address);
      this.pushAddress(id);
      code.i32(limbCount(width) * 4);
      code.memoryCopy();
    } else code.storeAt(width <= 32 ? Access.store32 : Access.store64, address, () => this.push(id, "zero"));
  }

  /** Bits above the width may be set in an input, of which the outside writes all bits. */
  #load(id: NodeId): void {
    const node = this.node(id);
    const bytes = this.plan.layout.laneBytes[id];
    const narrow = bytes === 1 ? Access.load32From8 : bytes === 2 ? Access.load32From16 : null;
    this.code.loadFrom(narrow ?? loadOf[typeOf(node.width)], this.address(id));
    if (node.kind === "input") this.#fix(id, "any", "zero");
  }

  /** Turns the form that a value on the stack has into the one that is wanted. */
  #fix(id: NodeId, has: Form, wanted: Form): void {
    const width = this.width(id);
    if (wanted === "any" || has === wanted || width === 32 || width === 64) return;
    // With a zero on top, both forms are the same.
    if (has !== "any" && this.unsigned(id) < width) return;
    if (wanted === "zero") {
      this.constant(width, ones(width));
      this.typed(width, Op.i32And, Op.i64And);
    } else this.#extendSign(width);
  }

  #extendSign(width: number): void {
    if (width === 8) this.typed(width, Op.i32Extend8S, Op.i64Extend8S);
    else if (width === 16) this.typed(width, Op.i32Extend16S, Op.i64Extend16S);
    else {
      const unused = BigInt((width <= 32 ? 32 : 64) - width);
      this.constant(width, unused);
      this.typed(width, Op.i32Shl, Op.i64Shl);
      this.constant(width, unused);
      this.typed(width, Op.i32ShrS, Op.i64ShrS);
    }
  }
}
