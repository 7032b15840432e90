import {
  Bool,
  check,
  clog2,
  Enum,
  inst,
  match,
  module,
  mux,
  pack,
  reg,
  Stream,
  UInt,
  unpack,
  when,
} from "../../lang/index.ts";
import { Fifo } from "../../lib/index.ts";
import { AxiAddress, AxiRead, incrementingBurst, laneBits } from "../axi.ts";
import { AxiReadChecker } from "../axi-checker.ts";
import { BeatBuffer } from "./beat-buffer.ts";
import { DmaBeat, DmaError, DmaStatus, ReadDescriptor, RowBytes } from "./descriptor.ts";
import type { DmaConfig } from "./dma-config.ts";
import { Legaliser } from "./legaliser.ts";
import { resize } from "./resize.ts";
import { AssemblyCommand, RawBeat, RowAssembler } from "./row-assembler.ts";
import { SourceWalk } from "./row-walk.ts";

/** What the reader asks for: nothing, the rows of a transfer, or their end. */
const ReaderState = Enum("Idle", "Walk", "End");

/**
 * Reads transfers from the bus: a descriptor in, its rows out, beat by beat, each row from byte 0 on with its padding.
 *
 *     descriptor → walk → legaliser → AR …… R → buffer → assembler → data, status
 *
 * The next descriptor is accepted while the data of the ones before are on their way; data and `status` are in order, a
 * status for each transfer with its last beat of data. A burst is only asked for when the buffer has room for all of it,
 * so that R is always ready.
 *
 * After an error, unless the descriptor says `proceed`, no more bursts are asked for, those under way are dropped, and
 * the transfer ends. The same happens to the transfer whose data are coming out when `cancel` is 1; give it while no
 * other is in the reader. A descriptor without rows or bytes ends at once with an error.
 */
