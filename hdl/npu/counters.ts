import { Bool, Bundle, module, mux, reg, UInt, when } from "../lang/index.ts";
import { SequencerState } from "./sequencer.ts";

const Cycles = UInt(32);

/**
 * What the engine counts, modulo 2^32, over all jobs since reset or `clear`.
 *
 * - `busy`: cycles in which a job is under way: loadWeights + compute + waitForWeights + drain once it is done.
 * - `window`: cycles from the one in which a job's first weight word enters the array to the one in which its last
 *   result is written, both included.
 * - `compute`: cycles in which a row of activations enters the array, which is also the number of rows. Multiply by
 *   rows · cols for the MACs issued.
 * - `loadWeights`: cycles in which the array waits for a job's first weights.
 * - `waitForWeights`: cycles in which it waits for the weights of a later tile.
 * - `drain`: cycles in which a job's last rows are on their way to the accumulators.
 * - `weightRows`: weight words that entered the array.
 * - `results`: rows written to the accumulators.
 */
export const Counters = Bundle({
  busy: Cycles,
  window: Cycles,
  compute: Cycles,
  loadWeights: Cycles,
  waitForWeights: Cycles,
  drain: Cycles,
  weightRows: Cycles,
  results: Cycles,
});

/**
 * The performance counters. `state` is the sequencer's; `load` and `row` say that a weight word and a row of activations
 * enter the array in this cycle, `written` that the accumulators take a row, `finished` that it is the job's last.
 * A counter shows a cycle in the next one. `clear` sets all to 0.
 */
export const PerformanceCounters = module(
  "PerformanceCounters",
  {
    in: { clear: Bool, state: SequencerState, load: Bool, row: Bool, written: Bool, finished: Bool },
    out: { counters: Counters },
  },
  ({ clear, state, load, row, written, finished }) => {
    const counters = reg(Counters, {
      busy: 0,
      window: 0,
      compute: 0,
      loadWeights: 0,
      waitForWeights: 0,
      drain: 0,
      weightRows: 0,
      results: 0,
    });
    const open = reg(Bool, 0); // a job's first weight word has entered, its last result is not written

    when(finished, () => {
      open.next = 0;
    }).elseWhen(load, () => {
      open.next = 1;
    });

    const count = (counter: UInt<32>, event: Bool) => mux(clear, Cycles.lit(0), mux(event, counter.add(1), counter));
    counters.next = {
      busy: count(counters.busy, state.is("Idle").not()),
      window: count(counters.window, open.or(load)),
      compute: count(counters.compute, row),
      loadWeights: count(counters.loadWeights, state.is("LoadWeights")),
      waitForWeights: count(counters.waitForWeights, state.is("WaitForWeights")),
      drain: count(counters.drain, state.is("Drain")),
      weightRows: count(counters.weightRows, load),
      results: count(counters.results, written),
    };

    return { counters };
  },
);
