import type { Code } from "./code.ts";
import { advance, countDown, limb64, limbAddress, limbFunction } from "./limb.ts";
import { Access, I32, I64, Op } from "./opcodes.ts";

/** Splits a number of bits in a local: whole limbs into `limbs`, the rest, 0 to 31, as an i64 into `bits`. */
function splitBits(code: Code, amount: number, limbs: number, bits: number): void {
  code.get(amount);
  code.i32(5);
  code.op(Op.i32ShrU);
  code.set(limbs);
  code.get(amount);
  code.i32(31);
  code.op(Op.i32And, Op.i64ExtendI32U);
  code.set(bits);
}

/** Pushes the limb with the index in a local as an i64, or what `beyond` pushes where the index is not below `count`. */
function limbOr(code: Code, base: number, index: number, count: number, beyond: () => void): void {
  code.get(index);
  code.get(count);
  code.op(Op.i32LtU);
  code.branch(
    I64,
    () => {
      limbAddress(code, base, index);
      code.access(Access.load32);
      code.op(Op.i64ExtendI32U);
    },
    beyond,
  );
}

/** (destination, a, amount, limbs): a × 2^amount. Destination and a are apart. */
export const shiftLeft = limbFunction(4, [], (code) => {
  const [destination, a, amount, limbs] = [0, 1, 2, 3];
  const [skipped, index, at, bits] = [code.local(I32), code.local(I32), code.local(I32), code.local(I64)];
  splitBits(code, amount, skipped, bits);
  code.get(limbs);
  code.set(at);
  code.loop(() => {
    advance(code, at, -1);
    limbAddress(code, destination, at);
    // Below the lowest limb the index wraps round to a large one.
    code.get(at);
    code.get(skipped);
    code.op(Op.i32Sub);
    code.set(index);
    limbOr(code, a, index, limbs, () => code.i64(0n));
    code.i64(32n);
    code.op(Op.i64Shl);
    advance(code, index, -1);
    limbOr(code, a, index, limbs, () => code.i64(0n));
    code.op(Op.i64Or);
    code.get(bits);
    code.op(Op.i64Shl);
    code.i64(32n);
    code.op(Op.i64ShrU, Op.i32WrapI64);
    code.access(Access.store32);
    code.get(at);
    code.brIf(0);
  });
});

/**
 * (destination, a, amount, limbs, top, fill): a / 2^amount. `top` is taken for a's top limb and `fill` for all above it,
 * so that signed numbers shift too. Destination and a are apart.
 */
export const shiftRight = limbFunction(6, [], (code) => {
  const [destination, a, amount, limbs, top, fill] = [0, 1, 2, 3, 4, 5];
  const [index, below, left, bits] = [code.local(I32), code.local(I32), code.local(I32), code.local(I64)];
  splitBits(code, amount, index, bits);
  code.get(limbs);
  code.tee(left);
  code.i32(1);
  code.op(Op.i32Sub);
  code.set(below);
  const push = (): void =>
    limbOr(code, a, index, below, () => {
      code.get(top);
      code.get(fill);
      code.get(index);
      code.get(below);
      code.op(Op.i32Eq, Op.select, Op.i64ExtendI32U);
    });
  code.loop(() => {
    code.get(destination);
    push();
    advance(code, index, 1);
    push();
    code.i64(32n);
    code.op(Op.i64Shl, Op.i64Or);
    code.get(bits);
    code.op(Op.i64ShrU, Op.i32WrapI64);
    code.access(Access.store32);
    advance(code, destination, 4);
    countDown(code, left);
  });
});

/** (destination, a, low, limbs): so many limbs of a from bit `low` up. It reads one limb beyond the last. */
export const slice = limbFunction(4, [], (code) => {
  const [destination, a, low, limbs] = [0, 1, 2, 3];
  const [skipped, bits] = [code.local(I32), code.local(I64)];
  splitBits(code, low, skipped, bits);
  limbAddress(code, a, skipped);
  code.set(a);
  code.loop(() => {
    code.get(destination);
    code.get(a);
    code.access(Access.load64);
    code.get(bits);
    code.op(Op.i64ShrU, Op.i32WrapI64);
    code.access(Access.store32);
    advance(code, destination, 4);
    advance(code, a, 4);
    countDown(code, limbs);
  });
});

/** (destination, low, a, limbs): sets the bits of a in the destination, which has zeros there, from bit `low` up. */
export const insert = limbFunction(4, [], (code) => {
  const [destination, low, a, limbs] = [0, 1, 2, 3];
  const [skipped, bits] = [code.local(I32), code.local(I64)];
  splitBits(code, low, skipped, bits);
  limbAddress(code, destination, skipped);
  code.set(destination);
  code.loop(() => {
    code.get(destination);
    code.get(destination);
    code.access(Access.load64);
    limb64(code, a);
    code.get(bits);
    code.op(Op.i64Shl, Op.i64Or);
    code.access(Access.store64);
    advance(code, destination, 4);
    advance(code, a, 4);
    countDown(code, limbs);
  });
});

