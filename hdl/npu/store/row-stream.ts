import {
  Bool,
  Bundle,
  clog2,
  type Dynamic,
  inst,
  module,
  mux,
  pack,
  reg,
  Stream,
  select,
  UInt,
  when,
} from "../../lang/index.ts";
import { Fifo } from "../../lib/index.ts";
import { AccumulatorData, AccumulatorRow } from "../accumulators.ts";
import { lowest } from "../dma/lanes.ts";
import { type NpuConfig, Sums } from "../npu-config.ts";
import { RowReader } from "../row-reader.ts";
import { ScratchpadAddress, ScratchpadData } from "../scratchpad.ts";

/** Rows that may be on their way from the memories. */
const onTheWay = 8;

/** Pieces of `side` bytes of an accumulator row. */
const sumPieces = 4;

/**
 * Rows to read from a local memory, from the scratchpad or with `sums` from the accumulators: for each of `lines` lines
 * its `blocks` blocks, block j of line i in row local + j · step + i.
 *
 * - `lanes`: how many of the last block's are wanted, 1 to side.
 * - `joined`: all lines are one row of the bus. `sends`: the rows go to the network.
 */
export const RowJob = ({ side }: NpuConfig) =>
  Bundle({
    sums: Bool,
    local: UInt(16),
    step: UInt(12),
    lines: UInt(12),
    blocks: UInt(12),
    lanes: UInt(Math.log2(side) + 1),
    joined: Bool,
    sends: Bool,
  });

/**
 * `side` bytes of a row, those in `strobe` wanted. `last`: a row of the bus ends with it. `final`: so does the job. A piece
 * with `end` follows each job and carries no data.
 */
export const StoredPiece = ({ side }: NpuConfig) =>
  Bundle({ data: UInt(8 * side), strobe: UInt(side), last: Bool, final: Bool, end: Bool, sends: Bool });

/**
 * Reads the rows of jobs, one job right behind the other, and takes them apart into pieces, one a cycle: a row of the
 * scratchpad is one, a row of the accumulators four, or fewer where not all of its lanes are wanted.
 *
 *     job ─► walk ─┬─► row reader of the scratchpad ──┬─► pieces
 *                  └─► row reader of the accumulators ┘
 *
 * - `stop`: jobs end before they are through; those that send after a multiple of `packetFlits` rows (a power of two from
 *   2), so that packets of as many pieces are whole.
 * - `refused`: a row is asked for and the memory serves somebody else.
 */
