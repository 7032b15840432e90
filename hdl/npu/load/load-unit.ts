import { Bool, Bundle, inst, module, mux, reg, Stream, UInt, Vec } from "../../lang/index.ts";
import { element } from "../../lib/element.ts";
import { Fifo, StreamArbiter } from "../../lib/index.ts";
import { AccumulatorAdd } from "../accumulators.ts";
import { AxiRead } from "../axi.ts";
import { FaultReason, UnitFault } from "../controller/fault.ts";
import { doneTag, instructionBits, mnemonicIs, variantIs } from "../isa/index.ts";
import { CompletionQueue, checkFlits, MovedBytes, MoverWaits, PacketJob, PacketPlan } from "../movers/index.ts";
import { ReceivedFlit, SentFlit } from "../noc/flit.ts";
import type { NocConfig } from "../noc/noc-config.ts";
import { channelConfig, type NpuConfig, transactionIds } from "../npu-config.ts";
import { ScratchpadWrite } from "../scratchpad.ts";
import { ParameterWrite, TableWrite } from "../vector/index.ts";
import { ParameterRow, TableEntry } from "./beat-placer.ts";
import { LoadChannel, LoadJob } from "./load-channel.ts";
import { LoadPlan } from "./load-plan.ts";
import { Receiver } from "./receiver.ts";

/** Paths that instructions take: the two read channels, and RECEIVE. None: what is illegal or given up. */
const paths = 3;
const receiving = 2;
const noPath = 3;

/** An instruction that has been looked at. */
const Planned = (config: NpuConfig) =>
  Bundle({
    load: LoadJob(config),
    receive: PacketJob,
    receives: Bool,
    reason: FaultReason,
    sums: Bool,
    accumulate: Bool,
    tag: UInt(4),
  });

/**
 * Carries out LOAD and RECEIVE: fills the local memories from DRAM over two read channels, and from the network.
 *
 *     command ─► plan ─┬─► channel 0 ─┐
 *                      ├─► channel 1 ─┼─► scratchpad, accumulators, parameters, table
 *                      ├─► receiver ──┘
 *                      └─► completion queue ─► done
 *
 * LOADs go to the channel with less to do, and several of them and a RECEIVE are under way at once: they write in any
 * order, a row a cycle each where the memories take it. They are done in the order of commands. An instruction that adds
 * to the accumulators begins when those before it that write them are done.
 *
 * - `command`: instructions, legal in form. See `LoadPlan` and `PacketPlan` for those that are not in their operands; they
 *   move nothing.
 * - `read`: the bus. `receive`: responses of the network. `grant`: requests to it, each says that a tag may be sent.
 * - `scratchpadWrite`: of the two channels and of RECEIVE. `bias`, `scale`, `table`: always accepted.
 * - `cancel`: all that is under way ends as soon as the bus allows, without a fault and without writing more. It is kept
 *   until the unit is idle; no commands are accepted meanwhile.
 * - `bytesRead`: on each channel in this cycle, whole beats; `bytesReceived`: in flits.
 * - `done`: one instruction is done after this cycle, with its `tag` and its `fault`. `busy`: one is not.
 *
 * Throws a RangeError unless a flit of the network carries a row of the scratchpad.
 */