/** (destination, low, value: i64): like `insert` for a number of up to 64 bits. */
export const insertWord = {
  parameters: [I32, I32, I64],
  results: [],
  write: (code: Code): void => {
    const [destination, low, value] = [0, 1, 2];
    const [skipped, bits] = [code.local(I32), code.local(I64)];
    splitBits(code, low, skipped, bits);
    limbAddress(code, destination, skipped);
    code.tee(destination);
    code.get(destination);
    code.access(Access.load64);
    code.get(value);
    code.get(bits);
    code.op(Op.i64Shl, Op.i64Or);
    code.access(Access.store64);
    // What does not fit the first two limbs: shifted in two steps, as 64 would count as none.
    code.get(destination);
    code.get(destination);
    code.access(Access.load32, 8);
    code.get(value);
    code.i64(1n);
    code.op(Op.i64ShrU);
    code.i64(63n);
    code.get(bits);
    code.op(Op.i64Sub, Op.i64ShrU, Op.i32WrapI64, Op.i32Or);
    code.access(Access.store32, 8);
  },
} as const;

/**
 * (destination, data, mask, count, lane): copies bits i × lane to (i + 1) × lane − 1 from data wherever bit i of the
 * mask, 0 to count − 1, is set.
 */
export const maskedWrite = limbFunction(5, [], (code) => {
  const [destination, data, mask, count, lane] = [0, 1, 2, 3, 4];
  const [index, at, end] = [code.local(I32), code.local(I32), code.local(I32)];
  const limbOf = (base: number, bit: number): void => {
    code.get(base);
    code.get(bit);
    code.i32(5);
    code.op(Op.i32ShrU);
    code.i32(2);
    code.op(Op.i32Shl, Op.i32Add);
  };
  code.loop(() => {
    code.get(end);
    code.get(lane);
    code.op(Op.i32Add);
    code.set(end);
    limbOf(mask, index);
    code.access(Access.load32);
    code.get(index);
    code.op(Op.i32ShrU);
    code.i32(1);
    code.op(Op.i32And);
    code.branch(null, () => {
      code.loop(() => {
        // The bits of one limb: from `at` up, and below `end` where that is in the same limb.
        limbOf(destination, at);
        limbOf(destination, at);
        code.access(Access.load32);
        limbOf(destination, at);
        code.access(Access.load32);
        limbOf(data, at);
        code.access(Access.load32);
        code.op(Op.i32Xor);
        code.i32(-1);
        code.get(at);
        code.op(Op.i32Shl, Op.i32And);
        bitsBelow(code, at, end);
        code.op(Op.i32And, Op.i32Xor);
        code.access(Access.store32);
        // On to the next limb.
        code.get(at);
        code.i32(31);
        code.op(Op.i32Or);
        code.i32(1);
        code.op(Op.i32Add);
        code.tee(at);
        code.get(end);
        code.op(Op.i32LtU);
        code.brIf(0);
      });
    });
    code.get(end);
    code.set(at);
    advance(code, index, 1);
    countDown(code, count);
  });
});

/** Pushes the mask of the bits below `end` in the limb of bit `at`. */
function bitsBelow(code: Code, at: number, end: number): void {
  // All ones where the end is in a later limb, else 2^(end mod 32) − 1 (or all ones at its very end).
  code.i32(-1);
  code.i32(0);
  code.get(end);
  code.op(Op.i32Sub);
  code.op(Op.i32ShrU);
  code.i32(-1);
  code.get(end);
  code.i32(1);
  code.op(Op.i32Sub);
  code.i32(5);
  code.op(Op.i32ShrU);
  code.get(at);
  code.i32(5);
  code.op(Op.i32ShrU, Op.i32Eq, Op.select);
}

/** (destination, mask, values, limbs): the bits of the destination that are set in the mask become those of values. */
export const applyInit = limbFunction(4, [], (code) => {
  const [destination, mask, values, limbs] = [0, 1, 2, 3];
  code.loop(() => {
    code.get(destination);
    code.get(destination);
    code.access(Access.load32);
    code.get(mask);
    code.access(Access.load32);
    code.i32(-1);
    code.op(Op.i32Xor, Op.i32And);
    code.get(values);
    code.access(Access.load32);
    code.op(Op.i32Or);
    code.access(Access.store32);
    for (const pointer of [destination, mask, values]) advance(code, pointer, 4);
    countDown(code, limbs);
  });
});
