import { assume, Bool, check, clog2, Enum, match, module, mux, pipe, reg, Stream, UInt, when } from "../lang/index.ts";
import { Access } from "../lib/index.ts";
import { AccumulatorTarget } from "./accumulator.ts";
import { ActivationAddress, ActivationRead } from "./activation-buffer.ts";
import { Command } from "./command.ts";
import type { EngineConfig } from "./config.ts";
import { TileWalk } from "./tile-walk.ts";
import { WeightLoader } from "./weight-loader.ts";
import { WriteBack } from "./write-back.ts";

/**
 * What the engine is doing.
 *
 * - `Idle`: takes the next command.
 * - `LoadWeights`: the first tile's weights go into the array, which has nothing to compute yet.
 * - `Stream`: a row of activations enters the array every cycle.
 * - `WaitForWeights`: the next tile's weights are not complete, as M < rows: nothing can enter.
 * - `Drain`: everything has entered; the last rows are on their way to the accumulators.
 */
export const SequencerState = Enum("Idle", "LoadWeights", "Stream", "WaitForWeights", "Drain");

/**
 * Runs a matmul from the buffers through the array into the accumulators, tile by tile, and loads each tile's weights
 * behind the tile before it. F tiles of M rows take
 *
 *     LoadWeights     rows
 *     Stream          F · M
 *     WaitForWeights  (F − 1) · max(0, rows − M)
 *     Drain           rows + cols + 1
 *
 * cycles: a word read from a buffer is in the array one cycle later, a row leaves the array rows + cols − 1 cycles after
 * that and the accumulators take it in the cycle after.
 *
 * - `command`: accepted in `Idle`; the job begins in the next cycle.
 * - `activationRead`, `weightRead`: the buffers' read ports.
 * - `arrived`: a row of sums leaves the array and goes to `target`. `written`: the accumulators take one.
 * - `finished`: the job's last row is written in this cycle. `done`: it was in the cycle before; results can be read.
 */
export const Sequencer = (config: EngineConfig) => {
  const { rows, cols, activationWords, weightWords, accumulatorRows } = config;
  const Job = Command(config);
  const RowWalk = TileWalk(config);
  const Loader = WeightLoader(config);
  const Router = WriteBack(config);

  return module(
    "Sequencer",
    {
      params: { rows, cols },
      in: { command: Stream(Job), arrived: Bool, written: Bool },
      out: {
        activationRead: ActivationRead(config),
        weightRead: Access(weightWords),
        target: AccumulatorTarget(config),
        state: SequencerState,
        finished: Bool,
        done: Bool,
      },
    },
    ({ command, arrived, written }) => {
      const state = reg(SequencerState, "Idle");
      const job = reg(Job);
      const offset = reg(ActivationAddress(config), 0); // of the next word from `activationBase`

      const ready = state.is("Idle");
      const start = command.valid.and(ready);
      const streaming = state.is("Stream");

      const { m, kTiles, nTiles } = job;
      const walk = RowWalk({ advance: streaming, rows: m, kTiles, nTiles });
      const swap = streaming.and(walk.firstRow);
      const loader = Loader({ start, job, take: swap });
      const writeBack = Router({ start, job, valid: arrived });
      const finished = pipe(writeBack.last, 0);

      match(state, {
        Idle: () => {
          when(command.valid, () => {
            job.next = command.bits;
            state.next = "LoadWeights";
          });
        },
        LoadWeights: () => {
          when(loader.filled, () => {
            state.next = "Stream";
          });
        },
        Stream: () => {
          when(walk.last, () => {
            state.next = "Drain";
          }).elseWhen(walk.lastRow.and(loader.filled.not()), () => {
            state.next = "WaitForWeights";
          });
        },
        WaitForWeights: () => {
          when(loader.filled, () => {
            state.next = "Stream";
          });
        },
        Drain: () => {
          when(finished, () => {
            state.next = "Idle";
          });
        },
      });

      // An n-tile's k-tiles lie one after the other; the next n-tile needs them all again.
      when(streaming, () => {
        offset.next = mux(walk.lastRow.and(walk.lastK).not(), offset.add(1), 0);
      });

      when(start, () => {
        const asked = command.bits;
        const activationRows = asked.m.mul(asked.kTiles);
        const weightRows = asked.kTiles.mul(asked.nTiles).mul(UInt(clog2(rows + 1)).lit(rows));
        const resultRows = asked.m.mul(asked.nTiles);
        assume(
          asked.m.ne(0).and(asked.kTiles.ne(0)).and(asked.nTiles.ne(0)),
          "a command's m, kTiles and nTiles are ≥ 1",
        );
        assume(
          end(activationRows, asked.activationBase).le(activationWords),
          `a command's activations lie in the ${activationWords} words of the buffer`,
        );
        assume(
          end(weightRows, asked.weightBase).le(weightWords),
          `a command's weights lie in the ${weightWords} words of the buffer`,
        );
        assume(
          end(resultRows, asked.accumulatorBase).le(accumulatorRows),
          `a command's results lie in the ${accumulatorRows} rows of the accumulator`,
        );
      });
      check(finished.not().or(written), "the last row is written when the sequencer says so");
      check(arrived.not().or(ready.not()), "no row arrives that belongs to no job");

      return {
        command: { ready },
        activationRead: { enable: streaming, address: job.activationBase.add(offset), swap },
        weightRead: loader.read,
        target: writeBack.target,
        state,
        finished,
        done: pipe(finished, 0),
      };
    },
  );
};

/** The first word after `count` words from `base`, in as many bits as that takes. */
function end(count: UInt<number>, base: UInt<number>): UInt<number> {
  const width = count.width + 1;
  return count.extend(width).add(base.extend(width));
}
