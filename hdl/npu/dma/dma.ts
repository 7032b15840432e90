import { Bool, inst, module, mux, reg, Stream, when } from "../../lang/index.ts";
import { Fifo } from "../../lib/index.ts";
import { AxiRead, AxiWrite } from "../axi.ts";
import { DmaBeat, DmaDescriptor, DmaStatus } from "./descriptor.ts";
import type { DmaConfig } from "./dma-config.ts";
import { DmaCounters, DmaMeter } from "./dma-counters.ts";
import { DmaReader } from "./dma-reader.ts";
import { DmaWriter } from "./dma-writer.ts";

/** Beats between the halves. */
const slack = 4;

/**
 * Moves data from memory to memory: a `DmaReader` whose data a `DmaWriter` writes. One transfer at a time, so that each
 * reads what the one before has written; within one, reads run ahead of writes.
 *
 * - `status`: when the bus has answered the transfer's last write. `error` is the reader's where it has one, and then of
 *   the writer; `bytes` are those written.
 */
export const Dma = (config: DmaConfig) => {
  const Reader = DmaReader(config);
  const Writer = DmaWriter(config);
  const Beats = Fifo(DmaBeat(config), slack);
  const Meter = DmaMeter(config.dataBytes);

  return module(
    "Dma",
    {
      params: { ...config },
      in: { descriptor: Stream(DmaDescriptor(config)) },
      out: {
        read: AxiRead(config),
        write: AxiWrite(config),
        status: Stream(DmaStatus(config)),
        busy: Bool,
        counters: DmaCounters,
      },
    },
    ({ descriptor, read, write, status }) => {
      const busy = reg(Bool, 0);
      const reader = inst(Reader);
      const writer = inst(Writer);
      const beats = inst(Beats);

      const valid = descriptor.valid.and(busy.not());
      const { source, destination, sourceStrides, destinationStrides, padding, ...rows } = descriptor.bits;
      const ended = reader.out.status.valid.and(writer.out.status.valid);
      reader.in = {
        descriptor: { valid, bits: { ...rows, address: source, strides: sourceStrides, padding } },
        cancel: writer.out.cancel,
        bus: read,
        data: beats.out.enq,
        status: { ready: ended.and(status.ready) },
      };
      beats.in = { enq: reader.out.data, deq: writer.out.data };
      writer.in = {
        descriptor: { valid, bits: { ...rows, address: destination, strides: destinationStrides } },
        data: beats.out.deq,
        bus: write,
        status: { ready: ended.and(status.ready) },
      };
      when(valid, () => {
        busy.next = 1;
      }).elseWhen(ended.and(status.ready), () => {
        busy.next = 0;
      });

      const [first, second] = [reader.out.status.bits, writer.out.status.bits];
      const { counters } = Meter({
        busy,
        ar: { valid: reader.out.bus.ar.valid, ready: read.ar.ready },
        r: { valid: read.r.valid, ready: reader.out.bus.r.ready },
        aw: { valid: writer.out.bus.aw.valid, ready: write.aw.ready },
        w: { valid: writer.out.bus.w.valid, ready: write.w.ready },
        strb: writer.out.bus.w.bits.strb,
      });
      return {
        descriptor: { ready: busy.not() },
        read: reader.out.bus,
        write: writer.out.bus,
        status: { valid: ended, bits: mux(first.error.is("None"), second, { ...first, bytes: second.bytes }) },
        busy,
        counters,
      };
    },
  );
};
