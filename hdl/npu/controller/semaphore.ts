import { Bool, check, clog2, module, mux, reg, UInt, when } from "../../lang/index.ts";
import { checkSize } from "../../lib/size.ts";

/**
 * A counting semaphore between two queues: `give` adds a token, `take` removes one. It starts empty and holds `most`
 * tokens (1 to 65,535).
 *
 * `available` and `room` say whether a token can be taken and given in this cycle, from the count at its beginning;
 * doing both at once keeps the count. Whoever gives without room, or takes what is not there, fails a `check`.
 */
export const Semaphore = (most: number) => {
  checkSize("a semaphore's number of tokens", most, 1, 65_535);
  const Count = UInt(clog2(most + 1));
  return module(
    "Semaphore",
    {
      params: { most },
      in: { give: Bool, take: Bool, clear: Bool },
      out: { available: Bool, room: Bool, count: Count },
    },
    ({ give, take, clear }) => {
      const count = reg(Count, 0);
      when(clear, () => {
        count.next = 0;
      }).elseWhen(give.ne(take), () => {
        count.next = mux(give, count.add(1), count.sub(1));
      });
      const available = count.ne(0);
      const room = count.ne(most);
      check(take.and(available.not()).not(), "no token is taken that is not there");
      check(give.and(room.not()).not(), "no token is given without room for it");
      return { available, room, count };
    },
  );
};
