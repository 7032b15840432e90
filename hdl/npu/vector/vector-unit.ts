import {
  Bool,
  Bundle,
  clog2,
  type Dynamic,
  fill,
  inst,
  module,
  mux,
  pack,
  pipe,
  reg,
  SInt,
  Stream,
  UInt,
  unpack,
  Vec,
  when,
} from "../../lang/index.ts";
import { Fifo } from "../../lib/index.ts";
import { AccumulatorAdd, AccumulatorData, AccumulatorRow } from "../accumulators.ts";
import { Int32 } from "../config.ts";
import { FaultReason } from "../controller/fault.ts";
import { Bytes, type NpuConfig, Sums } from "../npu-config.ts";
import { HostRow, hostReads, hostRow, hostWrites, RowAccess } from "../row-access.ts";
import { RowReader } from "../row-reader.ts";
import { ScratchpadAddress, ScratchpadData, ScratchpadWrite } from "../scratchpad.ts";
import { VectorCommand, VectorStep } from "./command.ts";
import { ParameterMemory, ParameterWrite, parameterRows } from "./parameter-memory.ts";
import { Requantiser } from "./requantiser.ts";
import { TableWrite, VectorCompute } from "./vector-compute.ts";
import { VectorWalk } from "./vector-walk.ts";

/** Cycles from a row of sums to its int8: the parameters' read and the requantiser. */
const requantising = 5;
/** Results that may be on their way to the memories. */
const onTheWay = 8;

/**
 * The vector unit: one instruction after the other (see `VectorCommand`) on rows of accumulators and scratchpad.
 *
 *     walk ─► 4 row readers ─► compute ─┬─► bias, requantise ─► queue ─► scratchpad
 *                                       └──────────────────────► queue ─► accumulators
 *
 * - `command`: the next one begins when the one before has written its last row.
 * - `accumulatorRead`, `scratchpadRead`: of x and of y; their data one cycle later.
 * - `bias`, `scale`, `table`: the unit's own memories, written from outside. `access`: of the host to them, while the unit
 *   is not busy; `rows` is what it read in the cycle before.
 * - `done`, `tag`, `fault`: as in `ExecuteUnit`. No rows, no columns, a window of no size, and rows beyond a memory, that of
 *   the scales included, are faults; those are read anywhere and written nowhere.
 *
 * - `cancel`, held for as long as the unit is `busy`: the rows that are under way are the last, at most 16 more are
 *   written. No commands are accepted.
 *
 * One row a cycle where the memories keep up; an int8 result is written 8 cycles after its operands were asked for.
 */
