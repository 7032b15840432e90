import { Bool, Bundle, clog2, inst, module, mux, reg, Stream, UInt, when } from "../../lang/index.ts";
import { Fifo } from "../../lib/index.ts";
import { AxiWriteResponse } from "../axi.ts";
import { DmaError, DmaStatus, Moved } from "./descriptor.ts";
import type { DmaConfig } from "./dma-config.ts";

/** A burst that waits for its response, or with `end` a transfer that has sent its last one, and what is known of it. */
export const WriteRecord = ({ addressBits }: DmaConfig) =>
  Bundle({ end: Bool, address: UInt(addressBits), bytes: Moved, error: DmaError, interrupt: Bool, tag: UInt(4) });

/**
 * Collects the responses to write bursts, in order, at most `writes` of them. A transfer's status follows the last
 * response to its bursts.
 *
 * - `record`: a burst before its address is out, a transfer's end after its last burst.
 * - `ready`: for B, which waits while a status does.
 * - `failed`: a burst of the transfer that has not ended yet was answered with an error.
 */
export const WriteCollector = (config: DmaConfig) => {
  const { addressBits, writes } = config;
  const Records = Fifo(WriteRecord(config), writes);
  const Ends = UInt(clog2(writes + 1));
  const Response = AxiWriteResponse(config);

  return module(
    "WriteCollector",
    {
      params: { addressBits, writes },
      in: { record: Stream(WriteRecord(config)), b: Bundle({ valid: Bool, bits: Response }) },
      out: { ready: Bool, status: Stream(DmaStatus(config)), failed: Bool, busy: Bool },
    },
    ({ record, b, status }) => {
      const error = reg(DmaError, "None");
      const response = reg(UInt(2), 0);
      const address = reg(UInt(addressBits), 0);
      const ends = reg(Ends, 0);

      const records = inst(Records);
      const { valid, bits } = records.out.deq;
      const answered = b.valid.and(valid).and(bits.end.not());
      const reported = valid.and(bits.end).and(status.ready);
      records.in = { enq: record, deq: { ready: answered.or(reported) } };

      const wrong = answered.and(b.bits.resp.bit(1));
      when(wrong.and(error.is("None")), () => {
        error.next = "Write";
        response.next = b.bits.resp;
        address.next = bits.address;
      });
      when(reported, () => {
        error.next = "None";
        response.next = 0;
        address.next = 0;
      });
      const ended = record.valid.and(records.out.enq.ready).and(record.bits.end);
      when(ended.ne(reported), () => {
        ends.next = mux(ended, ends.add(1), ends.sub(1));
      });

      return {
        record: records.out.enq,
        ready: valid.and(bits.end.not()),
        status: {
          valid: valid.and(bits.end),
          bits: {
            error: mux(error.is("None"), bits.error, error),
            response,
            address,
            bytes: bits.bytes,
            interrupt: bits.interrupt,
            tag: bits.tag,
          },
        },
        failed: wrong.and(ends.eq(0)),
        busy: valid,
      };
    },
  );
};
