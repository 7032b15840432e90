import { Bool, Bundle, check, clog2, inst, module, mux, reg, Stream, UInt, when } from "../../lang/index.ts";
import { element } from "../../lib/element.ts";
import { Fifo } from "../../lib/index.ts";
import { AccumulatorData, AccumulatorRow } from "../accumulators.ts";
import { AxiWrite } from "../axi.ts";
import { FaultReason, UnitFault } from "../controller/fault.ts";
import { WriteDescriptor } from "../dma/descriptor.ts";
import { DmaWriter } from "../dma/dma-writer.ts";
import { countOnes } from "../dma/lanes.ts";
import { resize } from "../dma/resize.ts";
import { doneTag, instructionBits, mnemonicIs } from "../isa/index.ts";
import {
  CompletionQueue,
  checkFlits,
  MovedBytes,
  MoverWaits,
  mostUnderWay,
  PacketPlan,
  PathResult,
} from "../movers/index.ts";
import { NodeId, ReceivedFlit, SentFlit } from "../noc/flit.ts";
import { type NocConfig, nodeIds } from "../noc/noc-config.ts";
import { channelConfig, type NpuConfig, transactionIds } from "../npu-config.ts";
import { ScratchpadAddress, ScratchpadData } from "../scratchpad.ts";
import { GrantBoard } from "./grant-board.ts";
import { RowJob, RowStream } from "./row-stream.ts";
import { StorePlan } from "./store-plan.ts";

/** Paths that instructions take: the write channel, and SEND. None: what is illegal or given up. */
const paths = 2;
const writing = 0;
const sending = 1;

/** Where a SEND goes. */
const Address = Bundle({ node: NodeId, mask: NodeId });

/**
 * Carries out STORE and SEND: writes rows of the local memories to DRAM, and sends them through the network.
 *
 *     command ─► plan ─┬─► row stream ─┬─► DMA writer ─► write
 *                      │               └─► packets ────► send
 *                      └─► completion queue ─► done
 *
 * Instructions begin in their order, each when the rows of the one before are all asked for; a STORE is done when the bus
 * has answered its last write, a SEND when its last flit is out, both in the order of commands. A row of the scratchpad
 * or a quarter of one of the accumulators moves in a cycle.
 *
 * - `command`: instructions, legal in form. See `StorePlan` and `PacketPlan` for those that are not in their operands; they
 *   move nothing.
 * - `scratchpadRead`, `accumulatorRead` and their data: a reader of each memory.
 * - `grants`: requests of the network, always accepted: the sender waits for the tag in the payload. A SEND begins when
 *   all its destinations do. `send`: responses to the network, in packets of at most `vcDepth` flits.
 * - `cancel`: all that is under way ends as soon as the bus allows, whole packets sent, without a fault. It is kept until
 *   the unit is idle; no commands are accepted meanwhile and grants are forgotten.
 * - `bytesWritten`, `bytesSent`: in this cycle.
 * - `done`: one instruction is done after this cycle, with its `tag` and its `fault`. `busy`: one is not.
 *
 * Throws a RangeError unless a flit of the network carries a row of the scratchpad.
 */
