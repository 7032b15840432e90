import type { Code } from "../wasm/code.ts";
import { I32, V128 } from "../wasm/opcodes.ts";
import { Simd, SimdAccess } from "../wasm/simd.ts";
import type { ConstantPool } from "./constant-pool.ts";
import type { Element } from "./shape.ts";

/** A vector in a local. */
export type Vector = number;

/**
 * Straight-line code on vectors, each result in a local. Locals that were made since the last `end` are free again after
 * the next one, but for those that are kept.
 */
export class VectorCode {
  readonly code: Code;
  readonly #constants: ConstantPool;
  readonly #free: Vector[] = [];
  readonly #made = new Set<Vector>();
  readonly #scalars: number[] = [];
  #scalarsUsed = 0;
  /** Constants at hand since the last `end`, by what they are. */
  #known = new Map<string, Vector>();

  constructor(code: Code, constants: ConstantPool) {
    this.code = code;
    this.#constants = constants;
  }

  begin(): void {
    this.#made.clear();
  }

  /** Whether the local was made since `begin`. */
  isOwn(vector: Vector): boolean {
    return this.#made.has(vector);
  }

  end(kept: ReadonlySet<Vector>): void {
    for (const vector of this.#made) if (!kept.has(vector)) this.#free.push(vector);
    this.#made.clear();
    this.#known.clear();
    this.#scalarsUsed = 0;
  }

  /** Lets others have the locals. */
  release(vectors: Iterable<Vector>): void {
    for (const vector of vectors) {
      this.#made.delete(vector);
      this.#free.push(vector);
      // It may be a constant that is at hand no longer.
      for (const [key, known] of this.#known) if (known === vector) this.#known.delete(key);
    }
  }

  /** A local that is no one else's, of undefined content. */
  local(): Vector {
    const local = this.#free.pop() ?? this.code.local(V128);
    this.#made.add(local);
    return local;
  }

  /** A local for an i32, until `end`. */
  scalar(): number {
    const local = this.#scalars[this.#scalarsUsed] ?? this.code.local(I32);
    this.#scalars[this.#scalarsUsed++] = local;
    return local;
  }

  /** Takes the vector on the stack into a local. */
  take(): Vector {
    const local = this.local();
    this.code.set(local);
    return local;
  }

  copy(from: Vector): Vector {
    this.code.get(from);
    return this.take();
  }

  /** Sets a local to zeros. */
  clear(vector: Vector): void {
    this.code.v128(new Uint8Array(16));
    this.code.set(vector);
  }

  op(opcode: number, ...operands: Vector[]): Vector {
    for (const operand of operands) this.code.get(operand);
    this.code.simd(opcode);
    return this.take();
  }

  load(address: number): Vector {
    this.code.i32(0);
    this.code.simdAccess(SimdAccess.load128, address);
    return this.take();
  }

  store(address: number, vector: Vector): void {
    this.code.i32(0);
    this.code.get(vector);
    this.code.simdAccess(SimdAccess.store128, address);
  }

  /** The low bits of a number in every lane. Only zeros may be changed by whoever asked for them. */
  constant(element: Element, value: bigint): Vector {
    const bits = BigInt.asUintN(element, value);
    const key = `${element} ${bits}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    this.#constants.push(this.code, element, bits);
    const made = this.take();
    if (bits !== 0n) this.#known.set(key, made);
    return made;
  }

  /** Takes a condition from the stack. Constants that only one arm has made are not at hand after it. */
  branch(then: () => void, otherwise?: () => void): void {
    const before = [...this.#known];
    const arm = (write: () => void) => () => {
      write();
      for (const [key, vector] of [...this.#known])
        if (!before.some(([known, own]) => known === key && own === vector)) this.#known.delete(key);
    };
    this.code.branch(null, arm(then), otherwise && arm(otherwise));
  }

  and(a: Vector, b: Vector): Vector {
    return this.op(Simd.and, a, b);
  }

  or(a: Vector, b: Vector): Vector {
    return this.op(Simd.or, a, b);
  }

  xor(a: Vector, b: Vector): Vector {
    return this.op(Simd.xor, a, b);
  }

  /** a and not b. */
  andNot(a: Vector, b: Vector): Vector {
    return this.op(Simd.andNot, a, b);
  }

  not(a: Vector): Vector {
    return this.op(Simd.not, a);
  }

  /** a where the mask has ones, else b. */
  select(mask: Vector, a: Vector, b: Vector): Vector {
    return this.op(Simd.bitSelect, a, b, mask);
  }

  add(element: Element, a: Vector, b: Vector): Vector {
    return this.op({ 8: Simd.add8, 16: Simd.add16, 32: Simd.add32 }[element], a, b);
  }

  subtract(element: Element, a: Vector, b: Vector): Vector {
    return this.op({ 8: Simd.subtract8, 16: Simd.subtract16, 32: Simd.subtract32 }[element], a, b);
  }

  /** A mask. */
  equal(element: Element, a: Vector, b: Vector): Vector {
    return this.op({ 8: Simd.equal8, 16: Simd.equal16, 32: Simd.equal32 }[element], a, b);
  }

  /** A mask of where a < b. */
  lessUnsigned(element: Element, a: Vector, b: Vector): Vector {
    const opcode = { 8: Simd.greaterUnsigned8, 16: Simd.greaterUnsigned16, 32: Simd.greaterUnsigned32 }[element];
    return this.op(opcode, b, a);
  }

  /** A mask of where a < b, both of them two's complement. */
  lessSigned(element: Element, a: Vector, b: Vector): Vector {
    const opcode = { 8: Simd.greaterSigned8, 16: Simd.greaterSigned16, 32: Simd.greaterSigned32 }[element];
    return this.op(opcode, b, a);
  }

  minimumUnsigned(element: Element, a: Vector, b: Vector): Vector {
    const opcode = { 8: Simd.minimumUnsigned8, 16: Simd.minimumUnsigned16, 32: Simd.minimumUnsigned32 }[element];
    return this.op(opcode, a, b);
  }

  /** Shifts by a constant below the element's size. */
  shift(kind: "shl" | "shru" | "shrs", element: Element, a: Vector, places: number): Vector {
    if (places === 0) return a;
    // There is no instruction of the machine for bytes: what strays in from the neighbour is cleared.
    if (element === 8 && kind !== "shrs") {
      const shifted = this.#shift(kind === "shl" ? Simd.shiftLeft16 : Simd.shiftRightUnsigned16, a, places);
      const stays = kind === "shl" ? 0xff << places : 0xff >> places;
      return this.and(shifted, this.constant(8, BigInt(stays)));
    }
    const opcodes = {
      shl: { 8: Simd.shiftLeft16, 16: Simd.shiftLeft16, 32: Simd.shiftLeft32 },
      shru: { 8: Simd.shiftRightUnsigned16, 16: Simd.shiftRightUnsigned16, 32: Simd.shiftRightUnsigned32 },
      shrs: { 8: Simd.shiftRightSigned8, 16: Simd.shiftRightSigned16, 32: Simd.shiftRightSigned32 },
    } as const;
    return this.#shift(opcodes[kind][element], a, places);
  }

  /** Elements of twice the size: the lower lanes, then the upper ones. */
  widen(element: Element, a: Vector, signed: boolean): readonly [Vector, Vector] {
    if (element === 8)
      return signed
        ? [this.op(Simd.extendLowSigned8To16, a), this.op(Simd.extendHighSigned8To16, a)]
        : [this.op(Simd.extendLowUnsigned8To16, a), this.op(Simd.extendHighUnsigned8To16, a)];
    return signed
      ? [this.op(Simd.extendLowSigned16To32, a), this.op(Simd.extendHighSigned16To32, a)]
      : [this.op(Simd.extendLowUnsigned16To32, a), this.op(Simd.extendHighUnsigned16To32, a)];
  }

  /** Every element two times, side by side: the lower lanes, then the upper ones. One instruction of the machine each. */
  twice(element: 8 | 16, a: Vector): readonly [Vector, Vector] {
    const bytes = element / 8;
    const half = (first: number): Vector => {
      this.code.get(a);
      this.code.get(a);
      this.code.shuffle(
        Uint8Array.from({ length: 16 }, (_, at) => first + bytes * Math.floor(at / (2 * bytes)) + (at % bytes)),
      );
      return this.take();
    };
    return [half(0), half(8)];
  }

  /** Elements of half the size, of values that fit it. */
  narrow(element: Element, low: Vector, high: Vector, signed: boolean): Vector {
    if (element === 16) return this.op(signed ? Simd.narrowSigned16To8 : Simd.narrowUnsigned16To8, low, high);
    return this.op(signed ? Simd.narrowSigned32To16 : Simd.narrowUnsigned32To16, low, high);
  }

  /** Whether any bit is set, as an i32 on the stack. */
  pushAny(a: Vector): void {
    this.code.get(a);
    this.code.simd(Simd.anyTrue);
  }

  /** Whether a mask is set in all lanes, as an i32 on the stack. */
  pushAll(mask: Vector): void {
    this.code.get(mask);
    this.code.simd(Simd.allTrue8);
  }

  #shift(opcode: number, a: Vector, places: number): Vector {
    this.code.get(a);
    this.code.i32(places);
    this.code.simd(opcode);
    return this.take();
  }
}
