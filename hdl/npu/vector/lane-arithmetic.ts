import { module, mux, UInt } from "../../lang/index.ts";
import { Int32 } from "../config.ts";
import { VectorOperation } from "./command.ts";

/**
 * What one lane computes of `x` and `y` in the same cycle, for the operations that go element by element; x for others.
 * See `VectorCommand`.
 */
export const LaneArithmetic = module(
  "LaneArithmetic",
  { in: { op: VectorOperation, imm: UInt(16), x: Int32, y: Int32 }, out: { result: Int32 } },
  ({ op, imm, x, y }) => {
    const limit = imm.extend(32).asSInt();
    const floor = mux(op.is("clip"), limit.neg(), Int32.lit(0));
    const above = x.gt(limit).and(op.is("relu").not());
    const limited = mux(x.lt(floor), floor, mux(above, limit, x));
    const limits = op.is("relu").or(op.is("relu6")).or(op.is("clip"));

    const added = x.add(mux(imm.bit(0), y.neg(), y));

    const amount = imm.bits(0, 6);
    const half = UInt(64).lit(1).shl(amount).shr(1);
    const scaled = x.mul(y).add(half.asSInt()).shr(amount).trunc(32);

    let result = mux(limits, limited, x);
    result = mux(op.is("add"), added, result);
    result = mux(op.is("mul"), scaled, result);
    result = mux(op.is("max").and(y.gt(x)), y, result);
    return { result };
  },
);

/** Entry of the table that `lut` takes for x: x + imm, at least 0 and at most 255. */
export const TableIndex = module(
  "TableIndex",
  { in: { imm: UInt(16), x: Int32 }, out: { index: UInt(8) } },
  ({ imm, x }) => {
    const sum = x.extend(33).add(imm.extend(33).asSInt());
    const low = sum.trunc(8).asUInt();
    const clipped = mux(sum.lt(0), UInt(8).lit(0), mux(sum.gt(255), UInt(8).lit(255), low));
    return { index: clipped };
  },
);
