import { Bool, module, mux, reg, Stream, type Type, when } from "../lang/index.ts";

/**
 * Cuts every combinational path of a stream, in both directions, at full throughput: one item a cycle, one cycle later.
 *
 *     enq.bits ──┬──────────► front ──► deq.bits
 *                └─► spare ──────┘
 *
 * `valid`, `bits` and `ready` all come straight out of registers. Because `enq.ready` is a cycle old, one item may
 * still arrive in the cycle in which `deq` first refuses; `spare` catches it. Holds at most two items, in order.
 */
export const SkidBuffer = <T extends Type>(item: T) =>
  module("SkidBuffer", { params: { item }, in: { enq: Stream(item) }, out: { deq: Stream(item) } }, ({ enq, deq }) => {
    const front = reg(item);
    const valid = reg(Bool, 0);
    const spare = reg(item);
    const ready = reg(Bool, 1); // 0 while `spare` holds an item

    const push = enq.valid.and(ready);

    when(deq.ready.or(valid.not()), () => {
      front.next = mux(ready, enq.bits, spare);
      valid.next = push.or(ready.not());
      ready.next = 1;
    }).elseWhen(push, () => {
      spare.next = enq.bits;
      ready.next = 0;
    });

    return { enq: { ready }, deq: { valid, bits: front } };
  });
