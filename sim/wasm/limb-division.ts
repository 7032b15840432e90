import type { Code } from "./code.ts";
import { advance, bytesOf, countDown, fillZero, limbAddress, limbFunction } from "./limb.ts";
import { Access, I32, Op } from "./opcodes.ts";

/**
 * (quotient, remainder, a, b, limbs): long division, bit by bit from the highest bit of a that is set. Division by zero
 * gives all ones and a. Quotient and remainder are apart from each other and the operands.
 */
export const divideUnsigned = limbFunction(5, [], (code, other) => {
  const [quotient, remainder, a, b, limbs] = [0, 1, 2, 3, 4];
  const [index, bit, at, carry, word] = [
    code.local(I32),
    code.local(I32),
    code.local(I32),
    code.local(I32),
    code.local(I32),
  ];
  code.get(b);
  code.get(limbs);
  code.call(other("any"));
  code.op(Op.i32Eqz);
  code.branch(null, () => {
    code.get(quotient);
    code.i32(0xff);
    bytesOf(code, limbs);
    code.memoryFill();
    code.get(remainder);
    code.get(a);
    bytesOf(code, limbs);
    code.memoryCopy();
    code.op(Op.return);
  });
  fillZero(code, quotient, limbs);
  fillZero(code, remainder, limbs);
  code.get(limbs);
  code.set(index);
  code.loop(() => {
    advance(code, index, -1);
    limbAddress(code, a, index);
    code.access(Access.load32);
    code.set(word);
    code.i32(32);
    code.set(bit);
    code.block(null, () => {
      // Limbs of zero change nothing as long as the remainder is zero.
      code.get(word);
      code.get(remainder);
      code.get(limbs);
      code.call(other("any"));
      code.op(Op.i32Or, Op.i32Eqz);
      code.brIf(0);
      code.loop(() => {
        // remainder := remainder × 2 + the next bit of a
        code.get(word);
        code.i32(31);
        code.op(Op.i32ShrU);
        code.set(carry);
        code.get(word);
        code.i32(1);
        code.op(Op.i32Shl);
        code.set(word);
        doubleRemainder(code, remainder, limbs, at, carry);
        // A bit that fell out at the top makes it greater than any divisor.
        code.get(carry);
        code.get(remainder);
        code.get(b);
        code.get(limbs);
        code.call(other("lessUnsigned"));
        code.op(Op.i32Eqz, Op.i32Or);
        code.branch(null, () => {
          code.get(remainder);
          code.get(remainder);
          code.get(b);
          code.get(limbs);
          code.call(other("subtract"));
          limbAddress(code, quotient, index);
          limbAddress(code, quotient, index);
          code.access(Access.load32);
          code.i32(1);
          code.get(bit);
          code.i32(1);
          code.op(Op.i32Sub, Op.i32Shl, Op.i32Or);
          code.access(Access.store32);
        });
        countDown(code, bit);
      });
    });
    code.get(index);
    code.brIf(0);
  });
});

/** Shifts the number at `remainder` left by one; `carry` goes in below and holds what fell out above. */
function doubleRemainder(code: Code, remainder: number, limbs: number, at: number, carry: number): void {
  const [left, limb] = [code.local(I32), code.local(I32)];
  code.get(remainder);
  code.set(at);
  code.get(limbs);
  code.set(left);
  code.loop(() => {
    code.get(at);
    code.get(at);
    code.access(Access.load32);
    code.tee(limb);
    code.i32(1);
    code.op(Op.i32Shl);
    code.get(carry);
    code.op(Op.i32Or);
    code.access(Access.store32);
    code.get(limb);
    code.i32(31);
    code.op(Op.i32ShrU);
    code.set(carry);
    advance(code, at, 4);
    countDown(code, left);
  });
}

/**
 * (quotient, remainder, a, b, limbs, bits, room): two's complement, rounding towards zero. The top limb has `bits` bits,
 * 1 to 32. `room` is the address of 2 × limbs limbs to work in.
 */
export const divideSigned = limbFunction(7, [], (code, other) => {
  const [quotient, remainder, a, b, limbs, bits, room] = [0, 1, 2, 3, 4, 5, 6];
  const [signA, signB, roomB] = [code.local(I32), code.local(I32), code.local(I32)];
  code.get(room);
  bytesOf(code, limbs);
  code.op(Op.i32Add);
  code.set(roomB);
  const negate = (to: number, from: number): void => {
    // 0 − x, with the zero written where the result goes, apart from x: limbs are read before they are written.
    fillZero(code, to, limbs);
    code.get(to);
    code.get(to);
    code.get(from);
    code.get(limbs);
    code.call(other("subtract"));
    maskTop(code, to, limbs, bits);
  };
  for (const [value, absolute, sign] of [
    [a, room, signA],
    [b, roomB, signB],
  ] as const) {
    topLimb(code, value, limbs);
    code.access(Access.load32);
    code.get(bits);
    code.i32(1);
    code.op(Op.i32Sub, Op.i32ShrU);
    code.tee(sign);
    code.branch(
      null,
      () => negate(absolute, value),
      () => copy(code, absolute, value, limbs),
    );
  }
  code.get(quotient);
  code.get(remainder);
  code.get(room);
  code.get(roomB);
  code.get(limbs);
  code.call(other("divideUnsigned"));
  const negateInPlace = (value: number): void => {
    negate(room, value);
    copy(code, value, room, limbs);
  };
  // A divisor of zero leaves all ones, whatever the signs.
  code.get(signA);
  code.get(signB);
  code.op(Op.i32Xor);
  code.get(b);
  code.get(limbs);
  code.call(other("any"));
  code.op(Op.i32And);
  code.branch(null, () => negateInPlace(quotient));
  code.get(signA);
  code.branch(null, () => negateInPlace(remainder));
});

function topLimb(code: Code, value: number, limbs: number): void {
  limbAddress(code, value, limbs);
  code.i32(4);
  code.op(Op.i32Sub);
}

function maskTop(code: Code, value: number, limbs: number, bits: number): void {
  topLimb(code, value, limbs);
  topLimb(code, value, limbs);
  code.access(Access.load32);
  code.i32(-1);
  code.i32(32);
  code.get(bits);
  code.op(Op.i32Sub, Op.i32ShrU, Op.i32And);
  code.access(Access.store32);
}

function copy(code: Code, to: number, from: number, limbs: number): void {
  code.get(to);
  code.get(from);
  bytesOf(code, limbs);
  code.memoryCopy();
}
