import { Bool, Bundle, clog2, inst, module, mux, reg, SInt, Stream, UInt, unpack, when } from "../../lang/index.ts";
import { AccumulatorAdd } from "../accumulators.ts";
import { DmaBeat } from "../dma/descriptor.ts";
import { Bytes, channelConfig, type NpuConfig, Sums, transactionIds } from "../npu-config.ts";
import { ScratchpadWrite } from "../scratchpad.ts";
import { EntrySplit } from "./entry-split.ts";
import { LoadWork, PaddedSize, Placement } from "./load-plan.ts";
import { RowGather } from "./row-gather.ts";
import { Transposer } from "./transposer.ts";

/** A row for the vector unit's bias or, with `scale`, for its scales. */
export const ParameterRow = (config: NpuConfig) => Bundle({ scale: Bool, address: UInt(8), row: Sums(config) });

/** An entry for the vector unit's table. */
export const TableEntry = Bundle({ address: UInt(8), entry: SInt(16) });

/**
 * Puts the beats of LOADs where they belong, one LOAD after the other, a beat a cycle: one of int8 is a row of the
 * scratchpad or of the accumulators, four of int32 are a row of the accumulators or of the parameters. Of int16 it is an
 * entry of the table a cycle.
 *
 *     beat ─┬─────────────────► write
 *           ├──► transposer ──┘
 *           ├─────────────────► add
 *           ├──► gather ──────┴─► parameter
 *           └──► split ───────► entry
 *
 * - `placement`: accepted in the cycle before the LOAD's first beat is looked at, at the earliest.
 * - `beat`: in the order of the matrix; the LOAD is over with the beat that is its `end`.
 * - `drop`: beats are taken and nothing is written.
 * - `ended`: the end of a LOAD is taken, all that came before is written; its `work` is there. `busy`: there is a LOAD.
 */
export const BeatPlacer = (config: NpuConfig) => {
  const { side, scratchpadRows, accumulatorRows } = config;
  const Beat = DmaBeat(channelConfig(config, transactionIds.data));
  const TransposerOf = Transposer(side);
  const Gather = RowGather(side);
  const Split = EntrySplit(side);
  const tileBits = Math.log2(side);

  return module(
    "BeatPlacer",
    {
      params: { side },
      in: { placement: Stream(Placement), beat: Stream(Beat), drop: Bool },
      out: {
        write: Stream(ScratchpadWrite(config)),
        add: Stream(AccumulatorAdd(config)),
        parameter: Stream(ParameterRow(config)),
        entry: Stream(TableEntry),
        ended: Bool,
        work: LoadWork,
        busy: Bool,
      },
    },
    ({ placement, beat, drop, write, add, parameter, entry }) => {
      const busy = reg(Bool, 0);
      const job = reg(Placement);
      const at = reg(UInt(16)); // where the next row or entry goes
      const line = reg(UInt(16)); // where the matrix's row began
      const block = reg(PaddedSize); // blocks of the matrix's row that are left
      const left = reg(PaddedSize); // columns of the matrix from this tile on
      const tileRow = reg(UInt(tileBits), 0);
      const transposer = inst(TransposerOf);
      const gather = inst(Gather);
      const split = inst(Split);

      const { data, strobe, last, end } = beat.bits;
      const { target, transpose } = job;
      const works = busy.and(drop.not());
      const here = works.and(beat.valid).and(end.not());
      const bytes = here.and(target.is("Bytes"));
      const table = here.and(target.is("Table"));
      const rows = here.and(target.is("Scratchpad"));
      const sums = target.is("Sums");
      const words = here.and(sums.or(target.is("Bias")).or(target.is("Scale")));
      const begins = placement.valid.and(busy.not());

      const narrow = left.le(side);
      const columns = mux(narrow, left, PaddedSize.lit(side)).trunc(tileBits + 1);
      const tiled = rows.and(transpose).and(transposer.out.row.ready);
      transposer.in = {
        row: { valid: rows.and(transpose), bits: { data, columns } },
        column: { ready: write.ready.and(works) },
        clear: begins.or(drop),
      };
      const writes = mux(transpose, transposer.out.column.valid.and(works), rows);
      const written = writes.and(write.ready);

      const row = gather.out.row;
      const adds = bytes.or(row.valid.and(sums));
      const sets = row.valid.and(sums.not());
      gather.in = {
        piece: { valid: words, bits: { data, last } },
        row: { ready: mux(sums, add.ready, parameter.ready) },
        clear: begins,
      };
      split.in = { beat: { valid: table, bits: { data, strobe } }, entry: { ready: entry.ready }, clear: begins };

      const straight = rows.and(transpose.not()).and(write.ready);
      const placed = straight.or(adds.and(add.ready)).or(sets.and(parameter.ready));
      const taken = straight
        .or(tiled)
        .or(bytes.and(add.ready))
        .or(words.and(gather.out.piece.ready))
        .or(table.and(split.out.beat.ready));
      const ended = busy.and(beat.valid).and(end).and(drop.or(transposer.out.full.not()));

      when(placed, () => {
        const lineEnds = block.eq(1);
        at.next = mux(lineEnds, line.add(1), at.add(job.step.extend(16)));
        block.next = mux(lineEnds, job.blocks, block.sub(1));
        when(lineEnds, () => {
          line.next = line.add(1);
        });
      }).elseWhen(written.or(split.out.entry.valid.and(entry.ready)), () => {
        at.next = at.add(1);
      });
      when(tiled, () => {
        tileRow.next = tileRow.add(1);
        when(tileRow.eq(side - 1), () => {
          left.next = mux(narrow, job.width, left.sub(side));
        });
      });
      when(ended, () => {
        busy.next = 0;
      });
      when(begins, () => {
        busy.next = 1;
        job.next = placement.bits;
        at.next = placement.bits.local;
        line.next = placement.bits.local;
        block.next = placement.bits.blocks;
        left.next = placement.bits.width;
        tileRow.next = 0;
      });

      const int32s = unpack(Sums(config), row.bits);
      const int8s = unpack(Bytes(config), data);
      return {
        placement: { ready: busy.not() },
        beat: { ready: taken.or(ended).or(busy.and(drop).and(end.not())) },
        write: {
          valid: writes,
          bits: {
            address: at.trunc(clog2(scratchpadRows)),
            data: mux(transpose, transposer.out.column.bits, data),
            mask: UInt(side).lit(2n ** BigInt(side) - 1n),
          },
        },
        add: {
          valid: adds,
          bits: {
            address: at.trunc(clog2(accumulatorRows)),
            sums: int32s.map((sum, i) => mux(bytes, int8s[i]?.extend(32) ?? sum, sum)),
            accumulate: job.accumulate,
          },
        },
        parameter: {
          valid: sets,
          bits: { scale: target.is("Scale"), address: at.trunc(8), row: [...int32s] },
        },
        entry: {
          valid: split.out.entry.valid,
          bits: { address: at.trunc(8), entry: split.out.entry.bits },
        },
        ended,
        work: job.work,
        busy,
      };
    },
  );
};
