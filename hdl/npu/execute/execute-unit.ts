import { Bool, check, clog2, inst, module, mux, pack, reg, Stream, UInt, when } from "../../lang/index.ts";
import { Fifo } from "../../lib/index.ts";
import { AccumulatorAdd } from "../accumulators.ts";
import { FaultReason } from "../controller/fault.ts";
import { DualArray } from "../dual-array.ts";
import { arrayConfig, type NpuConfig } from "../npu-config.ts";
import { RowReader } from "../row-reader.ts";
import { ScratchpadAddress, ScratchpadData } from "../scratchpad.ts";
import { ActivationTag, ArrayFeeder, WeightTag } from "./array-feeder.ts";
import { GemmCommand } from "./gemm.ts";
import { ActivationWalk, ResultWalk, WeightWalk } from "./walks.ts";

/** GEMMs that may be under way, the one whose results are being written included. */
const underWay = 4;

/**
 * Runs GEMMs from the scratchpad through the array into the accumulators.
 *
 *     command ─┬─► weight walk ────► row reader ─┐
 *              ├─► activation walk ► row reader ─┴► feeder ─► array ─┐
 *              └─► result walk ◄─────────────────────────────────────┴─► accumulators
 *
 * The walks are apart: weights are read as far ahead as the array has room for them, and the next GEMM goes in right
 * behind the one before; without conflicts in the scratchpad a weight-stationary GEMM of M ≥ side rows and F tiles
 * takes F · M cycles in a row of others.
 *
 * - `command`: see `GemmCommand`; one whose m, k or n is 0 is done at once, with `fault`.
 * - `activationRead`, `weightRead` and their data: two readers of the scratchpad, of which the first goes first.
 * - `add`: to the accumulators, never refused.
 * - `done`: a GEMM is done after this cycle, in the order of commands; `tag` is its own. `fault`, with its `reason`: it
 *   was empty or went beyond a memory. Beyond the scratchpad it reads any row; beyond the accumulators it writes none.
 * - `cancel`, held for as long as the unit is `busy`: everything is given up, nothing more is written, what is done is not
 *   told. It takes 4 · side + 16 cycles at most.
 * - `computing`: a row enters the array in this cycle. `waiting`: it could not, for want of weights or room.
 */
