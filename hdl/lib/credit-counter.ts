import { Bool, check, clog2, module, mux, reg, UInt } from "../lang/index.ts";
import { checkSize } from "./size.ts";

/**
 * Counts the free places of a buffer at the far end of a link, `depth` of them at first (1 to 2^16).
 *
 * - `take`: an item is sent, which takes a place; only while `available`. `give`: the far end says that one is free again.
 * - `count`: free places. `available`: there is one. `full`: all are free.
 *
 * No output depends on an input of the same cycle. Throws a RangeError for another depth.
 */
export const CreditCounter = (depth: number) => {
  checkSize("the depth of a credit counter", depth, 1, 2 ** 16);
  const Count = UInt(clog2(depth + 1));

  return module(
    "CreditCounter",
    {
      params: { depth },
      in: { take: Bool, give: Bool },
      out: { count: Count, available: Bool, full: Bool },
    },
    ({ take, give }) => {
      const count = reg(Count, depth);
      const available = count.ne(0);
      const full = count.eq(depth);

      count.next = mux(take.eq(give), count, mux(give, count.add(1), count.sub(1)));

      check(take.not().or(available), "an item is sent only where there is a credit for it");
      check(give.not().or(full.not()), "no more credits come back than were given");

      return { count, available, full };
    },
  );
};