export const VectorUnit = (config: NpuConfig) => {
  const { side, scratchpadRows, accumulatorRows } = config;
  const scratchpadBits = clog2(scratchpadRows);
  const accumulatorBits = clog2(accumulatorRows);
  const Step = VectorStep(side);
  const Steps = Fifo(Step, onTheWay, { flow: true });
  const AccumulatorReader = RowReader(accumulatorBits, 32 * side, 1);
  const ScratchpadReader = RowReader(scratchpadBits, 8 * side, 1);
  const [Bias, Scale] = [ParameterMemory(config, "bias"), ParameterMemory(config, "scale")];
  const Int8Results = Fifo(ScratchpadWrite(config), onTheWay);
  const Int32Results = Fifo(AccumulatorAdd(config), onTheWay);

  return module(
    "VectorUnit",
    {
      params: { side },
      in: {
        command: Stream(VectorCommand),
        accumulatorData: Vec(2, AccumulatorData(config)),
        scratchpadData: Vec(2, ScratchpadData(config)),
        bias: ParameterWrite(config),
        scale: ParameterWrite(config),
        table: TableWrite,
        access: RowAccess(config),
        cancel: Bool,
      },
      out: {
        accumulatorRead: Vec(2, Stream(AccumulatorRow(config))),
        scratchpadRead: Vec(2, Stream(ScratchpadAddress(config))),
        write: Stream(ScratchpadWrite(config)),
        add: Stream(AccumulatorAdd(config)),
        done: Bool,
        tag: UInt(4),
        fault: Bool,
        reason: FaultReason,
        busy: Bool,
        rows: Bundle({ bias: HostRow(config), scale: HostRow(config), lut: HostRow(config) }),
      },
    },
    ({
      command,
      cancel,
      accumulatorData,
      scratchpadData,
      bias,
      scale,
      table,
      access,
      accumulatorRead,
      scratchpadRead,
      write,
      add,
    }) => {
      const never = Bool.lit(0);
      const active = reg(Bool, 0);
      const wrong = reg(Bool, 0);
      const walk = inst(VectorWalk(side));
      const { job, step, src, src2 } = walk.out;

      const asks = command.bits;
      const asksPool = asks.op.is("poolmax").or(asks.op.is("poolavg"));
      const noWindow = asks.imm.bits(0, 4).eq(0).or(asks.imm.bits(4, 4).eq(0)).or(asks.poolOutWidth.eq(0));
      const empty = asks.rows.eq(0).or(asks.cols.eq(0)).or(asksPool.and(noWindow));
      const accepts = command.valid.and(active.not()).and(cancel.not());
      const begins = accepts.and(empty.not());
      const skips = accepts.and(empty);

      // A row is asked for once, of one of the two memories; a step is over when both of its rows are.
      const binary = job.op.is("add").or(job.op.is("mul")).or(job.op.is("max"));
      const askedX = reg(Bool, 0);
      const askedY = reg(Bool, 0);
      const steps = inst(Steps);
      const stepping = walk.out.valid.and(steps.out.enq.ready).and(cancel.not());
      const x = source({ name: "x", address: src, int8: job.srcInt8, needed: Bool.lit(1), asked: askedX, stepping });
      const y = source({ name: "y", address: src2, int8: job.src2Int8, needed: binary, asked: askedY, stepping });
      const advance = stepping.and(x.met).and(y.met);
      askedX.next = mux(stepping, x.met.and(advance.not()), askedX.and(cancel.not()));
      askedY.next = mux(stepping, y.met.and(binary).and(advance.not()), askedY.and(cancel.not()));
      walk.in = { command: { valid: begins, bits: asks }, advance, cancel };

      // What was asked for of a step that does not come to be is left in its reader.
      const drains = cancel.and(active.not());
      const left = [x, y].reduce((any, { sums, bytes }) => any.or(sums.out.row.valid).or(bytes.out.row.valid), never);

      const untagged: UInt<Dynamic> = UInt(1).lit(0);
      const compute = inst(VectorCompute(side));
      const operandsValid = steps.out.deq.valid.and(x.here).and(y.here.or(binary.not()));
      const taken = operandsValid.and(compute.out.operands.ready);
      steps.in = { enq: { valid: advance, bits: step }, deq: { ready: taken } };
      for (const [i, { wants, int8, sums, bytes, address, needed }] of [x, y].entries()) {
        const [sumData, byteData] = [accumulatorData[i], scratchpadData[i]];
        const [sumRead, byteRead] = [accumulatorRead[i], scratchpadRead[i]];
        if (!sumData || !byteData || !sumRead || !byteRead) throw new RangeError("the unit reads two operands");
        const pops = (own: Bool) => taken.and(needed).and(own).or(drains);
        sums.in = {
          request: {
            valid: wants.and(int8.not()),
            bits: { address: address.trunc(accumulatorBits), tag: untagged },
          },
          data: pack(Sums(config), sumData.bits),
          read: sumRead,
          row: { ready: pops(int8.not()) },
        };
        bytes.in = {
          request: { valid: wants.and(int8), bits: { address: address.trunc(scratchpadBits), tag: untagged } },
          data: byteData.bits,
          read: byteRead,
          row: { ready: pops(int8) },
        };
      }

      // Room in the queues is reserved before a result sets out.
      const outstanding = reg(UInt(clog2(onTheWay + 1)), 0);
      const room = outstanding.ne(onTheWay);
      const changes = hostWrites(access, "lut");
      const entry = { enable: changes, address: access.row.trunc(8), entry: access.data.trunc(16).asSInt() };
      compute.in = {
        job,
        operands: { valid: operandsValid, bits: { step: steps.out.deq.bits, x: x.row, y: y.row } },
        ...{ table: mux(changes, entry, table), look: { enable: hostReads(access, "lut"), address: entry.address } },
        result: { ready: room },
      };
      const { result } = compute.out;
      const emits = result.valid.and(room);
      const target = result.bits.step;
      const inScratchpad = target.dst.lt(scratchpadRows).and(target.scale.lt(parameterRows));
      const inRange = mux(job.dstInt8, inScratchpad, target.dst.lt(accumulatorRows));
      const zero = Int32.lit(0);
      const counted = result.bits.sums.map((sum, i) => mux(target.lanes.gt(i), sum, zero));

      const read = { enable: emits, address: target.scale.trunc(clog2(parameterRows)) };
      const biases = Bias({ write: bias, read, access });
      const scales = Scale({ write: scale, read, access });
      const sums = pipe(counted);
      const low = mux(job.act.is("none"), SInt(8).lit(-128), mux(job.act.is("clip"), job.low, job.zeroPoint));
      const high = mux(job.act.is("none").or(job.act.is("relu")), SInt(8).lit(127), job.high);
      const quantised = sums.map((sum, i) => {
        const word = scales.row[i] ?? zero;
        const { q } = Requantiser({
          sum: sum.add(biases.row[i] ?? zero),
          scale: {
            multiplier: word.asUInt().bits(0, 24),
            shift: word.asUInt().bits(24, 5),
            zeroPoint: job.zeroPoint,
            low,
            high,
          },
        });
        return q;
      });
      let int8Step = { valid: emits.and(job.dstInt8).and(inRange), dst: target.dst, lanes: target.lanes };
      for (let i = 0; i < requantising; i++) {
        const { valid, dst, lanes } = int8Step;
        int8Step = { valid: pipe(valid, 0), dst: pipe(dst), lanes: pipe(lanes) };
      }
      const bytes = quantised.map((q, i) => mux(int8Step.lanes.gt(i), q, SInt(8).lit(0)));

      const int8Results = Int8Results({
        enq: {
          valid: int8Step.valid,
          bits: {
            address: int8Step.dst.trunc(scratchpadBits),
            data: pack(Bytes(config), bytes),
            mask: fill(side, Bool.lit(1)),
          },
        },
        deq: { ready: write.ready },
      });
      const int32Results = Int32Results({
        enq: {
          valid: emits.and(job.dstInt8.not()).and(inRange),
          bits: { address: target.dst.trunc(accumulatorBits), sums: counted, accumulate: Bool.lit(0) },
        },
        deq: { ready: add.ready },
      });
      const sets = emits.and(inRange);
      const lands = int8Results.deq.valid.and(write.ready).or(int32Results.deq.valid.and(add.ready));
      when(sets.ne(lands), () => {
        outstanding.next = mux(sets, outstanding.add(1), outstanding.sub(1));
      });

      const finished = active.and(walk.out.valid.not()).and(steps.out.level.eq(0)).and(outstanding.eq(0));
      const beyond = stepping.and(x.beyond.or(y.beyond)).or(emits.and(inRange.not()));
      when(begins, () => {
        active.next = 1;
        wrong.next = 0;
      })
        .elseWhen(finished, () => {
          active.next = 0;
        })
        .elseWhen(beyond, () => {
          wrong.next = 1;
        });

      return {
        command: { ready: active.not().and(cancel.not()) },
        accumulatorRead: [x.sums.out.read, y.sums.out.read],
        scratchpadRead: [x.bytes.out.read, y.bytes.out.read],
        write: int8Results.deq,
        add: int32Results.deq,
        done: finished.or(skips),
        tag: mux(skips, asks.tag, job.tag),
        fault: skips.or(finished.and(wrong)),
        reason: mux(skips, FaultReason.lit("Operand"), "Range"),
        busy: active.or(drains.and(left)),
        rows: {
          bias: hostRow(config, pack(Sums(config), biases.row)),
          scale: hostRow(config, pack(Sums(config), scales.row)),
          lut: hostRow(config, compute.out.entry.extend(32).asUInt()),
        },
      };

      /** One operand's way from its address to its row, from either memory. */
      function source(asking: {
        readonly name: string;
        readonly address: UInt<25>;
        readonly int8: Bool;
        readonly needed: Bool;
        readonly asked: Bool;
        readonly stepping: Bool;
      }) {
        const { address, int8, needed, asked } = asking;
        const sums = inst(AccumulatorReader, { name: `${asking.name}Sums` });
        const bytes = inst(ScratchpadReader, { name: `${asking.name}Bytes` });
        const wants = asking.stepping.and(needed).and(asked.not());
        const accepted = mux(int8, bytes.out.request.ready, sums.out.request.ready);
        const int32s = unpack(Sums(config), sums.out.row.bits.row);
        const int8s = unpack(Bytes(config), bytes.out.row.bits.row);
        return {
          ...asking,
          sums,
          bytes,
          wants,
          met: wants.and(accepted).or(asked).or(needed.not()),
          here: mux(int8, bytes.out.row.valid, sums.out.row.valid),
          row: int32s.map((sum, i) => mux(int8, int8s[i]?.extend(32) ?? sum, sum)),
          beyond: needed.and(mux(int8, address.ge(scratchpadRows), address.ge(accumulatorRows))),
        };
      }
    },
  );
};
