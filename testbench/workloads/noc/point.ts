import { setImmediate } from "node:timers/promises";
import type { NocConfig } from "../../../hdl/index.ts";
import { SimulationError } from "../../../sim/engine.ts";
import { Random } from "../../bench/random.ts";
import { Interrupted, type Progress } from "../../progress.ts";
import { type Load, type MeshSim, NocTraffic } from "./traffic.ts";

/** How long one rate is run. */
export interface Window {
  /** Cycles before anything is counted. */
  readonly warmup: number;
  /** Cycles that are counted. */
  readonly measure: number;
}

/** What one rate gave. */
export interface Point {
  /** Flits that each sending node is to make in a cycle. */
  readonly rate: number;
  /** Flits made and received in a cycle, for each node that sends. */
  readonly offered: number;
  readonly accepted: number;
  /** Cycles from a packet's making to its last flit's arrival, of the packets that arrived. */
  readonly meanLatency: number;
  readonly mostLatency: number;
  readonly packets: number;
}

/** Who hears of a run's progress, and after how many cycles it is given up. */
export interface Watch {
  readonly progress: Progress;
  /** Cycles done before, of how many in all. */
  readonly before: number;
  readonly total: number;
  readonly limit: number;
}

/** Cycles between looks at the progress. */
const chunk = 50;

/**
 * Runs traffic on a mesh that was just started, first to warm up, then counting.
 * @throws DeliveryError, CheckFailure, SimulationError past the limit of cycles, Interrupted
 */
export async function measure(
  dut: MeshSim,
  config: NocConfig,
  load: Load,
  seed: number,
  { warmup, measure: counted }: Window,
  watch: Watch,
): Promise<{ traffic: NocTraffic; point: Point }> {
  const traffic = new NocTraffic(dut, config, load, new Random(seed));
  const run = async (cycles: number) => {
    for (let left = cycles; left > 0; left -= chunk) {
      const { progress, before, total, limit } = watch;
      if (progress.signal.aborted) throw new Interrupted();
      if (before + dut.cycle >= limit) throw new SimulationError(`not finished after ${limit} cycles; raise --cycles`);
      traffic.run(Math.min(left, chunk));
      progress.report(before + dut.cycle, Math.max(total, before + dut.cycle), "Mesh");
      await setImmediate();
    }
  };
  await run(warmup);
  traffic.resetCounts();
  await run(counted);

  const { madeFlits, receivedFlits, packets, latency, mostLatency } = traffic.counts;
  const share = (flits: number) => flits / (counted * load.destinations.senders);
  const point = {
    rate: load.rate,
    offered: share(madeFlits),
    accepted: share(receivedFlits),
    meanLatency: packets === 0 ? Number.NaN : latency / packets,
    mostLatency,
    packets,
  };
  return { traffic, point };
}
