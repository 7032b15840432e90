import { Bool, Bundle, clog2, mem, module, mux, reg, UInt, when } from "../../lang/index.ts";
import { checkSize } from "../../lib/size.ts";

/** The number of an instruction in the program. */
export const ProgramAddress = UInt(24);

/** Loops within loops. */
export const mostLoops = 8;

/** What a LOOP says: how often its body runs, and what each turn adds to the addresses of a GEMM. */
export const LoopCommand = Bundle({
  depth: UInt(3),
  count: UInt(16),
  body: UInt(16),
  a: UInt(16),
  w: UInt(16),
  acc: UInt(16),
});

const Offsets = Bundle({ a: UInt(16), w: UInt(16), acc: UInt(16) });

const Loop = Bundle({
  start: ProgramAddress,
  end: ProgramAddress,
  /** Turns, the one under way included. */
  left: UInt(16),
  step: Offsets,
  /** What its turns have added so far. */
  sum: Offsets,
});

/**
 * The loops that the program is in, innermost on top. A body has at most `longest` instructions, 1 to 65,535.
 *
 * - `enter`, with `loop`: the body begins at `pc` + 1. Ignored, with `refused`, where `depth` is not the number of loops
 *   around, the count or the body is 0, or the body is longer than `longest` or goes beyond the loop around it.
 * - `ended`: `pc` is behind the innermost loop's body. `turn` then leads to `target`: the body again, or `pc` itself with
 *   the loop left behind, so that the loop around it may end as well.
 * - `offsets`: what all turns so far add to a GEMM's addresses, modulo 2^16.
 * - `clear` leaves all loops.
 */
export const LoopStack = (longest: number) => {
  checkSize("the number of instructions of the longest loop", longest, 1, 65_535);
  return module(
    "LoopStack",
    {
      params: { longest },
      in: { pc: ProgramAddress, enter: Bool, loop: LoopCommand, turn: Bool, clear: Bool },
      out: { ended: Bool, target: ProgramAddress, refused: Bool, offsets: Offsets },
    },
    ({ pc, enter, loop, turn, clear }) => {
      const loops = mem(Loop, mostLoops);
      const level = reg(UInt(clog2(mostLoops + 1)), 0); // loops around
      const offsets = reg(Offsets, { a: 0, w: 0, acc: 0 });

      const inside = level.ne(0);
      const innermost = level.sub(1).trunc(clog2(mostLoops));
      const around = loops.read(innermost);
      const ended = inside.and(pc.eq(around.end));
      const again = around.left.ne(1);

      const start = pc.add(1);
      const end = start.add(loop.body.extend(24));
      const refused = level
        .ne(loop.depth.extend(4))
        .or(loop.count.eq(0))
        .or(loop.body.eq(0))
        .or(loop.body.gt(longest))
        .or(inside.and(end.gt(around.end)));

      when(clear, () => {
        level.next = 0;
        offsets.next = { a: 0, w: 0, acc: 0 };
      })
        .elseWhen(enter.and(refused.not()), () => {
          level.next = level.add(1);
          const step = { a: loop.a, w: loop.w, acc: loop.acc };
          const none = UInt(16).lit(0);
          const sum = { a: none, w: none, acc: none };
          loops.write(loop.depth, { start, end, left: loop.count, step, sum });
        })
        .elseWhen(turn.and(ended).and(again), () => {
          offsets.next = added(offsets, around.step);
          loops.write(innermost, { ...around, left: around.left.sub(1), sum: added(around.sum, around.step) });
        })
        .elseWhen(turn.and(ended), () => {
          level.next = level.sub(1);
          offsets.next = {
            a: offsets.a.sub(around.sum.a),
            w: offsets.w.sub(around.sum.w),
            acc: offsets.acc.sub(around.sum.acc),
          };
        });

      return { ended, target: mux(again, around.start, pc), refused: enter.and(refused), offsets };
    },
  );
};

type Addresses = { readonly a: UInt<16>; readonly w: UInt<16>; readonly acc: UInt<16> };

function added(one: Addresses, other: Addresses): Addresses {
  return { a: one.a.add(other.a), w: one.w.add(other.w), acc: one.acc.add(other.acc) };
}
