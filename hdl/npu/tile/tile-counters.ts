import { Bool, clog2, type Dynamic, module, mux, reg, select, UInt, Vec } from "../../lang/index.ts";
import { type CounterName, counters } from "./counter-map.ts";

/** What a counter grows by in a cycle. */
const Step = UInt(36);
const Total = UInt(64);

/** A counter that grows by `by` in each cycle. */
export const EventCounter = module(
  "EventCounter",
  { in: { by: Step, clear: Bool }, out: { total: Total } },
  ({ by, clear }) => {
    const total = reg(Total, 0);
    total.next = mux(clear, Total.lit(0), total.add(by.extend(64)));
    return { total };
  },
);

/** The steps of all counters in their order; 0 for those that are not given. */
export function counterSteps(given: Readonly<Partial<Record<CounterName, UInt<Dynamic>>>>): UInt<36>[] {
  return counters.map(({ name }) => given[name]?.extend(36) ?? Step.lit(0));
}

/** All counters of a tile: `steps[i]` is what number i grows by, `counter` the one whose number is `index`. */
export const TileCounters = module(
  "TileCounters",
  {
    in: { steps: Vec(counters.length, Step), clear: Bool, index: UInt(clog2(counters.length)) },
    out: { counter: Total },
  },
  ({ steps, clear, index }) => {
    const totals = steps.map((by) => EventCounter({ by, clear }).total);
    return { counter: select(totals, index) };
  },
);
