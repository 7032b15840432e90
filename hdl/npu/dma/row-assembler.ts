import { Bool, Bundle, cat, Enum, module, mux, reg, Stream, UInt, when } from "../../lang/index.ts";
import { Fifo } from "../../lib/index.ts";
import { laneBits } from "../axi.ts";
import { DmaBeat, DmaError, DmaStatus, Moved, RowBytes } from "./descriptor.ts";
import type { DmaConfig } from "./dma-config.ts";
import { countOnes, less, lowest, masked } from "./lanes.ts";
import { resize } from "./resize.ts";
import { SourceRow } from "./row-walk.ts";

/** A beat as the bus gives it, with its `resp`. */
export const RawBeat = ({ dataBytes }: DmaConfig) => Bundle({ data: UInt(8 * dataBytes), resp: UInt(2) });

/**
 * What to make of the beats that come: a row with the `proceed` of its transfer, or with `end` the end of a transfer.
 * `beats` of an end: how many beats of its last row were asked for, fewer than the row has where it ends early. `error`:
 * why it has no rows.
 */
export const AssemblyCommand = (config: DmaConfig) =>
  Bundle({
    end: Bool,
    row: SourceRow(config),
    proceed: Bool,
    beats: RowBytes,
    error: DmaError,
    interrupt: Bool,
    tag: UInt(4),
  });

const AssemblyState = Enum("Idle", "Row");

/**
 * Makes rows of the beats of bursts: shifts them to begin at byte 0, puts in the padding, marks what could not be read.
 * One beat a cycle, a cycle more for a row that begins in the middle of a beat.
 *
 * - `draining`: what is left of the transfer at hand is dropped, after an error or when told to by `cancel`; no more of
 *   it need be read.
 * - `taken`: a beat of the bus was used. `ended`: a transfer's end was.
 * - `status`: one for each transfer, with the last beat of its data.
 */
