import { Bytes } from "./bytes.ts";
import { Access, I32, I64, Op, type ValueType } from "./opcodes.ts";
import { simdPrefix } from "./simd.ts";

/** A function of a module, by its index there. */
export interface Callable {
  readonly index: number;
}

/** The body of one function under construction: locals and instructions in order. */
export class Code {
  readonly #bytes = new Bytes();
  readonly #locals: ValueType[] = [];
  readonly #parameters: number;

  constructor(parameters: number) {
    this.#parameters = parameters;
  }

  /** Bytes of instructions so far. */
  get length(): number {
    return this.#bytes.length;
  }

  /** A new local, zero until it is set. */
  local(type: ValueType): number {
    return this.#parameters + this.#locals.push(type) - 1;
  }

  op(...opcodes: number[]): void {
    for (const opcode of opcodes) this.#bytes.byte(opcode);
  }

  /** An i32 constant, given signed or unsigned. */
  i32(value: number): void {
    this.#bytes.byte(Op.i32Const);
    this.#bytes.signed32(value);
  }

  /** An i64 constant, given signed or unsigned. */
  i64(value: bigint): void {
    this.#bytes.byte(Op.i64Const);
    this.#bytes.signed64(value);
  }

  get(local: number): void {
    this.#indexed(Op.localGet, local);
  }

  set(local: number): void {
    this.#indexed(Op.localSet, local);
  }

  tee(local: number): void {
    this.#indexed(Op.localTee, local);
  }

  getGlobal(global: number): void {
    this.#indexed(Op.globalGet, global);
  }

  setGlobal(global: number): void {
    this.#indexed(Op.globalSet, global);
  }

  call(callee: Callable): void {
    this.#indexed(Op.call, callee.index);
  }

  /** Calls the function of the table whose index is on the stack. */
  callIndirect(type: number): void {
    this.#indexed(Op.callIndirect, type);
    this.#bytes.byte(0);
  }

  /** A load or store at the address on the stack plus `offset`. */
  access({ opcode, align }: Access, offset = 0): void {
    this.#bytes.byte(opcode);
    this.#bytes.unsigned(align);
    this.#bytes.unsigned(offset);
  }

  /** Pushes what lies at a fixed address. */
  loadFrom(access: Access, address: number): void {
    this.i32(0);
    this.access(access, address);
  }

  /** Stores what `value` pushes at a fixed address. */
  storeAt(access: Access, address: number, value: () => void): void {
    this.i32(0);
    value();
    this.access(access, address);
  }

  /** A vector instruction, by its number after the prefix. */
  simd(opcode: number): void {
    this.#bytes.byte(simdPrefix);
    this.#bytes.unsigned(opcode);
  }

  /** A vector instruction on one lane. */
  simdLane(opcode: number, lane: number): void {
    this.simd(opcode);
    this.#bytes.byte(lane);
  }

  /** A load or store of a vector at the address on the stack plus `offset`. */
  simdAccess({ opcode, align }: { opcode: number; align: number }, offset = 0): void {
    this.simd(opcode);
    this.#bytes.unsigned(align);
    this.#bytes.unsigned(offset);
  }

  /** A load or store of one lane at the address on the stack below the vector, plus `offset`. */
  simdLaneAccess(access: { opcode: number; align: number }, offset: number, lane: number): void {
    this.simdAccess(access, offset);
    this.#bytes.byte(lane);
  }

  /** A vector constant of 16 bytes. */
  v128(bytes: Uint8Array): void {
    this.simd(0x0c);
    this.#bytes.append(bytes);
  }

  /** Picks each byte of the result from the 32 bytes of two vectors on the stack. */
  shuffle(sources: Uint8Array): void {
    this.simd(0x0d);
    this.#bytes.append(sources);
  }

  /** Takes destination, source and number of bytes from the stack; the ranges may overlap. */
  memoryCopy(): void {
    this.op(0xfc, 0x0a, 0, 0);
  }

  /** Takes address, byte and number of bytes from the stack. */
  memoryFill(): void {
    this.op(0xfc, 0x0b, 0);
  }

  /** Instructions that `br(0)` inside leaves; with a type, they leave a value on the stack. */
  block(type: ValueType | null, body: () => void): void {
    this.#nested(Op.block, type, body);
  }

  /** Instructions that `br(0)` inside begins again. */
  loop(body: () => void): void {
    this.#nested(Op.loop, null, body);
  }

  /** Takes a condition from the stack; with a type, both arms leave a value on it. */
  branch(type: ValueType | null, then: () => void, otherwise?: () => void): void {
    this.#nested(Op.if, type, () => {
      then();
      if (!otherwise) return;
      this.op(Op.else);
      otherwise();
    });
  }

  br(depth: number): void {
    this.#indexed(Op.br, depth);
  }

  brIf(depth: number): void {
    this.#indexed(Op.brIf, depth);
  }

  /** Leaves as many blocks as the entry for the i32 on the stack says, or `otherwise` beyond the table. */
  brTable(depths: readonly number[], otherwise: number): void {
    this.#indexed(Op.brTable, depths.length);
    for (const depth of depths) this.#bytes.unsigned(depth);
    this.#bytes.unsigned(otherwise);
  }

  /** The function body as the code section holds it, without its size. */
  encode(): Bytes {
    const body = new Bytes();
    const runs: { type: ValueType; count: number }[] = [];
    for (const type of this.#locals) {
      const last = runs.at(-1);
      if (last?.type === type) last.count++;
      else runs.push({ type, count: 1 });
    }
    body.unsigned(runs.length);
    for (const { type, count } of runs) {
      body.unsigned(count);
      body.byte(type);
    }
    body.append(this.#bytes.view());
    body.byte(Op.end);
    return body;
  }

  #indexed(opcode: number, index: number): void {
    this.#bytes.byte(opcode);
    this.#bytes.unsigned(index);
  }

  #nested(opcode: number, type: ValueType | null, body: () => void): void {
    this.#bytes.byte(opcode);
    this.#bytes.byte(type ?? 0x40);
    body();
    this.op(Op.end);
  }
}

/** The plain access of a type. */
export const loadOf = { [I32]: Access.load32, [I64]: Access.load64 } as const;
