import { Bool, module, mux, reg, when } from "../../lang/index.ts";
import { Size } from "./gemm.ts";

/**
 * Three nested counters. Each cycle with `advance` is one step; `inner`, `middle` and `outer` say how often each goes
 * round, from 1, and keep still during a walk. `index` is the innermost counter; the flags say where the walk stands.
 * After `last`, and with `clear`, it stands at the beginning again.
 */
export const NestWalk = module(
  "NestWalk",
  {
    in: { advance: Bool, clear: Bool, inner: Size, middle: Size, outer: Size },
    out: { index: Size, first: Bool, lastInner: Bool, firstMiddle: Bool, lastMiddle: Bool, last: Bool },
  },
  ({ advance, clear, inner, middle, outer }) => {
    const index = reg(Size, 0);
    const round = reg(Size, 0);
    const turn = reg(Size, 0);

    const lastInner = index.add(1).eq(inner);
    const lastMiddle = round.add(1).eq(middle);
    const lastOuter = turn.add(1).eq(outer);

    when(clear, () => {
      index.next = 0;
      round.next = 0;
      turn.next = 0;
    }).elseWhen(advance, () => {
      index.next = mux(lastInner.not(), index.add(1), 0);
      when(lastInner, () => {
        round.next = mux(lastMiddle.not(), round.add(1), 0);
        when(lastMiddle, () => {
          turn.next = mux(lastOuter.not(), turn.add(1), 0);
        });
      });
    });

    return {
      index,
      first: index.eq(0),
      lastInner,
      firstMiddle: round.eq(0),
      lastMiddle,
      last: lastInner.and(lastMiddle).and(lastOuter),
    };
  },
);