export const ExecuteUnit = (config: NpuConfig) => {
  const { side, scratchpadRows, accumulatorRows } = config;
  const rowBits = clog2(scratchpadRows);
  const Commands = Fifo(GemmCommand, underWay);
  const Weights = RowReader(rowBits, 8 * side, 1);
  const Activations = RowReader(rowBits, 8 * side, 3);
  const Feeder = ArrayFeeder(config);
  const SystolicArray = DualArray(arrayConfig(config));
  const sumBits = clog2(accumulatorRows);

  return module(
    "ExecuteUnit",
    {
      params: { side },
      in: {
        command: Stream(GemmCommand),
        activationData: ScratchpadData(config),
        weightData: ScratchpadData(config),
        cancel: Bool,
      },
      out: {
        activationRead: Stream(ScratchpadAddress(config)),
        weightRead: Stream(ScratchpadAddress(config)),
        add: Stream(AccumulatorAdd(config)),
        done: Bool,
        tag: UInt(4),
        fault: Bool,
        reason: FaultReason,
        busy: Bool,
        computing: Bool,
        waiting: Bool,
      },
    },
    ({ command, activationRead, activationData, weightRead, weightData, cancel, add }) => {
      const { bits } = command;
      const empty = bits.m.eq(0).or(bits.k.eq(0)).or(bits.n.eq(0));

      const weightCommands = inst(Commands);
      const activationCommands = inst(Commands);
      const resultCommands = inst(Commands);
      const weightWalk = inst(WeightWalk(config));
      const activationWalk = inst(ActivationWalk(config));
      const resultWalk = inst(ResultWalk(config));
      const weights = inst(Weights);
      const activations = inst(Activations);
      const feeder = inst(Feeder);
      const array = inst(SystolicArray);

      // An empty GEMM waits until it is the only one, so that what is done comes out in order.
      const given = resultWalk.out.busy.or(resultCommands.out.level.ne(0));
      const busy = given.or(cancel.and(feeder.out.clear.not()));
      const queues = [weightCommands, activationCommands, resultCommands];
      const room = queues.reduce<Bool>((all, queue) => all.and(queue.out.enq.ready), empty.not());
      const skips = command.valid.and(empty).and(busy.not()).and(cancel.not());
      const enters = command.valid.and(room).and(cancel.not());
      weightCommands.in = { enq: { valid: enters, bits }, deq: weightWalk.out.command };
      activationCommands.in = { enq: { valid: enters, bits }, deq: activationWalk.out.command };
      resultCommands.in = { enq: { valid: enters, bits }, deq: resultWalk.out.command };

      const asksWeights = weightWalk.out.valid;
      weightWalk.in = { command: weightCommands.out.deq, advance: asksWeights.and(weights.out.request.ready), cancel };
      weights.in = {
        request: {
          valid: asksWeights,
          bits: {
            address: weightWalk.out.row.trunc(rowBits),
            tag: pack(WeightTag, { os: weightWalk.out.os }),
          },
        },
        data: weightData.bits,
        read: weightRead,
        row: feeder.out.weight,
      };

      const asksActivations = activationWalk.out.valid;
      const { os, mark, zero } = activationWalk.out;
      activationWalk.in = {
        command: activationCommands.out.deq,
        advance: asksActivations.and(activations.out.request.ready),
        cancel,
      };
      activations.in = {
        request: {
          valid: asksActivations,
          bits: {
            address: activationWalk.out.row.trunc(rowBits),
            tag: pack(ActivationTag, { os, mark, zero }),
          },
        },
        data: activationData.bits,
        read: activationRead,
        row: feeder.out.activation,
      };

      feeder.in = { weight: weights.out.row, activation: activations.out.row, cancel };
      const toArray = feeder.out;
      array.in = {
        os: toArray.os,
        activations: toArray.activations,
        weights: toArray.weights,
        load: toArray.load,
      };

      const leaves = array.out.valid.and(cancel.not());
      resultWalk.in = { command: resultCommands.out.deq, advance: leaves, cancel };
      const inRange = resultWalk.out.row.lt(accumulatorRows);
      const adds = leaves.and(resultWalk.out.drop.not()).and(inRange);
      check(leaves.not().or(resultWalk.out.busy), "a row that leaves the array belongs to a GEMM");
      check(adds.not().or(add.ready), "the accumulators take every row of the array");

      // What goes wrong anywhere on the way of a GEMM is told when it is done, at the latest when the unit is empty.
      const beyond = asksWeights
        .and(weightWalk.out.row.ge(scratchpadRows))
        .or(asksActivations.and(activationWalk.out.row.ge(scratchpadRows)))
        .or(leaves.and(resultWalk.out.drop.not()).and(inRange.not()));
      const wrong = reg(Bool, 0);
      const done = resultWalk.out.done.or(skips);
      const fault = skips.or(wrong).or(beyond);
      when(done.or(cancel), () => {
        wrong.next = 0;
      }).elseWhen(beyond, () => {
        wrong.next = 1;
      });

      return {
        command: { ready: mux(empty, busy.not(), room).and(cancel.not()) },
        activationRead: activations.out.read,
        weightRead: weights.out.read,
        add: {
          valid: adds,
          bits: {
            address: resultWalk.out.row.trunc(sumBits),
            sums: array.out.sums,
            accumulate: resultWalk.out.accumulate,
          },
        },
        done,
        tag: mux(resultWalk.out.done, resultWalk.out.tag, bits.tag),
        fault: done.and(fault),
        reason: mux(skips, FaultReason.lit("Operand"), "Range"),
        busy,
        computing: toArray.activations.valid,
        waiting: toArray.waiting,
      };
    },
  );
};
