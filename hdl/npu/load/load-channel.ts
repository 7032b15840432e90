import { Bool, Bundle, check, clog2, inst, module, mux, reg, Stream, UInt, when } from "../../lang/index.ts";
import { Fifo } from "../../lib/index.ts";
import { AccumulatorAdd } from "../accumulators.ts";
import { AxiRead } from "../axi.ts";
import { FaultReason } from "../controller/fault.ts";
import { DmaBeat, ReadDescriptor } from "../dma/descriptor.ts";
import { DmaReader } from "../dma/dma-reader.ts";
import { mostUnderWay, PathResult } from "../movers/index.ts";
import { channelConfig, type NpuConfig, transactionIds } from "../npu-config.ts";
import { ScratchpadWrite } from "../scratchpad.ts";
import { BeatPlacer, ParameterRow, TableEntry } from "./beat-placer.ts";
import { LoadWork, Placement } from "./load-plan.ts";

/** Beats between the bus and the memories. */
const slack = 2;

/** A LOAD for a channel: what to read and where to put it. */
export const LoadJob = (config: NpuConfig) =>
  Bundle({ descriptor: ReadDescriptor(channelConfig(config, transactionIds.data)), placement: Placement });

/**
 * A read channel with what puts its data into the memories.
 *
 *     job ─┬─► DMA reader ─► beats ──┐
 *          └─► placements ───────────┴─► placer ─► write, add, parameter, entry
 *
 * - `job`: accepted when all bursts of the one before are asked for, so that its own follow while data are on their way.
 *   At most `mostUnderWay` may have been accepted without having given their result.
 * - `drop`: what is under way ends as soon as the bus allows, and nothing more is written; until the channel is idle.
 * - `result`: of each LOAD, in their order. `backlog`: the work of those that have not ended.
 * - `starved`: a LOAD waits for data.
 */
export const LoadChannel = (config: NpuConfig) => {
  const channel = channelConfig(config, transactionIds.data);
  const Reader = DmaReader(channel);
  const Beats = Fifo(DmaBeat(channel), slack);
  const Placements = Fifo(Placement, mostUnderWay);
  const Results = Fifo(PathResult, mostUnderWay);
  const Placer = BeatPlacer(config);

  return module(
    "LoadChannel",
    {
      params: { side: config.side },
      in: { job: Stream(LoadJob(config)), drop: Bool },
      out: {
        bus: AxiRead(channel),
        write: Stream(ScratchpadWrite(config)),
        add: Stream(AccumulatorAdd(config)),
        parameter: Stream(ParameterRow(config)),
        entry: Stream(TableEntry),
        result: Stream(PathResult),
        backlog: LoadWork,
        starved: Bool,
      },
    },
    ({ job, drop, bus, write, add, parameter, entry, result }) => {
      const backlog = reg(LoadWork, 0);
      const owed = reg(UInt(clog2(mostUnderWay + 1)), 0); // LOADs that have ended without a result yet
      const reader = inst(Reader);
      const beats = inst(Beats);
      const placements = inst(Placements);
      const placer = inst(Placer);
      const results = inst(Results);

      const ready = reader.out.descriptor.ready.and(placements.out.enq.ready);
      const begins = job.valid.and(ready);
      const { ended } = placer.out;
      const status = reader.out.status;
      const reports = ended.or(owed.ne(0));
      const reported = reports.and(status.valid).and(results.out.enq.ready);

      reader.in = {
        descriptor: { valid: begins, bits: job.bits.descriptor },
        cancel: drop,
        bus,
        data: beats.out.enq,
        status: { ready: reports.and(results.out.enq.ready) },
      };
      beats.in = { enq: reader.out.data, deq: placer.out.beat };
      placements.in = { enq: { valid: begins, bits: job.bits.placement }, deq: placer.out.placement };
      placer.in = { placement: placements.out.deq, beat: beats.out.deq, drop, write, add, parameter, entry };
      results.in = {
        enq: {
          valid: reports.and(status.valid),
          bits: {
            reason: mux(status.bits.error.is("None"), FaultReason.lit("None"), FaultReason.lit("Read")),
            address: status.bits.address.trunc(32),
          },
        },
        deq: result,
      };
      when(ended.ne(reported), () => {
        owed.next = mux(ended, owed.add(1), owed.sub(1));
      });
      check(owed.le(mostUnderWay), "no more LOADs have ended than may be under way");

      const added = mux(begins, job.bits.placement.work, 0);
      backlog.next = backlog.add(added).sub(mux(ended, placer.out.work, 0));

      return {
        job: { ready },
        bus: reader.out.bus,
        write: placer.out.write,
        add: placer.out.add,
        parameter: placer.out.parameter,
        entry: placer.out.entry,
        result: results.out.deq,
        backlog,
        starved: placer.out.busy.and(beats.out.deq.valid.not()),
      };
    },
  );
};
