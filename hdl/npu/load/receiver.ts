import { Bool, clog2, Enum, inst, match, module, mux, reg, Stream, UInt, unpack, when } from "../../lang/index.ts";
import { Fifo } from "../../lib/index.ts";
import { AccumulatorAdd } from "../accumulators.ts";
import { FaultReason } from "../controller/fault.ts";
import { mostUnderWay, PacketJob, PathResult } from "../movers/index.ts";
import { ReceivedFlit, SentFlit } from "../noc/flit.ts";
import type { NocConfig } from "../noc/noc-config.ts";
import { type NpuConfig, Sums } from "../npu-config.ts";
import { ScratchpadWrite } from "../scratchpad.ts";
import { RowGather } from "./row-gather.ts";

const ReceiverState = Enum("Idle", "Grant", "Take");

/** RECEIVEs that wait behind the one under way. */
const waiting = 4;

/**
 * Carries out RECEIVEs, one after the other: grants the sender its turn, then takes its rows. A row of the scratchpad is
 * one flit, one of the accumulators four, the lowest lanes first; a flit a cycle.
 *
 * - `grant`: a packet of one flit, with the tag. `flit`: responses. Those of another node than the one that was granted
 *   are taken and dropped, and are a reason to reject; so are all while nothing is awaited, without consequence.
 * - `drop`: what is under way ends at once, and what is waiting too; until the unit is idle.
 * - `result`: of each RECEIVE, in their order. `waits`: for the network.
 */
export const Receiver = (config: NpuConfig, noc: NocConfig) => {
  const { side, scratchpadRows, accumulatorRows } = config;
  const Jobs = Fifo(PacketJob, waiting);
  const Results = Fifo(PathResult, mostUnderWay);
  const Gather = RowGather(side);

  return module(
    "Receiver",
    {
      params: { side },
      in: { job: Stream(PacketJob), flit: Stream(ReceivedFlit(noc)), drop: Bool },
      out: {
        grant: Stream(SentFlit(noc)),
        write: Stream(ScratchpadWrite(config)),
        add: Stream(AccumulatorAdd(config)),
        result: Stream(PathResult),
        waits: Bool,
      },
    },
    ({ job, flit, drop, grant, write, add, result }) => {
      const state = reg(ReceiverState, "Idle");
      const current = reg(PacketJob);
      const at = reg(UInt(16)); // where the next row goes
      const left = reg(UInt(12)); // rows to come
      const rejected = reg(Bool, 0);
      const jobs = inst(Jobs);
      const gather = inst(Gather);
      const results = inst(Results);

      const waits = jobs.out.deq.valid;
      const takes = state.is("Take").and(drop.not());
      const expected = flit.bits.source.eq(current.node);
      const comes = takes.and(flit.valid).and(expected);
      const writes = comes.and(current.sums.not());
      const adds = gather.out.row.valid;
      gather.in = {
        piece: { valid: comes.and(current.sums), bits: { data: flit.bits.payload, last: Bool.lit(0) } },
        row: { ready: add.ready },
        clear: state.is("Grant"),
      };
      const placed = writes.and(write.ready).or(adds.and(add.ready));
      const finished = placed.and(left.eq(1));
      const ended = mux(state.is("Idle"), waits.and(drop), finished.or(drop));
      const ready = mux(current.sums, gather.out.piece.ready, write.ready);

      jobs.in = { enq: job, deq: { ready: state.is("Idle") } };
      match(state, {
        Idle: () => {
          when(waits.and(drop.not()), () => {
            state.next = "Grant";
          });
          current.next = jobs.out.deq.bits;
          at.next = jobs.out.deq.bits.local;
          left.next = jobs.out.deq.bits.rows;
          rejected.next = 0;
        },
        Grant: () => {
          when(drop, () => {
            state.next = "Idle";
          }).elseWhen(grant.ready, () => {
            state.next = "Take";
          });
        },
        Take: () => {
          when(placed, () => {
            at.next = at.add(1);
            left.next = left.sub(1);
          });
          when(flit.valid.and(expected.not()), () => {
            rejected.next = 1;
          });
          when(ended, () => {
            state.next = "Idle";
          });
        },
      });

      results.in = {
        enq: {
          valid: ended,
          bits: {
            reason: mux(rejected, FaultReason.lit("Reject"), FaultReason.lit("None")),
            address: UInt(32).lit(0),
          },
        },
        deq: result,
      };

      return {
        job: jobs.out.enq,
        flit: { ready: mux(takes.and(expected), ready, 1) },
        grant: {
          valid: state.is("Grant").and(drop.not()),
          bits: {
            payload: current.tag.extend(noc.payloadBits),
            destination: current.node,
            mask: UInt(8).lit(0),
            last: Bool.lit(1),
          },
        },
        write: {
          valid: writes,
          bits: {
            address: at.trunc(clog2(scratchpadRows)),
            data: flit.bits.payload,
            mask: UInt(side).lit(2n ** BigInt(side) - 1n),
          },
        },
        add: {
          valid: adds,
          bits: {
            address: at.trunc(clog2(accumulatorRows)),
            sums: [...unpack(Sums(config), gather.out.row.bits)],
            accumulate: current.accumulate,
          },
        },
        result: results.out.deq,
        waits: mux(state.is("Take"), flit.valid.not(), state.is("Grant")),
      };
    },
  );
};