export const LoadUnit = (config: NpuConfig, noc: NocConfig) => {
  checkFlits(config, noc);
  const Plans = Fifo(Planned(config), 2);
  const Completion = CompletionQueue(paths);
  const Channel = LoadChannel(config);
  const ReceiverOf = Receiver(config, noc);
  const Adds = StreamArbiter(AccumulatorAdd(config), 3);
  const Parameters = StreamArbiter(ParameterRow(config), 2);
  const Entries = StreamArbiter(TableEntry, 2);

  return module(
    "LoadUnit",
    {
      params: { side: config.side },
      in: { command: Stream(UInt(instructionBits)), receive: Stream(ReceivedFlit(noc)), cancel: Bool },
      out: {
        read: Vec(2, AxiRead(channelConfig(config, transactionIds.data))),
        scratchpadWrite: Vec(3, Stream(ScratchpadWrite(config))),
        add: Stream(AccumulatorAdd(config)),
        bias: ParameterWrite(config),
        scale: ParameterWrite(config),
        table: TableWrite,
        grant: Stream(SentFlit(noc)),
        done: Bool,
        tag: UInt(4),
        fault: UnitFault,
        busy: Bool,
        waits: MoverWaits,
        bytesRead: Vec(2, MovedBytes),
        bytesReceived: MovedBytes,
      },
    },
    ({ command, receive, cancel, read, scratchpadWrite, add, grant }) => {
      const cancelled = reg(Bool, 0);
      const plans = inst(Plans);
      const completion = inst(Completion);
      const channels = [inst(Channel), inst(Channel)] as const;
      const receiver = inst(ReceiverOf);
      const adds = inst(Adds);
      const parameters = inst(Parameters);
      const entries = inst(Entries);

      const busy = plans.out.level.ne(0).or(completion.out.empty.not());
      const drop = cancel.or(cancelled.and(busy));
      cancelled.next = drop;

      const word = command.bits;
      const receives = mnemonicIs(word, "receive");
      const load = LoadPlan(config)({ instruction: word });
      const packet = PacketPlan(config, noc, "receive")({ instruction: word });

      const { valid, bits } = plans.out.deq;
      const [first, second] = channels;
      const skips = drop.or(bits.reason.is("None").not());
      const waits = bits.accumulate.and(completion.out.sums).or(completion.out.begin.ready.not());
      const goes = valid.and(skips.not()).and(waits.not());
      const both = first.out.job.ready.and(second.out.job.ready);
      const toSecond = mux(both, second.out.backlog.lt(first.out.backlog), second.out.job.ready);
      const loads = goes.and(bits.receives.not());
      const takes = goes.and(bits.receives);
      const begins = mux(
        skips,
        valid.and(completion.out.begin.ready),
        loads.and(first.out.job.ready.or(second.out.job.ready)).or(takes.and(receiver.out.job.ready)),
      );

      plans.in = {
        enq: {
          valid: command.valid.and(drop.not()),
          bits: {
            load: { descriptor: load.descriptor, placement: load.placement },
            receive: packet.job,
            receives,
            reason: mux(receives, packet.reason, load.reason),
            sums: mux(receives, packet.job.sums, variantIs(word, "load", "accumulator")),
            accumulate: mux(receives, packet.job.accumulate, load.placement.accumulate),
            tag: mux(receives, doneTag(word, "receive"), doneTag(word, "load")),
          },
        },
        deq: { ready: begins },
      };
      completion.in = {
        begin: {
          valid: begins,
          bits: {
            path: mux(skips, UInt(2).lit(noPath), mux(bits.receives, UInt(2).lit(receiving), toSecond.extend(2))),
            tag: bits.tag,
            reason: mux(drop, FaultReason.lit("None"), bits.reason),
            sums: bits.sums,
          },
        },
        result: [first.out.result, second.out.result, receiver.out.result],
        quiet: drop,
      };
      channels.forEach((channel, i) => {
        channel.in = {
          job: { valid: loads.and(toSecond.eq(i)), bits: bits.load },
          drop,
          bus: element(read, i),
          write: element(scratchpadWrite, i),
          add: element(adds.out.enq, i),
          parameter: element(parameters.out.enq, i),
          entry: element(entries.out.enq, i),
          result: element(completion.out.result, i),
        };
      });
      receiver.in = {
        job: { valid: takes, bits: bits.receive },
        flit: receive,
        drop,
        grant,
        write: element(scratchpadWrite, receiving),
        add: element(adds.out.enq, receiving),
        result: element(completion.out.result, receiving),
      };

      adds.in = { enq: [first.out.add, second.out.add, receiver.out.add], deq: add };
      parameters.in = { enq: [first.out.parameter, second.out.parameter], deq: { ready: Bool.lit(1) } };
      entries.in = { enq: [first.out.entry, second.out.entry], deq: { ready: Bool.lit(1) } };
      const { valid: sets, bits: parameter } = parameters.out.deq;
      const { address, row } = parameter;
      const { valid: enters, bits: entry } = entries.out.deq;

      const writes = [first.out.write, second.out.write, receiver.out.write];
      const refused = writes.map((write, i) => write.valid.and(element(scratchpadWrite, i).ready.not()));
      const moved = (moves: Bool) => mux(moves, MovedBytes.lit(config.side), MovedBytes.lit(0));
      return {
        command: { ready: plans.out.enq.ready.and(drop.not()) },
        receive: receiver.out.flit,
        read: [first.out.bus, second.out.bus],
        scratchpadWrite: writes,
        add: adds.out.deq,
        bias: { enable: sets.and(parameter.scale.not()), address, row },
        scale: { enable: sets.and(parameter.scale), address, row },
        table: { enable: enters, address: entry.address, entry: entry.entry },
        grant: receiver.out.grant,
        done: completion.out.done,
        tag: completion.out.tag,
        fault: completion.out.fault,
        busy,
        waits: {
          bus: first.out.starved.or(second.out.starved),
          memory: refused.reduce((any, one) => any.or(one), adds.out.deq.valid.and(add.ready.not())),
          network: receiver.out.waits,
        },
        bytesRead: channels.map(({ out }, i) => moved(out.bus.r.ready.and(element(read, i).r.valid))),
        bytesReceived: moved(receive.valid.and(receiver.out.flit.ready)),
      };
    },
  );
};
