import type { Callable, Code } from "./code.ts";
import { Access, I32, Op, type ValueType } from "./opcodes.ts";

/** A function of the runtime: its type, and what writes its body. */
export interface LimbFunction {
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
  /** Parameters are the locals from 0. `other` finds functions of the runtime by name. */
  readonly write: (code: Code, other: (name: Used) => Callable) => void;
}

/** Functions that others are made of. */
export type Used = "lessUnsigned" | "subtract" | "divideUnsigned" | "any";

/** A function of so many i32 parameters. */
export function limbFunction(count: number, results: readonly ValueType[], write: LimbFunction["write"]): LimbFunction {
  return { parameters: new Array<ValueType>(count).fill(I32), results, write };
}

/** Adds a constant to an i32 local. */
export function advance(code: Code, local: number, by: number): void {
  code.get(local);
  code.i32(by);
  code.op(Op.i32Add);
  code.set(local);
}

/** Counts an i32 local down by one and goes on with the loop `depth` levels out until it is 0. */
export function countDown(code: Code, local: number, depth = 0): void {
  code.get(local);
  code.i32(1);
  code.op(Op.i32Sub);
  code.tee(local);
  code.brIf(depth);
}

/** Pushes the limb at an address in a local as an i64. */
export function limb64(code: Code, address: number, offset = 0): void {
  code.get(address);
  code.access(Access.load32, offset);
  code.op(Op.i64ExtendI32U);
}

/** Pushes base + 4 × index. */
export function limbAddress(code: Code, base: number, index: number): void {
  code.get(base);
  code.get(index);
  code.i32(2);
  code.op(Op.i32Shl, Op.i32Add);
}

/** Pushes the bytes of so many limbs. */
export function bytesOf(code: Code, limbs: number): void {
  code.get(limbs);
  code.i32(2);
  code.op(Op.i32Shl);
}

/** Sets so many limbs to zero. */
export function fillZero(code: Code, to: number, limbs: number): void {
  code.get(to);
  code.i32(0);
  bytesOf(code, limbs);
  code.memoryFill();
}
