import {
  Bool,
  check,
  clog2,
  module,
  mux,
  pack,
  reg,
  Stream,
  select,
  type Type,
  UInt,
  unpack,
  Vec,
  when,
} from "../lang/index.ts";
import { checkSize } from "./size.ts";

/**
 * Grants one of `n` requests (1 to 1,024), in the same cycle, round robin: after `i` was served, `i + 1` comes first.
 *
 * - `requests[i]`: `i` wants to be served. `accept`: the grant of this cycle is used.
 * - `grants`: one-hot, all 0 when nobody requests. `index`: which one. `valid`: some request is granted.
 *
 * A grant that is not accepted stays as long as its request does, so that a granted stream is stable. A request that
 * stays is served after at most n − 1 others. Throws a RangeError for another n.
 */
export const RoundRobinArbiter = (n: number) => {
  checkSize("an arbiter's number of requests", n, 1, 1024);
  const Bools = Vec(n, Bool);

  return module(
    "RoundRobinArbiter",
    {
      params: { n },
      in: { requests: Bools, accept: Bool },
      out: { grants: Bools, index: UInt(clog2(n)), valid: Bool },
    },
    ({ requests, accept }) => {
      const all = pack(Bools, requests);
      const first = reg(UInt(n), 0); // a 1 for every request that comes before those with a 0

      const lowest = (bits: typeof all) => bits.and(bits.not().add(1));
      const preferred = all.and(first);
      const grant = mux(preferred.any(), lowest(preferred), lowest(all));
      const valid = all.any();

      const below = grant.sub(1);
      when(valid, () => {
        first.next = mux(accept, below.or(grant), below).not();
      });

      check(grant.and(below).eq(0), "at most one request is granted");
      check(grant.and(all.not()).eq(0), "only requests are granted");

      return { grants: unpack(Bools, grant), index: encode(grant.asBools(), clog2(n)), valid };
    },
  );
};

/** The place of the only 1 among `oneHot`, in `width` bits. */
function encode(oneHot: readonly Bool[], width: number): UInt<number> {
  const bits = Array.from({ length: width }, (_, bit) => {
    const [head, ...rest] = oneHot.filter((_, i) => ((i >> bit) & 1) === 1);
    return head ? rest.reduce((any, one) => any.or(one), head) : Bool.lit(0);
  });
  return pack(Vec(width, Bool), bits);
}

/**
 * Merges `n` streams (1 to 1,024) into one, round robin, in the same cycle; `index` says whose item `deq` carries. An
 * item that is offered stays until it is taken.
 */
export const StreamArbiter = <T extends Type>(item: T, n: number) => {
  const Arbiter = RoundRobinArbiter(n);

  return module(
    "StreamArbiter",
    {
      params: { item, n },
      in: { enq: Vec(n, Stream(item)) },
      out: { deq: Stream(item), index: UInt(clog2(n)) },
    },
    ({ enq, deq }) => {
      const arbiter = Arbiter({ requests: enq.map(({ valid }) => valid), accept: deq.ready });
      const items = enq.map(({ bits }) => bits);

      return {
        enq: arbiter.grants.map((grant) => ({ ready: grant.and(deq.ready) })),
        deq: { valid: arbiter.valid, bits: select(items, arbiter.index) },
        index: arbiter.index,
      };
    },
  );
};