export const DmaReader = (config: DmaConfig) => {
  const { dataBytes, reads, bufferBeats, id } = config;
  const waiting = reads + 4; // rows, so that short ones keep the bus busy
  const Commands = Fifo(AssemblyCommand(config), waiting);
  const Ends = UInt(clog2(waiting + 1));
  const Addresses = Fifo(AxiAddress(config), 2);
  const Walk = SourceWalk(config);
  const Bursts = Legaliser(config);
  const Buffer = BeatBuffer(8 * dataBytes + 2, bufferBeats);
  const Assembler = RowAssembler(config);
  const Checker = AxiReadChecker(config, reads);
  const Flying = UInt(clog2(reads + 1));
  const Beats = UInt(18);

  return module(
    "DmaReader",
    {
      params: { ...config },
      in: { descriptor: Stream(ReadDescriptor(config)), cancel: Bool },
      out: {
        bus: AxiRead(config),
        data: Stream(DmaBeat(config)),
        status: Stream(DmaStatus(config)),
        busy: Bool,
      },
    },
    ({ descriptor, cancel, bus, data, status }) => {
      const state = reg(ReaderState, "Idle");
      const proceed = reg(Bool);
      const interrupt = reg(Bool);
      const tag = reg(UInt(4));
      const error = reg(DmaError, "None");
      const asked = reg(RowBytes, 0); // beats of the last row
      const flying = reg(Flying, 0); // bursts from the decision to the last beat
      const promised = reg(Beats, 0); // beats asked for and not used yet
      const ends = reg(Ends, 0); // ends that the assembler has not come to

      const commands = inst(Commands);
      const addresses = inst(Addresses);
      const walk = inst(Walk);
      const legaliser = inst(Bursts);
      const buffer = inst(Buffer);
      const assembler = inst(Assembler);

      const idle = state.is("Idle");
      const ending = state.is("End");
      const { counts, length } = descriptor.bits;
      const noTurn = counts.reduce((any, turns) => any.or(turns.eq(0)), Bool.lit(0));
      const legal = length.ne(0).and(noTurn.not());
      const stops = assembler.out.draining.and(ends.eq(0)).and(state.is("Walk"));

      const { row } = walk.out;
      const { burst } = legaliser.out;
      const empty = row.bits.data.eq(0);
      // Rows without data wait as well, so that only the last row can be short of bursts when a transfer ends early.
      const rowGoes = commands.out.enq.ready.and(legaliser.out.row.ready).and(stops.not());
      const rowMoves = row.valid.and(rowGoes);
      const beats = resize(burst.bits.len, 18).add(1);
      const room = promised.add(beats).le(bufferBeats).and(flying.ne(reads));
      const burstGoes = room.and(addresses.out.enq.ready).and(stops.not());
      const burstMoves = burst.valid.and(burstGoes);
      const pushesEnd = ending.and(commands.out.enq.ready);

      walk.in = {
        descriptor: { valid: descriptor.valid.and(idle).and(legal), bits: descriptor.bits },
        clear: stops,
        row: { ready: rowGoes },
      };
      legaliser.in = {
        row: {
          valid: rowMoves.and(empty.not()),
          bits: { address: row.bits.address, length: row.bits.data },
        },
        clear: stops,
        burst: { ready: burstGoes },
      };
      commands.in = {
        enq: {
          valid: rowMoves.or(ending),
          bits: { end: ending, row: row.bits, proceed, beats: asked, error, interrupt, tag },
        },
        deq: assembler.out.command,
      };
      addresses.in = {
        enq: {
          valid: burstMoves,
          bits: {
            id: UInt(config.idBits).lit(id),
            addr: burst.bits.address,
            len: burst.bits.len,
            size: UInt(3).lit(laneBits(config)),
            burst: UInt(2).lit(incrementingBurst),
          },
        },
        deq: bus.ar,
      };

      match(state, {
        Idle: () => {
          when(descriptor.valid, () => {
            state.next = "End";
            when(legal, () => {
              state.next = "Walk";
            });
            proceed.next = descriptor.bits.proceed;
            interrupt.next = descriptor.bits.interrupt;
            tag.next = descriptor.bits.tag;
            error.next = mux(length.eq(0), DmaError.lit("Length"), mux(noTurn, DmaError.lit("Count"), "None"));
            asked.next = 0;
          });
        },
        Walk: () => {
          when(stops.or(walk.out.busy.or(legaliser.out.busy).not()), () => {
            state.next = "End";
          });
        },
        End: () => {
          when(pushesEnd, () => {
            state.next = "Idle";
          });
        },
      });
      when(rowMoves, () => {
        asked.next = 0;
      }).elseWhen(burstMoves, () => {
        asked.next = asked.add(resize(beats, 24));
      });
      when(pushesEnd.ne(assembler.out.ended), () => {
        ends.next = mux(pushesEnd, ends.add(1), ends.sub(1));
      });

      const Raw = RawBeat(config);
      const { valid, bits } = bus.r;
      const { ready } = buffer.out.enq;
      const landed = valid.and(ready);
      check(valid.not().or(ready), "the buffer has room for every beat that was asked for");
      buffer.in = {
        enq: { valid, bits: pack(Raw, { data: bits.data, resp: bits.resp }) },
        deq: assembler.out.beat,
      };
      assembler.in = {
        command: commands.out.deq,
        beat: { valid: buffer.out.deq.valid, bits: unpack(Raw, buffer.out.deq.bits) },
        cancel,
        data,
        status,
      };

      const returned = landed.and(bits.last);
      when(burstMoves.ne(returned), () => {
        flying.next = mux(burstMoves, flying.add(1), flying.sub(1));
      });
      promised.next = promised.add(mux(burstMoves, beats, 0)).sub(assembler.out.taken.extend(18));

      Checker({
        ar: { ...addresses.out.deq, ready: bus.ar.ready },
        r: { ...bus.r, ready },
      });
      return {
        descriptor: { ready: idle },
        bus: { ar: addresses.out.deq, r: { ready } },
        data: assembler.out.data,
        status: assembler.out.status,
        busy: idle.not().or(ends.ne(0)),
      };
    },
  );
};
