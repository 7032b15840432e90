import { advance, countDown, limbAddress, limbFunction } from "./limb.ts";
import { Access, I32, I64, Op } from "./opcodes.ts";

/** (a, b, limbs): whether they are the same. */
export const equal = limbFunction(3, [I32], (code) => {
  const [a, b, limbs] = [0, 1, 2];
  code.loop(() => {
    for (const operand of [a, b]) {
      code.get(operand);
      code.access(Access.load32);
    }
    code.op(Op.i32Ne);
    code.branch(null, () => {
      code.i32(0);
      code.op(Op.return);
    });
    advance(code, a, 4);
    advance(code, b, 4);
    countDown(code, limbs);
  });
  code.i32(1);
});

/** (to, from, limbs): copies a number, and says whether that changed anything. */
export const update = limbFunction(3, [I32], (code) => {
  const [to, from, limbs] = [0, 1, 2];
  const [limb, changed] = [code.local(I32), code.local(I32)];
  code.loop(() => {
    code.get(from);
    code.access(Access.load32);
    code.tee(limb);
    code.get(to);
    code.access(Access.load32);
    code.op(Op.i32Xor);
    code.get(changed);
    code.op(Op.i32Or);
    code.set(changed);
    code.get(to);
    code.get(limb);
    code.access(Access.store32);
    advance(code, to, 4);
    advance(code, from, 4);
    countDown(code, limbs);
  });
  code.get(changed);
});

/** (a, b, limbs): a < b. */
export const lessUnsigned = limbFunction(3, [I32], (code) => {
  const [a, b, limbs] = [0, 1, 2];
  const [x, y] = [code.local(I32), code.local(I32)];
  code.loop(() => {
    advance(code, limbs, -1);
    for (const [operand, limb] of [
      [a, x],
      [b, y],
    ] as const) {
      limbAddress(code, operand, limbs);
      code.access(Access.load32);
      code.set(limb);
    }
    code.get(x);
    code.get(y);
    code.op(Op.i32Ne);
    code.branch(null, () => {
      code.get(x);
      code.get(y);
      code.op(Op.i32LtU, Op.return);
    });
    code.get(limbs);
    code.brIf(0);
  });
  code.i32(0);
});

/** (a, b, limbs, bits): a < b in two's complement, where the top limb has `bits` bits, 1 to 32. */
export const lessSigned = limbFunction(4, [I32], (code, other) => {
  const [a, b, limbs, bits] = [0, 1, 2, 3];
  const signs = [code.local(I32), code.local(I32)] as const;
  for (const [operand, sign] of [
    [a, signs[0]],
    [b, signs[1]],
  ] as const) {
    limbAddress(code, operand, limbs);
    code.i32(4);
    code.op(Op.i32Sub);
    code.access(Access.load32);
    code.get(bits);
    code.i32(1);
    code.op(Op.i32Sub, Op.i32ShrU);
    code.set(sign);
  }
  // Of two numbers of one sign, the order is that of their bits.
  code.get(a);
  code.get(b);
  code.get(limbs);
  code.call(other("lessUnsigned"));
  code.get(signs[0]);
  code.get(signs[1]);
  code.op(Op.i32Xor, Op.i32Xor);
});

/** (a, limbs): whether any bit is set. */
export const any = limbFunction(2, [I32], (code) => {
  const [a, limbs] = [0, 1];
  code.loop(() => {
    code.get(a);
    code.access(Access.load32);
    code.branch(null, () => {
      code.i32(1);
      code.op(Op.return);
    });
    advance(code, a, 4);
    countDown(code, limbs);
  });
  code.i32(0);
});

/** (a, limbs): the exclusive or of all bits. */
export const parity = limbFunction(2, [I32], (code) => {
  const [a, limbs] = [0, 1];
  const folded = code.local(I32);
  code.loop(() => {
    code.get(a);
    code.access(Access.load32);
    code.get(folded);
    code.op(Op.i32Xor);
    code.set(folded);
    advance(code, a, 4);
    countDown(code, limbs);
  });
  code.get(folded);
  code.op(Op.i32Popcnt);
  code.i32(1);
  code.op(Op.i32And);
});

/** (a, limbs, limit): the number as an i32, or the limit where it is greater. */
export const clamp = limbFunction(3, [I32], (code) => {
  const [a, limbs, limit] = [0, 1, 2];
  const [low, least] = [code.local(I64), code.local(I64)];
  code.get(a);
  code.access(Access.load32);
  code.op(Op.i64ExtendI32U);
  code.set(low);
  code.get(limit);
  code.op(Op.i64ExtendI32U);
  code.set(least);
  code.block(null, () => {
    code.loop(() => {
      advance(code, limbs, -1);
      code.get(limbs);
      code.op(Op.i32Eqz);
      code.brIf(1);
      limbAddress(code, a, limbs);
      code.access(Access.load32);
      code.op(Op.i32Eqz);
      code.brIf(0);
      code.get(limit);
      code.op(Op.return);
    });
  });
  code.get(low);
  code.get(least);
  code.get(low);
  code.get(least);
  code.op(Op.i64LtU, Op.select, Op.i32WrapI64);
});