export const StoreUnit = (config: NpuConfig, noc: NocConfig) => {
  checkFlits(config, noc);
  const channel = channelConfig(config, transactionIds.data);
  const Planned = Bundle({
    descriptor: WriteDescriptor(channel),
    job: RowJob(config),
    address: Address,
    packetTag: UInt(4),
    destinations: UInt(nodeIds(noc).length),
    reason: FaultReason,
    tag: UInt(4),
  });
  const Plans = Fifo(Planned, 2);
  const Completion = CompletionQueue(paths);
  const Board = GrantBoard(noc);
  const Rows = RowStream(config, noc.vcDepth);
  const Descriptors = Fifo(WriteDescriptor(channel), 2);
  const Addresses = Fifo(Address, 2);
  const Writer = DmaWriter(channel);
  const Results = Fifo(PathResult, mostUnderWay);
  const Flits = UInt(clog2(noc.vcDepth));

  return module(
    "StoreUnit",
    {
      params: { side: config.side },
      in: {
        command: Stream(UInt(instructionBits)),
        scratchpadData: ScratchpadData(config),
        accumulatorData: AccumulatorData(config),
        grants: Stream(ReceivedFlit(noc)),
        cancel: Bool,
      },
      out: {
        write: AxiWrite(channel),
        scratchpadRead: Stream(ScratchpadAddress(config)),
        accumulatorRead: Stream(AccumulatorRow(config)),
        send: Stream(SentFlit(noc)),
        done: Bool,
        tag: UInt(4),
        fault: UnitFault,
        busy: Bool,
        waits: MoverWaits,
        bytesWritten: MovedBytes,
        bytesSent: MovedBytes,
      },
    },
    ({ command, scratchpadData, accumulatorData, grants, cancel, write, scratchpadRead, accumulatorRead, send }) => {
      const cancelled = reg(Bool, 0);
      const inPacket = reg(Flits, 0); // flits of the packet that are out
      const plans = inst(Plans);
      const completion = inst(Completion);
      const board = inst(Board);
      const rows = inst(Rows);
      const descriptors = inst(Descriptors);
      const addresses = inst(Addresses);
      const writer = inst(Writer);
      const sent = inst(Results);

      const busy = plans.out.level.ne(0).or(completion.out.empty.not());
      const drop = cancel.or(cancelled.and(busy));
      cancelled.next = drop;

      const word = command.bits;
      const sends = mnemonicIs(word, "send");
      const store = StorePlan(config)({ instruction: word });
      const packet = PacketPlan(config, noc, "send")({ instruction: word });
      const { node, mask, local, rows: count, sums } = packet.job;

      const { valid, bits } = plans.out.deq;
      const skips = drop.or(bits.reason.is("None").not());
      const toSend = bits.job.sends;
      const goes = valid.and(skips.not()).and(completion.out.begin.ready);
      const room = rows.out.job.ready.and(mux(toSend, addresses.out.enq.ready, descriptors.out.enq.ready));
      const starts = goes.and(room).and(toSend.not().or(board.out.granted));
      const begins = starts.or(valid.and(skips).and(completion.out.begin.ready));

      const { piece } = rows.out;
      const flit = piece.valid.and(piece.bits.sends).and(piece.bits.end.not());
      const ended = piece.valid.and(piece.bits.sends).and(piece.bits.end);
      const toWriter = piece.valid.and(piece.bits.sends.not());

      plans.in = {
        enq: {
          valid: command.valid.and(drop.not()),
          bits: {
            descriptor: store.descriptor,
            job: {
              sums: mux(sends, sums, store.job.sums),
              local: mux(sends, local, store.job.local),
              step: store.job.step,
              lines: mux(sends, count, store.job.lines),
              blocks: mux(sends, UInt(12).lit(1), store.job.blocks),
              lanes: mux(sends, UInt(Math.log2(config.side) + 1).lit(config.side), store.job.lanes),
              joined: store.job.joined,
              sends,
            },
            address: { node, mask },
            packetTag: packet.job.tag,
            destinations: packet.destinations,
            reason: mux(sends, packet.reason, store.reason),
            tag: mux(sends, doneTag(word, "send"), doneTag(word, "store")),
          },
        },
        deq: { ready: begins },
      };
      completion.in = {
        begin: {
          valid: begins,
          bits: {
            path: mux(skips, UInt(2).lit(paths), mux(toSend, UInt(2).lit(sending), UInt(2).lit(writing))),
            tag: bits.tag,
            reason: mux(drop, FaultReason.lit("None"), bits.reason),
            sums: Bool.lit(0),
          },
        },
        result: [
          {
            valid: writer.out.status.valid,
            bits: {
              reason: mux(writer.out.status.bits.error.is("None"), FaultReason.lit("None"), FaultReason.lit("Write")),
              address: writer.out.status.bits.address.trunc(32),
            },
          },
          sent.out.deq,
        ],
        quiet: drop,
      };
      board.in = {
        grant: { valid: grants.valid, source: grants.bits.source, tag: grants.bits.payload.trunc(4) },
        tag: bits.packetTag,
        destinations: bits.destinations,
        take: starts.and(toSend),
        clear: drop,
      };
      rows.in = {
        job: { valid: starts, bits: bits.job },
        scratchpadData,
        accumulatorData,
        stop: drop,
        scratchpadRead,
        accumulatorRead,
        piece: { ready: mux(piece.bits.sends, piece.bits.end.or(send.ready), writer.out.data.ready) },
      };
      descriptors.in = {
        enq: { valid: starts.and(toSend.not()), bits: bits.descriptor },
        deq: writer.out.descriptor,
      };
      addresses.in = {
        enq: { valid: starts.and(toSend), bits: bits.address },
        deq: { ready: ended },
      };
      writer.in = {
        descriptor: descriptors.out.deq,
        data: {
          valid: toWriter,
          bits: {
            data: piece.bits.data,
            strobe: piece.bits.strobe,
            last: piece.bits.last,
            end: piece.bits.end,
          },
        },
        bus: write,
        status: { ready: element(completion.out.result, writing).ready },
      };
      sent.in = {
        enq: { valid: ended, bits: { reason: FaultReason.lit("None"), address: UInt(32).lit(0) } },
        deq: element(completion.out.result, sending),
      };
      check(ended.not().or(sent.out.enq.ready), "there is room for every result");

      const last = inPacket.eq(noc.vcDepth - 1).or(piece.bits.final);
      when(flit.and(send.ready), () => {
        inPacket.next = mux(last, Flits.lit(0), inPacket.add(1));
      });

      const { w } = writer.out.bus;
      return {
        command: { ready: plans.out.enq.ready.and(drop.not()) },
        grants: { ready: Bool.lit(1) },
        write: writer.out.bus,
        scratchpadRead: rows.out.scratchpadRead,
        accumulatorRead: rows.out.accumulatorRead,
        send: {
          valid: flit,
          bits: {
            payload: piece.bits.data,
            destination: addresses.out.deq.bits.node,
            mask: addresses.out.deq.bits.mask,
            last,
          },
        },
        done: completion.out.done,
        tag: completion.out.tag,
        fault: completion.out.fault,
        busy,
        waits: {
          bus: mux(piece.valid, toWriter.and(writer.out.data.ready.not()), writer.out.busy.and(rows.out.busy.not())),
          memory: rows.out.refused,
          network: flit.and(send.ready.not()).or(goes.and(toSend).and(board.out.granted.not())),
        },
        bytesWritten: mux(w.valid.and(write.w.ready), resize(countOnes(w.bits.strb), 8), 0),
        bytesSent: mux(flit.and(send.ready), MovedBytes.lit(config.side), 0),
      };
    },
  );
};
