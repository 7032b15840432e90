import { Bool, module, mux, reg, UInt, Vec, when } from "../../lang/index.ts";
import { checkSize } from "../../lib/size.ts";
import { dimensions, Repetitions } from "./descriptor.ts";

/**
 * Three nested loops of `counts` turns, the first innermost. `start` begins, `advance` is one turn of the innermost,
 * `clear` ends at once. `valid` while a turn is at hand; `inner` and `middle` say that it is the last of the innermost
 * loop, and of the two inner ones; `last`, that it is the last of all.
 */
export const LoopNest = module(
  "LoopNest",
  {
    in: { start: Bool, clear: Bool, advance: Bool, counts: Vec(dimensions, Repetitions) },
    out: { valid: Bool, inner: Bool, middle: Bool, last: Bool },
  },
  ({ start, clear, advance, counts }) => {
    const valid = reg(Bool, 0);
    const turns = counts.map(() => reg(Repetitions, 0));
    const ends = turns.map((turn, i) => turn.add(1).eq(counts[i] ?? turn));
    const through = (most: number) => ends.slice(0, most).reduce((all, end) => all.and(end), Bool.lit(1));

    turns.forEach((turn, i) => {
      when(start, () => {
        turn.next = 0;
      }).elseWhen(advance.and(through(i)), () => {
        turn.next = mux(ends[i] ?? Bool.lit(1), Repetitions.lit(0), turn.add(1));
      });
    });
    const last = through(dimensions);
    when(clear, () => {
      valid.next = 0;
    })
      .elseWhen(start, () => {
        valid.next = 1;
      })
      .elseWhen(advance.and(last), () => {
        valid.next = 0;
      });
    return { valid, inner: through(1), middle: through(2), last };
  },
);

/**
 * A number of `bits` bits (1 to 64) that follows a `LoopNest`: `first` in the first turn, and `steps[i]` more with each
 * turn of loop i than where that loop began, modulo 2^bits.
 */
export const StrideWalk = <W extends number>(bits: W) => {
  checkSize("the bits of a walk", bits, 1, 64);
  const Place = UInt(bits);
  return module(
    "StrideWalk",
    {
      params: { bits },
      in: { start: Bool, first: Place, advance: Bool, inner: Bool, middle: Bool, steps: Vec(dimensions, Place) },
      out: { at: Place },
    },
    ({ start, first, advance, inner, middle, steps: [near = Place.lit(0), far = near, outer = near] }) => {
      const at = reg(Place);
      const line = reg(Place); // where the innermost loop began
      const plane = reg(Place); // where the two inner loops began
      const turned = mux(middle, plane.add(outer), line.add(far));
      when(start, () => {
        at.next = first;
        line.next = first;
        plane.next = first;
      }).elseWhen(advance, () => {
        at.next = mux(inner, turned, at.add(near));
        when(inner, () => {
          line.next = turned;
        });
        when(inner.and(middle), () => {
          plane.next = turned;
        });
      });
      return { at };
    },
  );
};
