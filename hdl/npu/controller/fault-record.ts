import { Bool, Bundle, module, mux, reg, UInt, Vec, when } from "../../lang/index.ts";
import { element } from "../../lib/element.ts";
import { FaultReason, FaultSource, UnitFault } from "./fault.ts";

const units = ["Load", "Execute", "Vector", "Store"] as const;

/** What is known of a fault: see the registers cause, faultAddress and faultNumber. */
export const Cause = Bundle({ source: FaultSource, reason: FaultReason, address: UInt(32), number: UInt(32) });

/**
 * Keeps the first fault since `clear`, from the cycle after it on. Of several in one cycle the units' go first, in the
 * order of the queues, then the fetch's, the program's, the watchdog's.
 *
 * - `units`: the fault of each unit, in the order load, execute, vector, store. `done`: bit i, unit i is done with an
 *   instruction, the one at fault included.
 * - `fetch`: the fetch failed. `program`: the program is at fault. `deadlock`: the watchdog bites.
 * - `stop`: there was a fault.
 */
export const FaultRecord = module(
  "FaultRecord",
  {
    in: { clear: Bool, units: Vec(4, UnitFault), done: UInt(4), fetch: UnitFault, program: Bool, deadlock: Bool },
    out: { stop: Bool, cause: Cause },
  },
  ({ clear, units: unitFaults, done, fetch, program, deadlock }) => {
    const none = { source: "None", reason: "None", address: 0, number: 0 } as const;
    const cause = reg(Cause, none);
    const numbers = units.map((_, i) => {
      const number = reg(UInt(32), 0); // instructions that the unit has done
      when(clear, () => {
        number.next = 0;
      }).elseWhen(done.bit(i), () => {
        number.next = number.add(1);
      });
      return number;
    });

    const stop = cause.source.is("None").not();
    const zero = UInt(32).lit(0);
    const unknown = FaultReason.lit("None");
    const candidates = [
      ...units.map((unit, i) => {
        const { valid, reason, address } = element(unitFaults, i);
        return { valid, source: FaultSource.lit(unit), reason, address, number: element(numbers, i) };
      }),
      { ...fetch, source: FaultSource.lit("Fetch"), number: zero },
      { valid: program, source: FaultSource.lit("Program"), reason: unknown, address: zero, number: zero },
      { valid: deadlock, source: FaultSource.lit("Deadlock"), reason: unknown, address: zero, number: zero },
    ];
    const { valid, ...first } = candidates.reduceRight((later, one) => ({
      valid: one.valid.or(later.valid),
      source: mux(one.valid, one.source, later.source),
      reason: mux(one.valid, one.reason, later.reason),
      address: mux(one.valid, one.address, later.address),
      number: mux(one.valid, one.number, later.number),
    }));
    when(clear, () => {
      cause.next = none;
    }).elseWhen(valid.and(stop.not()), () => {
      cause.next = first;
    });
    return { stop, cause };
  },
);
