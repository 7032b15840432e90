import { Bool, Bundle, clog2, inst, module, mux, reg, Stream, UInt, Vec, when } from "../../lang/index.ts";
import { Fifo } from "../../lib/index.ts";
import { oneHotMux } from "../../lib/one-hot.ts";
import { checkSize } from "../../lib/size.ts";
import { FaultReason, UnitFault } from "../controller/fault.ts";

/** Instructions that a data mover may have begun and not be done with. */
export const mostUnderWay = 8;

/** How a path of a unit ended an instruction. `address`: of a bus error. */
export const PathResult = Bundle({ reason: FaultReason, address: UInt(32) });

/**
 * An instruction that begins: the path that it takes, or as many as there are paths for one that takes none, because of
 * `reason` or because it is given up. `tag`: comes back when it is done. `sums`: it writes the accumulators.
 */
export const Begun = (paths: number) =>
  Bundle({ path: UInt(clog2(paths + 1)), tag: UInt(4), reason: FaultReason, sums: Bool });

/**
 * Brings the ends of instructions that run side by side on `paths` paths (1 to 3) into the order in which they began.
 *
 * - `begin`: at most `mostUnderWay` are under way. `result[i]`: of the instructions of path i, in their order.
 * - `quiet`: what is done now is no fault.
 * - `done`, `tag`, `fault`: of one instruction, a cycle after it began at the earliest.
 * - `empty`: none is under way. `sums`: one that writes the accumulators is.
 */
export const CompletionQueue = (paths: number) => {
  checkSize("the number of paths of a unit", paths, 1, 3);
  const Entry = Begun(paths);
  const Entries = Fifo(Entry, mostUnderWay);
  const Count = UInt(clog2(mostUnderWay + 1));

  return module(
    "CompletionQueue",
    {
      params: { paths },
      in: { begin: Stream(Entry), result: Vec(paths, Stream(PathResult)), quiet: Bool },
      out: { done: Bool, tag: UInt(4), fault: UnitFault, empty: Bool, sums: Bool },
    },
    ({ begin, result, quiet }) => {
      const sums = reg(Count, 0);
      const entries = inst(Entries);
      const { valid, bits } = entries.out.deq;

      const own = result.map((_, i) => valid.and(bits.path.eq(i)));
      const ended = own.reduce((any, mine, i) => any.or(mine.and(result[i]?.valid ?? mine)), Bool.lit(0));
      const done = ended.or(valid.and(bits.path.eq(paths)));
      entries.in = { enq: begin, deq: { ready: done } };

      const adds = begin.valid.and(entries.out.enq.ready).and(begin.bits.sums);
      const added = done.and(bits.sums);
      when(adds.ne(added), () => {
        sums.next = mux(adds, sums.add(1), sums.sub(1));
      });

      const none = { reason: bits.reason, address: UInt(32).lit(0) };
      const { reason, address } = oneHotMux([...own, Bool.lit(0)], [...result.map((one) => one.bits), none]);
      return {
        begin: entries.out.enq,
        result: own.map((mine) => ({ ready: mine })),
        done,
        tag: bits.tag,
        fault: { valid: done.and(quiet.not()).and(reason.is("None").not()), reason, address },
        empty: entries.out.level.eq(0),
        sums: sums.ne(0),
      };
    },
  );
};
