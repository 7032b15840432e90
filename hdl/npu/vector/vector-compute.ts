import { Bool, Bundle, clog2, mem, module, mux, pipe, reg, SInt, Stream, UInt, Vec, when } from "../../lang/index.ts";
import { element } from "../../lib/element.ts";
import { Access } from "../../lib/index.ts";
import { Int32 } from "../config.ts";
import { VectorCommand, VectorStep } from "./command.ts";
import { LaneArithmetic, TableIndex } from "./lane-arithmetic.ts";
import { Reciprocal } from "./reciprocal.ts";

/** A step with its rows of operands. */
export const VectorOperands = (side: number) =>
  Bundle({ step: VectorStep(side), x: Vec(side, Int32), y: Vec(side, Int32) });

/** A row of results. */
export const VectorResult = (side: number) => Bundle({ step: VectorStep(side), sums: Vec(side, Int32) });

/** Entries of the table of `lut`. */
export const tableEntries = 256;

/** A write of an entry of it. */
export const TableWrite = Bundle({ enable: Bool, address: UInt(8), entry: SInt(16) });

/**
 * The lanes of the vector unit: rows of operands in, rows of results out, in the same cycle except for recip and rsqrt,
 * which take 62 and 93 cycles a row. Rows that go into one result (of rowmax, rowsum and pooling) yield it with the last
 * of them; those of rowmax and rowsum in all lanes. `job` keeps still while there are operands.
 *
 * `look`: at an entry of the table, through lane 0's port, while there are no operands; it is `entry` in the next cycle.
 */
export const VectorCompute = (side: number) =>
  module(
    "VectorCompute",
    {
      params: { side },
      in: {
        job: VectorCommand,
        operands: Stream(VectorOperands(side)),
        table: TableWrite,
        look: Access(tableEntries),
      },
      out: { result: Stream(VectorResult(side)), entry: SInt(16) },
    },
    ({ job, operands, table, look, result }) => {
      const { op, imm } = job;
      const { step, x, y } = operands.bits;
      const entries = mem(SInt(16), tableEntries);
      when(table.enable, () => entries.write(table.address, table.entry));

      const pooling = op.is("poolmax").or(op.is("poolavg"));
      const byRow = op.is("rowmax").or(op.is("rowsum"));
      const gathers = pooling.or(byRow);
      const larger = op.is("rowmax").or(op.is("poolmax"));
      const serial = op.is("recip").or(op.is("rsqrt"));

      // Lanes beyond the matrix do not count in a row's maximum or sum.
      const none = mux(op.is("rowmax"), Int32.lit(-(2 ** 31)), Int32.lit(0));
      const counted = x.map((lane, i) => mux(step.lanes.gt(i), lane, none));
      const combine = (a: SInt<32>, b: SInt<32>) => mux(larger, mux(a.gt(b), a, b), a.add(b));
      let level = counted;
      while (level.length > 1) {
        const pairs: SInt<32>[] = [];
        for (let i = 0; i < level.length; i += 2) {
          const [a, b] = [level[i], level[i + 1]];
          if (a) pairs.push(b ? combine(a, b) : a);
        }
        level = pairs;
      }
      const ofRow = level[0] ?? none;

      const gathered = reg(Vec(side, Int32));
      const together = x.map((lane, i) => {
        const one = mux(byRow, ofRow, lane);
        return mux(step.first, one, combine(gathered[i] ?? one, one));
      });

      const busy = reg(Bool, 0); // the serial lanes are at work, or hold the result for this step
      const begins = operands.valid.and(serial).and(busy.not());
      const lanes = x.map((lane) => Reciprocal({ start: begins, root: op.is("rsqrt"), x: lane }));
      const complete = reg(Bool, 0);
      const finished = lanes[0]?.done ?? Bool.lit(1);

      const looked = x.map((lane, i) => {
        const { index } = TableIndex({ imm, x: lane });
        return entries.read(i === 0 ? mux(look.enable, look.address, index) : index);
      });
      const sums = x.map((lane, i) => {
        const other = y[i] ?? lane;
        const { result: plain } = LaneArithmetic({ op, imm, x: lane, y: other });
        let value = mux(op.is("lut"), element(looked, i).extend(32), plain);
        value = mux(gathers, together[i] ?? value, value);
        return mux(serial, lanes[i]?.result ?? value, value);
      });

      const yields = gathers.not().or(step.last);
      const available = serial.not().or(complete);
      const valid = operands.valid.and(yields).and(available);
      const ready = available.and(yields.not().or(result.ready));
      const taken = operands.valid.and(ready);

      when(taken, () => {
        busy.next = 0;
        complete.next = 0;
        when(gathers, () => {
          gathered.next = together;
        });
      })
        .elseWhen(begins, () => {
          busy.next = 1;
        })
        .elseWhen(finished, () => {
          complete.next = 1;
        });
      const resultLanes = mux(byRow, UInt(clog2(side + 1)).lit(side), step.lanes);
      return {
        operands: { ready },
        result: { valid, bits: { step: { ...step, lanes: resultLanes }, sums } },
        entry: pipe(element(looked, 0)),
      };
    },
  );