export const RowStream = (config: NpuConfig, packetFlits: number) => {
  const { side, scratchpadRows, accumulatorRows } = config;
  const Job = RowJob(config);
  const Lanes = UInt(Math.log2(side) + 1);
  const Step = Bundle({ sums: Bool, lanes: Lanes, last: Bool, final: Bool, end: Bool, sends: Bool });
  const Steps = Fifo(Step, onTheWay, { flow: true });
  const scratchpadBits = clog2(scratchpadRows);
  const accumulatorBits = clog2(accumulatorRows);
  const Bytes = RowReader(scratchpadBits, 8 * side, 1);
  const Words = RowReader(accumulatorBits, 32 * side, 1);
  const Packet = UInt(clog2(packetFlits));
  const byteBits = Math.log2(side) + 3;

  return module(
    "RowStream",
    {
      params: { side, packetFlits },
      in: {
        job: Stream(Job),
        scratchpadData: ScratchpadData(config),
        accumulatorData: AccumulatorData(config),
        stop: Bool,
      },
      out: {
        scratchpadRead: Stream(ScratchpadAddress(config)),
        accumulatorRead: Stream(AccumulatorRow(config)),
        piece: Stream(StoredPiece(config)),
        refused: Bool,
        busy: Bool,
      },
    },
    ({ job, scratchpadData, accumulatorData, stop, scratchpadRead, accumulatorRead, piece }) => {
      const current = reg(Job);
      const active = reg(Bool, 0);
      const ending = reg(Bool, 0); // all of its rows are asked for
      const at = reg(UInt(16)); // the next row
      const line = reg(UInt(16)); // the first one of the line
      const blocks = reg(UInt(12)); // left in the line
      const lines = reg(UInt(12)); // left with this one
      const inPacket = reg(Packet); // rows that are asked for, modulo those after which a packet ends in any case
      const quarter = reg(UInt(2), 0); // of the row that is taken apart
      const steps = inst(Steps);
      const bytes = inst(Bytes);
      const words = inst(Words);

      const { sums, sends } = current;
      const walks = active.and(ending.not());
      const stops = walks.and(stop).and(sends.not().or(inPacket.eq(0)));
      const asks = walks.and(stops.not()).and(steps.out.enq.ready);
      const asked = asks.and(mux(sums, words.out.request.ready, bytes.out.request.ready));
      const lineEnds = blocks.eq(1);
      const final = lineEnds.and(lines.eq(1));
      const ends = active.and(ending).and(steps.out.enq.ready);
      const begins = job.valid.and(active.not());

      when(asked, () => {
        at.next = mux(lineEnds, line.add(1), at.add(current.step.extend(16)));
        blocks.next = mux(lineEnds, current.blocks, blocks.sub(1));
        inPacket.next = inPacket.add(1);
        when(lineEnds, () => {
          line.next = line.add(1);
          lines.next = lines.sub(1);
        });
      });
      when(stops.or(asked.and(final)), () => {
        ending.next = 1;
      });
      when(ends, () => {
        active.next = 0;
      });
      when(begins, () => {
        active.next = 1;
        ending.next = 0;
        current.next = job.bits;
        at.next = job.bits.local;
        line.next = job.bits.local;
        blocks.next = job.bits.blocks;
        lines.next = job.bits.lines;
        inPacket.next = 0;
      });

      const step = steps.out.deq.bits;
      const here = mux(step.sums, words.out.row.valid, bytes.out.row.valid);
      const valid = steps.out.deq.valid.and(step.end.or(here));
      const wanted = mux(step.sums, step.lanes.extend(byteBits).shl(2), step.lanes.extend(byteBits));
      const left = wanted.sub(quarter.extend(byteBits).shl(Math.log2(side)));
      const through = step.end.or(left.le(side));
      const moved = valid.and(piece.ready);
      const taken = moved.and(through);
      when(moved, () => {
        quarter.next = mux(through, UInt(2).lit(0), quarter.add(1));
      });

      const untagged: UInt<Dynamic> = UInt(1).lit(0);
      steps.in = {
        enq: {
          valid: asked.or(ends),
          bits: {
            ...{ sums, sends, final },
            lanes: mux(lineEnds, current.lanes, Lanes.lit(side)),
            last: mux(current.joined, final, lineEnds),
            end: ends,
          },
        },
        deq: { ready: taken },
      };
      bytes.in = {
        request: { valid: asks.and(sums.not()), bits: { address: at.trunc(scratchpadBits), tag: untagged } },
        data: scratchpadData.bits,
        read: scratchpadRead,
        row: { ready: taken.and(step.end.not()).and(step.sums.not()) },
      };
      words.in = {
        request: { valid: asks.and(sums), bits: { address: at.trunc(accumulatorBits), tag: untagged } },
        data: pack(Sums(config), accumulatorData.bits),
        read: accumulatorRead,
        row: { ready: taken.and(step.end.not()).and(step.sums) },
      };

      const row = words.out.row.bits.row;
      const quarters = Array.from({ length: sumPieces }, (_, i) => row.bits(8 * side * i, 8 * side));
      const [fromBytes, fromWords] = [bytes.out.read, words.out.read];
      return {
        job: { ready: active.not() },
        scratchpadRead: fromBytes,
        accumulatorRead: fromWords,
        piece: {
          valid,
          bits: {
            data: mux(step.sums, select(quarters, quarter), bytes.out.row.bits.row),
            strobe: mux(step.end, UInt(side).lit(0), lowest(left, side)),
            last: step.end.or(step.last.and(through)),
            final: step.final.and(through),
            end: step.end,
            sends: step.sends,
          },
        },
        refused: fromBytes.valid.and(scratchpadRead.ready.not()).or(fromWords.valid.and(accumulatorRead.ready.not())),
        busy: active.or(steps.out.deq.valid),
      };
    },
  );
};
