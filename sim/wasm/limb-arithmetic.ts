import { advance, countDown, fillZero, limb64, limbFunction } from "./limb.ts";
import { Access, I32, I64, Op } from "./opcodes.ts";

const [first, second, third, fourth] = [0, 1, 2, 3];

/** (destination, a, b, limbs): the operation limb by limb. */
export const bitwise = (operation: number) =>
  limbFunction(4, [], (code) => {
    code.loop(() => {
      code.get(first);
      for (const operand of [second, third]) {
        code.get(operand);
        code.access(Access.load32);
      }
      code.op(operation);
      code.access(Access.store32);
      for (const pointer of [first, second, third]) advance(code, pointer, 4);
      countDown(code, fourth);
    });
  });

/** (destination, a, b, limbs): a + b. */
export const add = limbFunction(4, [], (code) => {
  const sum = code.local(I64);
  code.loop(() => {
    code.get(first);
    limb64(code, second);
    limb64(code, third);
    code.op(Op.i64Add);
    // The carry of the limb before.
    code.get(sum);
    code.i64(32n);
    code.op(Op.i64ShrU, Op.i64Add);
    code.tee(sum);
    code.op(Op.i32WrapI64);
    code.access(Access.store32);
    for (const pointer of [first, second, third]) advance(code, pointer, 4);
    countDown(code, fourth);
  });
});

/** (destination, a, b, limbs): a − b. */
export const subtract = limbFunction(4, [], (code) => {
  const difference = code.local(I64);
  code.loop(() => {
    code.get(first);
    limb64(code, second);
    limb64(code, third);
    code.op(Op.i64Sub);
    // Minus one where the limb before borrowed.
    code.get(difference);
    code.i64(32n);
    code.op(Op.i64ShrS, Op.i64Add);
    code.tee(difference);
    code.op(Op.i32WrapI64);
    code.access(Access.store32);
    for (const pointer of [first, second, third]) advance(code, pointer, 4);
    countDown(code, fourth);
  });
});

/** (destination, a, b, limbs): the low limbs of a × b, column by column as on paper. Destination is apart from both. */
export const multiply = limbFunction(4, [], (code) => {
  const [factor, row] = [code.local(I64), code.local(I64)];
  const [b, to, left] = [code.local(I32), code.local(I32), code.local(I32)];
  fillZero(code, first, fourth);
  code.loop(() => {
    code.block(null, () => {
      limb64(code, second);
      code.tee(factor);
      code.op(Op.i64Eqz);
      code.brIf(0);
      code.i64(0n);
      code.set(row);
      for (const [local, from] of [
        [b, third],
        [to, first],
        [left, fourth],
      ] as const) {
        code.get(from);
        code.set(local);
      }
      code.loop(() => {
        code.get(to);
        code.get(factor);
        limb64(code, b);
        code.op(Op.i64Mul);
        limb64(code, to);
        code.op(Op.i64Add);
        code.get(row);
        code.i64(32n);
        code.op(Op.i64ShrU, Op.i64Add);
        code.tee(row);
        code.op(Op.i32WrapI64);
        code.access(Access.store32);
        advance(code, b, 4);
        advance(code, to, 4);
        countDown(code, left);
      });
    });
    advance(code, first, 4);
    advance(code, second, 4);
    countDown(code, fourth);
  });
});