export const RowAssembler = (config: DmaConfig) => {
  const { dataBytes, addressBits } = config;
  const lanes = laneBits(config);
  const Lane = UInt(lanes + 1);
  const Address = UInt(addressBits);
  const Status = DmaStatus(config);
  const Statuses = Fifo(Status, 2);

  return module(
    "RowAssembler",
    {
      params: { dataBytes, addressBits },
      in: { command: Stream(AssemblyCommand(config)), beat: Stream(RawBeat(config)), cancel: Bool },
      out: { data: Stream(DmaBeat(config)), status: Stream(Status), draining: Bool, taken: Bool, ended: Bool },
    },
    ({ command, beat, cancel, data, status }) => {
      const state = reg(AssemblyState, "Idle");
      const open = reg(Bool, 0); // a row of the transfer has begun
      const draining = reg(Bool, 0);
      const proceed = reg(Bool);
      const before = reg(RowBytes); // bytes until data begin, until they end, and until the row does
      const through = reg(RowBytes);
      const left = reg(RowBytes);
      const beats = reg(RowBytes); // beats of the bus that the row has, and those used
      const used = reg(RowBytes);
      const shift = reg(Lane); // bytes of a pair of beats that belong to what went before
      const primes = reg(Bool); // the row's first beat is not enough for its first bytes
      const held = reg(UInt(8 * dataBytes));
      const heldFailed = reg(Bool);
      const place = reg(Address); // of the next beat of the bus
      const error = reg(DmaError, "None");
      const response = reg(UInt(2), 0);
      const address = reg(Address, 0);
      const bytes = reg(Moved, 0);

      const inRow = state.is("Row");
      const { row } = command.bits;

      const working = inRow.and(draining.not());
      const wants = primes.or(before.lt(dataBytes).and(used.ne(beats)));
      const failed = beat.bits.resp.bit(1);
      const breaks = working.and(wants).and(beat.valid).and(failed).and(proceed.not());
      const emits = working.and(primes.not()).and(wants.not().or(beat.valid)).and(breaks.not());
      const emitted = emits.and(data.ready);
      const last = left.le(dataBytes);
      const finished = emitted.and(last);

      // A row that was cut short is known by the end that follows it.
      const cut = command.valid.and(command.bits.end);
      const reached = used.eq(mux(cut, command.bits.beats, beats));
      const drains = inRow.and(draining).and(reached.not()).and(beat.valid);
      const drained = inRow.and(draining).and(reached);

      const taken = drains.or(working.and(wants).and(beat.valid).and(primes.or(breaks).or(data.ready)));
      const free = inRow.not().or(finished).or(drained);
      const loads = free.and(command.valid).and(command.bits.end.not());

      const statuses = Statuses({
        enq: {
          valid: inRow.not().and(cut).and(data.ready),
          bits: {
            error: mux(command.bits.error.is("None"), error, command.bits.error),
            response,
            address,
            bytes,
            interrupt: command.bits.interrupt,
            tag: command.bits.tag,
          },
        },
        deq: status,
      });
      const ends = inRow.not().and(cut).and(statuses.enq.ready);
      const ended = ends.and(data.ready);

      when(taken, () => {
        held.next = beat.bits.data;
        heldFailed.next = failed;
        primes.next = 0;
        used.next = used.add(1);
        place.next = place.add(dataBytes);
        when(draining.not().and(failed).and(error.is("None")), () => {
          error.next = "Read";
          response.next = beat.bits.resp;
          address.next = place;
        });
      });

      const start = lanes === 0 ? Lane.lit(0) : row.address.trunc(lanes).extend(lanes + 1);
      const padded = lanes === 0 ? Lane.lit(0) : row.zeros.trunc(lanes).extend(lanes + 1);
      const late = start.gt(padded);
      const holds = row.data.ne(0);
      const spanned = row.data
        .add(resize(start, 24))
        .add(dataBytes - 1)
        .shr(lanes);
      when(free, () => {
        state.next = "Idle";
      });
      when(loads, () => {
        state.next = "Row";
        open.next = 1;
        proceed.next = command.bits.proceed;
        before.next = row.zeros;
        through.next = row.zeros.add(row.data);
        left.next = row.length;
        beats.next = mux(holds, spanned, 0);
        used.next = 0;
        shift.next = start.sub(padded).add(mux(late, Lane.lit(0), dataBytes));
        primes.next = late.and(holds);
        place.next = row.address.shr(lanes).shl(lanes);
        heldFailed.next = 0;
      }).elseWhen(emitted, () => {
        before.next = less(before, dataBytes);
        through.next = less(through, dataBytes);
        left.next = less(left, dataBytes);
      });

      const fromHeld = lowest(Lane.lit(dataBytes).sub(shift), dataBytes);
      const present = lowest(through, dataBytes).and(lowest(before, dataBytes).not());
      const nothing = UInt(dataBytes).lit(0);
      const lost = mux(heldFailed, fromHeld, nothing).or(mux(failed.and(wants), fromHeld.not(), nothing));
      const strobe = lowest(left, dataBytes).and(present.and(lost).not());
      const pair = cat(beat.bits.data, held).shr(cat(shift, UInt(3).lit(0)));

      when(emitted, () => {
        bytes.next = bytes.add(countOnes(strobe).extend(32));
      });
      when(breaks.or(cancel.and(open)), () => {
        draining.next = 1;
      });
      when(ended, () => {
        draining.next = 0;
        open.next = 0;
        error.next = "None";
        response.next = 0;
        address.next = 0;
        bytes.next = 0;
      });

      return {
        command: { ready: loads.or(ended) },
        beat: { ready: taken },
        data: {
          valid: emits.or(ends),
          bits: {
            data: masked(pair.trunc(8 * dataBytes), present),
            strobe: mux(ends, nothing, strobe),
            last: mux(ends, Bool.lit(1), last),
            end: ends,
          },
        },
        status: statuses.deq,
        draining,
        taken,
        ended,
      };
    },
  );
};
