import { Bool, inst, module, Stream } from "../lang/index.ts";
import { Accumulator, AccumulatorAddress, SumRow } from "./accumulator.ts";
import { ActivationBuffer, ActivationWrite } from "./activation-buffer.ts";
import { Command } from "./command.ts";
import { type EngineConfig, engineConfig } from "./config.ts";
import { Counters, PerformanceCounters } from "./counters.ts";
import { PeArray } from "./pe-array.ts";
import { Sequencer, SequencerState } from "./sequencer.ts";
import { WeightBuffer, WeightWrite } from "./weight-buffer.ts";

/**
 * A matmul engine: buffers, weight-stationary PE array, accumulators, and the sequencer that runs whole matmuls on them.
 *
 *     activations ──► activation buffer ──► ┌──────────┐
 *                                           │ PE array ├──► accumulator ──► result
 *     weights ──────► weight buffer ──────► └──────────┘
 *     command ──────► sequencer, counters
 *
 * - `activations`, `weights`: the host writes one word a cycle, where `command.ts` says that a command finds it.
 * - `command`: one matmul; `busy` while it runs, `done` for one cycle when its results can be read. `state` is what the
 *   sequencer does.
 * - `read`, `result`: the accumulator row of an accepted address comes one cycle later. Ready whenever the array does
 *   not write, so always while the engine is not busy.
 * - `counters`: see `counters.ts`; `clear` sets them to 0.
 *
 * F = ⌈K / rows⌉ · ⌈N / cols⌉ tiles take, from the cycle in which the first weight word enters the array to the one in
 * which the last result is written, exactly
 *
 *     rows + (F − 1) · max(M, rows) + M + rows + cols
 *
 * cycles, and one more from the first cycle of `busy`, to read the buffer. Two cycles are the pipeline's own: the last
 * PE's register and the accumulators' read.
 *
 * Sizes that are not given are those of `engineConfig`, which throws a RangeError for one out of range.
 */
export const MatmulEngine = (sizes: Partial<EngineConfig> = {}) => {
  const config = engineConfig(sizes);
  const { rows, cols } = config;
  const Control = Sequencer(config);
  const Activations = ActivationBuffer(config);
  const Weights = WeightBuffer(config);
  const SystolicArray = PeArray(config);
  const Sums = Accumulator(config);

  return module(
    "MatmulEngine",
    {
      params: { rows, cols },
      in: {
        activations: ActivationWrite(config),
        weights: WeightWrite(config),
        command: Stream(Command(config)),
        read: Stream(AccumulatorAddress(config)),
        clear: Bool,
      },
      out: { result: SumRow(config), state: SequencerState, busy: Bool, done: Bool, counters: Counters },
    },
    ({ activations, weights, command, read, clear }) => {
      const sequencer = inst(Control);
      const { activationRead, weightRead, target, state, finished, done } = sequencer.out;

      const activationBuffer = Activations({ write: activations, read: activationRead });
      const weightBuffer = Weights({ write: weights, read: weightRead });
      const array = SystolicArray({ activations: activationBuffer.row, ...weightBuffer });
      const accumulator = Sums({ sums: { valid: array.valid, bits: array.sums }, target, read });
      sequencer.in = { command, arrived: array.valid, written: accumulator.written };

      const performance = PerformanceCounters({
        clear,
        state,
        load: weightBuffer.load,
        row: activationBuffer.row.valid,
        written: accumulator.written,
        finished,
      });

      return {
        command: sequencer.out.command,
        read: accumulator.read,
        result: accumulator.result,
        state,
        busy: state.is("Idle").not(),
        done,
        counters: performance.counters,
      };
    },
  );
};
