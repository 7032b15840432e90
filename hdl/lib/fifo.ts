import { check, clog2, mem, module, mux, reg, Stream, type Type, UInt, when } from "../lang/index.ts";
import { checkSize } from "./size.ts";

/**
 * A queue of `depth` items (a whole number from 1 to 2^20; any, not only powers of two), in order.
 *
 * - `enq`: what enters; ready while the queue is not full.
 * - `deq`: what leaves; the oldest item.
 * - `level`: items held, 0 to `depth`.
 *
 * No output depends on an input of the same cycle: an item leaves one cycle after it entered at the earliest, and a
 * full queue takes the next item one cycle after one left. With `flow`, an empty queue passes `enq` on to `deq` in the
 * same cycle, and an item taken there at once is never stored.
 *
 * Throws a RangeError for another depth.
 */
export const Fifo = <T extends Type>(item: T, depth: number, { flow = false }: { readonly flow?: boolean } = {}) => {
  checkSize("a Fifo's depth", depth, 1, 2 ** 20);

  return module(
    flow ? "FlowFifo" : "Fifo",
    {
      params: { item, depth },
      in: { enq: Stream(item) },
      out: { deq: Stream(item), level: UInt(clog2(depth + 1)) },
    },
    ({ enq, deq }) => {
      const ram = mem(item, depth);
      const head = reg(UInt(clog2(depth)), 0);
      const tail = reg(UInt(clog2(depth)), 0);
      const level = reg(UInt(clog2(depth + 1)), 0);
      const after = (pointer: typeof head) => mux(pointer.ne(depth - 1), pointer.add(1), 0);

      const empty = level.eq(0);
      const ready = level.ne(depth);
      const valid = flow ? empty.not().or(enq.valid) : empty.not();
      const through = flow ? empty.and(deq.ready) : null;

      const entering = enq.valid.and(ready);
      const push = through ? entering.and(through.not()) : entering;
      const pop = deq.ready.and(empty.not());

      when(push, () => {
        ram.write(tail, enq.bits);
        tail.next = after(tail);
      });
      when(pop, () => {
        head.next = after(head);
      });
      when(push.and(pop.not()), () => {
        level.next = level.add(1);
      }).elseWhen(pop.and(push.not()), () => {
        level.next = level.sub(1);
      });

      check(level.le(depth), "the level never exceeds the depth");

      const oldest = ram.read(head);
      return { enq: { ready }, deq: { valid, bits: flow ? mux(empty, enq.bits, oldest) : oldest }, level };
    },
  );
};
