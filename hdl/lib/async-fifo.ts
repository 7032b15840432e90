import { check, clog2, cross, inDomain, mem, module, reg, Stream, type Type, UInt, when } from "../lang/index.ts";
import type { Domain } from "../netlist/index.ts";
import { checkSize } from "./size.ts";
import { GraySynchroniser } from "./synchroniser.ts";

/** The clocks of an `AsyncFifo`. */
export interface AsyncFifoClocks {
  readonly write: Domain;
  readonly read: Domain;
}

/**
 * A queue between two clocks: `enq` belongs to `write`, `deq` to `read`. `depth` is a power of two from 2 to 2^16, as
 * a Gray code only goes round in those. Both domains must be reset together.
 *
 *     write ── tail (Gray) ──► synchroniser ──► empty? ── read
 *     write ── full? ◄── synchroniser ◄── head (Gray) ── read
 *
 * Pointers count modulo twice the depth, so that a full and an empty queue differ, and cross in Gray code, so that a
 * sample is the old or the new value and never a mixture (C. E. Cummings, "Simulation and Synthesis Techniques for
 * Asynchronous FIFO Design", SNUG 2002). An item may leave from the third `read` edge after the one that wrote it; both
 * sides see the other late, so the queue is never overrun and at worst called full or empty a little too long.
 *
 * Throws a RangeError for another depth.
 */
export const AsyncFifo = <T extends Type>(item: T, depth: number, { write, read }: AsyncFifoClocks) => {
  checkSize("an AsyncFifo's depth", depth, 2, 2 ** 16);
  if (2 ** clog2(depth) !== depth) throw new RangeError(`an AsyncFifo's depth is a power of two, not ${depth}`);

  const addressBits = clog2(depth);
  const Pointer = UInt(addressBits + 1);
  const PointerSynchroniser = GraySynchroniser(addressBits + 1);

  return module(
    "AsyncFifo",
    { params: { item, depth }, in: { enq: Stream(item) }, out: { deq: Stream(item) } },
    ({ enq, deq }) => {
      const { ram, tail, tailCode } = inDomain(write, () => ({
        ram: mem(item, depth),
        tail: reg(Pointer, 0),
        tailCode: reg(Pointer, 0),
      }));
      const { head, headCode } = inDomain(read, () => ({ head: reg(Pointer, 0), headCode: reg(Pointer, 0) }));

      const ready = inDomain(write, () => {
        const headSynchroniser = PointerSynchroniser({ d: headCode });
        const level = tail.sub(binary(headSynchroniser.q));
        const notFull = level.ne(depth);
        check(level.le(depth), "the writer never runs more than the depth ahead");
        when(enq.valid.and(notFull), () => {
          ram.write(tail.trunc(addressBits), enq.bits);
          tail.next = tail.add(1);
          tailCode.next = gray(tail.add(1));
        });
        return notFull;
      });

      const valid = inDomain(read, () => {
        const tailSynchroniser = PointerSynchroniser({ d: tailCode });
        const notEmpty = tailSynchroniser.q.ne(headCode);
        check(binary(tailSynchroniser.q).sub(head).le(depth), "the reader never overtakes the writer");
        when(notEmpty.and(deq.ready), () => {
          head.next = head.add(1);
          headCode.next = gray(head.add(1));
        });
        return notEmpty;
      });

      // Written at least two edges of `read` before `valid` says that it is there, so it is stable when it is used.
      const oldest = cross(ram.read(head.trunc(addressBits)));
      return { enq: { ready }, deq: { valid, bits: oldest } };
    },
  );
};

type Count = UInt<number>;

/** The Gray code of a number. */
function gray(count: Count): Count {
  return count.xor(count.shr(1));
}

/** The number whose Gray code is given: each bit is the parity of the code's bits from it up. */
function binary(code: Count): Count {
  let all = code;
  for (let distance = 1; distance < code.width; distance *= 2) all = all.xor(all.shr(distance));
  return all;
}
