import type { NpuConfig } from "../../../hdl/index.ts";
import type { MatmulShape } from "../block-plan.ts";
import { ranges } from "./matmul-task.ts";
import { layoutOf, type TileDemands, type TilePlan } from "./tile-plan.ts";

/** The memory that a tile's channels lead to. */
export interface MemorySpeed {
  /** Cycles from an address to its first beat. */
  readonly latency: number;
  /** Bytes a cycle of one channel. */
  readonly channelBytes: number;
  /** Bytes a cycle of all channels of a tile together. */
  readonly tileBytes: number;
}

/** What a plan is thought to take. */
export interface Estimate {
  readonly cycles: number;
  /** Of the array alone. */
  readonly compute: number;
  /** Those of the weights included. */
  readonly readBytes: number;
  readonly weightBytes: number;
  readonly writeBytes: number;
}

const readChannels = 2;
/** Cycles that an instruction keeps its unit from the next, on top of what it moves or computes. */
const overheads = { load: 40, gemm: 6, store: 20 } as const;

/**
 * The cycles of a plan: the most of what the array takes, and the reads and the writes; before it the first pieces' way in,
 * after it the last block's way out. Null where it does not fit the tile.
 */
export function estimate(
  plan: TilePlan,
  shape: MatmulShape,
  demands: TileDemands,
  config: NpuConfig,
  memory: MemorySpeed,
): Estimate | null {
  const layout = layoutOf(plan, demands, config);
  if (!layout) return null;
  const { side } = config;
  const tiles = (size: number) => Math.ceil(size / side);
  const blocks = tiles(shape.n);
  const mParts = ranges({ from: 0, size: shape.m }, plan.m);
  const kParts = ranges({ from: 0, size: shape.k }, plan.k);
  const nParts = Math.ceil(blocks / plan.n);

  let compute = 3 * side;
  for (const m of mParts)
    for (const k of kParts) {
      const once =
        plan.dataflow === "ws" ? tiles(k.size) * Math.max(m.size, side) : tiles(m.size) * Math.max(k.size, side);
      compute += blocks * once;
    }

  // A piece stays if all that come before its next use fit beside it.
  const pieces = { a: mParts.length * kParts.length, w: blocks * kParts.length };
  const ofOuterM = plan.outer === "m";
  const aStays = layout.a.length >= (ofOuterM ? kParts.length : pieces.a);
  const wStays = layout.w.length >= (ofOuterM ? pieces.w : kParts.length * plan.n);
  const aTimes = aStays ? 1 : nParts;
  const wTimes = wStays ? 1 : mParts.length;

  const beat = (bytes: number) => Math.ceil(bytes / memory.channelBytes);
  // Rows too short keep as many bursts under way as there may be, and still wait for data.
  const slowed = (beats: number, rowBytes: number, bursts: number) => {
    const burst = Math.min(beat(rowBytes), config.burstBeats);
    return beats * Math.max(1, (memory.latency + burst) / (bursts * burst));
  };
  const rows = (from: readonly { readonly size: number }[]) => from.reduce((sum, { size }) => sum + size, 0);
  const aBeats = slowed(
    aTimes * rows(mParts) * kParts.reduce((sum, { size }) => sum + beat(size), 0),
    plan.k,
    config.reads,
  );
  const wBytes = wTimes * blocks * side * tiles(shape.k) * side;
  const element = demands.int8 ? 1 : 4;
  const rowBytes = Math.min(plan.n * side, shape.n) * element;
  const writeBeats = slowed(shape.m * nParts * beat(rowBytes), rowBytes, config.writes);
  const readBytes = aBeats * memory.channelBytes + wBytes;
  const writeBytes = shape.m * shape.n * element;
  const operations = mParts.length * kParts.length * blocks;
  const loads = pieces.a * aTimes + pieces.w * wTimes;
  const stores = mParts.length * nParts;
  const instructions = operations + loads + 3 * stores;
  const fetched = instructions * beat(16);
  const reading = (readBytes / memory.channelBytes + fetched + loads * overheads.load) / readChannels;
  const bus = (readBytes + writeBytes) / memory.tileBytes;

  const [m, k] = [Math.min(plan.m, shape.m), Math.min(plan.k, shape.k)];
  const first = memory.latency + 30 + Math.max(slowed(m * beat(k), k, config.reads), tiles(k) * beat(side * side));
  const lastRows = m * Math.min(plan.n, blocks);
  const vector = (demands.int8 ? lastRows : demands.bias ? 2 * lastRows : 0) + 20;
  const last = vector + memory.latency + 30 + slowed(m * beat(rowBytes), rowBytes, config.writes);
  // Without a second slot a piece is only loaded once the one before has been used.
  const alone = (slots: number, all: number) => (slots < 2 && all > 1 ? all * (memory.latency + 20) : 0);
  const waits = alone(layout.a.length, pieces.a * aTimes) + alone(layout.w.length, pieces.w * wTimes);
  // A block of int32 must have left before the one after the next begins, which takes as long as its neighbour is
  // computed; int8 results only must have been requantised, and stored in the time of two blocks.
  const leaving = demands.int8 ? Math.max(vector, (vector + last) / 2) : last;
  const inside = Math.max(
    Math.max(compute + operations * overheads.gemm, stores * leaving) + waits,
    reading,
    writeBeats + stores * overheads.store,
    bus,
    3 * instructions,
  );
  return { cycles: Math.ceil(first + inside + last), compute, readBytes, weightBytes: wBytes, writeBytes };
}
