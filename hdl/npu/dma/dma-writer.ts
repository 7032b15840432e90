import { Bool, inst, module, mux, reg, Stream, UInt, when } from "../../lang/index.ts";
import { Fifo, SkidBuffer } from "../../lib/index.ts";
import { AxiWrite, AxiWriteData, incrementingBurst, laneBits } from "../axi.ts";
import { AxiWriteChecker } from "../axi-checker.ts";
import { BurstFiller, BurstShape } from "./burst-filler.ts";
import { DmaBeat, DmaError, DmaStatus, Moved, WriteDescriptor } from "./descriptor.ts";
import type { DmaConfig } from "./dma-config.ts";
import { Burst, Legaliser } from "./legaliser.ts";
import { DestinationWalk } from "./row-walk.ts";
import { WriteCollector } from "./write-collector.ts";

/**
 * Writes transfers to the bus: a descriptor and its rows in, beat by beat as `DmaReader` gives them, a status out when
 * the bus has answered the last burst.
 *
 *     descriptor → walk → legaliser → AW      B → collector → status
 *                                  data → filler → W
 *
 * Each descriptor takes the data up to their `end`. Where this comes early, what was announced on AW goes out without
 * strobes and the transfer ends; data beyond the descriptor's rows are dropped and are an error of length. The next
 * descriptor is accepted when all data of the one before are on the bus; status are in order.
 *
 * After an error, unless the descriptor says `proceed`, nothing more is written and the data are dropped up to their
 * end, which `cancel` asks for. A descriptor without rows or bytes only drops its data.
 */
export const DmaWriter = (config: DmaConfig) => {
  const { idBits, id, writes } = config;
  const lanes = laneBits(config);
  const Bursts = Fifo(Burst(config), 2);
  const Shapes = Fifo(BurstShape(config), 2);
  const Walk = DestinationWalk(config);
  const Cutter = Legaliser(config);
  const Filler = BurstFiller(config);
  const Collector = WriteCollector(config);
  const Output = SkidBuffer(AxiWriteData(config));
  const Checker = AxiWriteChecker(config, writes);

  return module(
    "DmaWriter",
    {
      params: { ...config },
      in: { descriptor: Stream(WriteDescriptor(config)), data: Stream(DmaBeat(config)) },
      out: { bus: AxiWrite(config), status: Stream(DmaStatus(config)), cancel: Bool, busy: Bool },
    },
    ({ descriptor, data, bus, status }) => {
      const open = reg(Bool, 0);
      const drops = reg(Bool, 0); // data are of no use any more
      const proceed = reg(Bool);
      const interrupt = reg(Bool);
      const tag = reg(UInt(4));
      const error = reg(DmaError, "None");
      const bytes = reg(Moved, 0);
      const addressed = reg(Bool, 0); // the address of the first of `bursts` has been taken

      const bursts = inst(Bursts);
      const shapes = inst(Shapes);
      const walk = inst(Walk);
      const legaliser = inst(Cutter);
      const filler = inst(Filler);
      const collector = inst(Collector);
      const output = inst(Output);

      const { counts, length } = descriptor.bits;
      const noTurn = counts.reduce((any, turns) => any.or(turns.eq(0)), Bool.lit(0));
      const legal = length.ne(0).and(noTurn.not());
      const accepted = descriptor.valid.and(open.not());

      const comes = data.valid.and(data.bits.end.not());
      const endsHere = data.valid.and(data.bits.end);
      const { rowEnds } = filler.out;
      const stops = open.and(drops.or(endsHere.and(rowEnds.not())));
      const planned = walk.out.busy.or(legaliser.out.busy);
      const announced = bursts.out.level.ne(0).or(shapes.out.level.ne(0));
      const quiet = planned.or(announced).not();
      const finishes = open.and(endsHere).and(quiet);
      const finished = finishes.and(collector.out.record.ready);

      // A burst is announced when its data come, so that it does not keep the bus from others.
      const { burst } = legaliser.out;
      const due = comes.or(rowEnds).and(stops.not());
      const announces = due.and(bursts.out.enq.ready).and(collector.out.record.ready);
      const goes = burst.valid.and(announces);

      walk.in = {
        descriptor: { valid: accepted.and(legal), bits: descriptor.bits },
        clear: stops,
        row: { ready: legaliser.out.row.ready },
      };
      legaliser.in = {
        row: walk.out.row,
        clear: stops,
        burst: { ready: announces },
      };
      collector.in = {
        record: {
          valid: goes.or(finishes),
          bits: { end: finishes, address: burst.bits.address, bytes, error, interrupt, tag },
        },
        b: { valid: bus.b.valid, bits: bus.b.bits },
        status,
      };
      const { valid, bits } = bursts.out.deq;
      const lane = lanes === 0 ? UInt(lanes + 1).lit(0) : bits.address.trunc(lanes).extend(lanes + 1);
      const out = addressed.or(bus.aw.ready);
      const shaped = out.and(shapes.out.enq.ready);
      bursts.in = { enq: { valid: goes, bits: burst.bits }, deq: { ready: shaped } };
      when(valid, () => {
        addressed.next = out.and(shaped.not());
      });
      shapes.in = {
        enq: {
          valid: valid.and(out),
          bits: { len: bits.len, lane, first: bits.first, last: bits.last },
        },
        deq: filler.out.burst,
      };
      filler.in = {
        burst: shapes.out.deq,
        data: { valid: comes, bits: data.bits },
        stop: drops.or(endsHere),
        clear: finished,
        w: output.out.enq,
      };
      output.in = { enq: filler.out.w, deq: bus.w };

      const overruns = open.and(comes).and(quiet).and(rowEnds.not()).and(drops.not());
      when(accepted, () => {
        open.next = 1;
        drops.next = legal.not();
        proceed.next = descriptor.bits.proceed;
        interrupt.next = descriptor.bits.interrupt;
        tag.next = descriptor.bits.tag;
        error.next = mux(length.eq(0), DmaError.lit("Length"), mux(noTurn, DmaError.lit("Count"), "None"));
        bytes.next = 0;
      }).elseWhen(open, () => {
        bytes.next = bytes.add(filler.out.bytes);
        when(overruns, () => {
          drops.next = 1;
          error.next = "Length";
        });
        when(collector.out.failed.and(proceed.not()), () => {
          drops.next = 1;
        });
        when(finished, () => {
          open.next = 0;
        });
      });

      const aw = {
        valid: valid.and(addressed.not()),
        bits: {
          id: UInt(idBits).lit(id),
          addr: bits.address,
          len: bits.len,
          size: UInt(3).lit(lanes),
          burst: UInt(2).lit(incrementingBurst),
        },
      };
      const b = { valid: bus.b.valid, bits: bus.b.bits, ready: collector.out.ready };
      Checker({ aw: { ...aw, ready: bus.aw.ready }, w: { ...output.out.deq, ready: bus.w.ready }, b });

      return {
        descriptor: { ready: open.not() },
        data: { ready: mux(endsHere, finished, filler.out.data.ready.or(open.and(drops))) },
        bus: { aw, w: output.out.deq, b: { ready: b.ready } },
        status: collector.out.status,
        cancel: open.and(drops).and(endsHere.not()),
        busy: open.or(collector.out.busy),
      };
    },
  );
};
