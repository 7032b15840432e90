import { Bool, clog2, inst, module, mux, reg, Stream, UInt, when } from "../../lang/index.ts";
import { Sram } from "../../lib/index.ts";
import { checkSize } from "../../lib/size.ts";
import { RowReader } from "../row-reader.ts";

/**
 * A queue of `depth` words (1 to 65,536) of `bits` bits in a synchronous SRAM: one in and one out a cycle, the earliest
 * two cycles later. A few more words than `depth` may be inside, on their way out.
 */
export const BeatBuffer = (bits: number, depth: number) => {
  checkSize("the depth of a beat buffer", depth, 1, 65_536);
  const Word = UInt(bits);
  const Ram = Sram(Word, depth);
  const addressBits = clog2(depth);
  const tagBits: number = 1; // of no use here
  const Reader = RowReader(addressBits, bits, tagBits);

  return module(
    "BeatBuffer",
    { params: { bits, depth }, in: { enq: Stream(Word) }, out: { deq: Stream(Word) } },
    ({ enq, deq }) => {
      const head = reg(UInt(addressBits), 0);
      const tail = reg(UInt(addressBits), 0);
      const level = reg(UInt(clog2(depth + 1)), 0); // words in the SRAM that were not read yet
      const after = (pointer: typeof head) => mux(pointer.ne(depth - 1), pointer.add(1), 0);

      const ready = level.ne(depth);
      const push = enq.valid.and(ready);

      const ram = inst(Ram);
      const reader = inst(Reader);
      const valid = level.ne(0);
      const { request, read, row } = reader.out;
      reader.in = {
        request: { valid, bits: { address: head, tag: UInt(tagBits).lit(0) } },
        data: ram.out.data,
        read: { ready: Bool.lit(1) },
        row: deq,
      };
      ram.in = {
        write: { enable: push, address: tail },
        data: enq.bits,
        read: { enable: read.valid, address: read.bits },
      };
      const pop = valid.and(request.ready);

      when(push, () => {
        tail.next = after(tail);
      });
      when(pop, () => {
        head.next = after(head);
      });
      when(push.ne(pop), () => {
        level.next = mux(push, level.add(1), level.sub(1));
      });
      return { enq: { ready }, deq: { valid: row.valid, bits: row.bits.row } };
    },
  );
};
