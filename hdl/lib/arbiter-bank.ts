import { check, module, reg, UInt, Vec } from "../lang/index.ts";
import { checkSize } from "./size.ts";

/**
 * `width` round-robin arbiters side by side (1 to 4,096), each between the same `n` requesters (1 to 1,024): bit b of every
 * word belongs to arbiter b.
 *
 * - `requests[i]`: what requester i wants. `grants[i]`: what it gets, in the same cycle; for each bit at most one
 *   requester does.
 * - `accept`: the grants of this cycle that are used; after a used grant the requesters behind come first, and one that is
 *   not used stays as long as its request does, as with `RoundRobinArbiter`.
 *
 * Throws a RangeError for another size.
 */
export const ArbiterBank = <const W extends number>(n: number, width: W) => {
  checkSize("an arbiter bank's number of requesters", n, 1, 1024);
  checkSize("an arbiter bank's number of arbiters", width, 1, 4096);
  const Word = UInt(width);

  return module(
    "ArbiterBank",
    {
      params: { n, width },
      in: { requests: Vec(n, Word), accept: Word },
      out: { grants: Vec(n, Word), any: Word },
    },
    ({ requests, accept }) => {
      // For each requester the arbiters in which it comes before those with a 0.
      const lanes = requests.map((request) => {
        const first = reg(Word, 0);
        return { request, first, preferred: request.and(first) };
      });
      const ordinary = lanes
        .map(({ preferred }) => preferred)
        .reduce((any, word) => any.or(word))
        .not();
      const any = requests.reduce((some, request) => some.or(request));

      let earlier = Word.lit(0); // arbiters that grant to a requester before this one
      const grants = lanes.map(({ request, first, preferred }) => {
        const candidate = preferred.or(request.and(ordinary));
        const grant = candidate.and(earlier.not());
        first.next = first.and(any.not()).or(earlier).or(grant.and(accept.not()));
        earlier = earlier.or(candidate);
        return grant;
      });

      check(earlier.eq(any), "every arbiter with a request grants one");

      return { grants, any };
    },
  );
};
