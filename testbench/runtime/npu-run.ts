import type { ChipNode } from "../../hdl/index.ts";
import { type CounterName, counters as tileCounters } from "../../hdl/npu/tile/index.ts";

/** All counters of a tile. */
export class TileCounters {
  constructor(private readonly values: ReadonlyMap<string, number>) {}

  of(name: CounterName): number {
    return this.values.get(name) ?? 0;
  }

  get all(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.values);
  }
}

/** What counters of a tile must say, as monitors on its ports, and on the network where it has one, saw it. */
export type TileTraffic = Readonly<Partial<Record<CounterName, number>>>;

/** A tile in a run of programs. */
export interface TileRun {
  readonly node: ChipNode;
  readonly counters: TileCounters;
  readonly traffic: TileTraffic;
}

/** A run of programs, from the first start to the last interrupt. */
export interface NpuRun {
  readonly cycles: number;
  /** The tiles that had a program; empty where counters were not asked for. */
  readonly tiles: readonly TileRun[];
  /** What the network did wrong, in one line; null where it did nothing wrong, or has no monitor. */
  readonly misdelivery: string | null;
}

/** What was seen between two moments. */
export function since(before: TileTraffic, after: TileTraffic): TileTraffic {
  const traffic: Partial<Record<CounterName, number>> = {};
  for (const name of countersOf(after)) traffic[name] = (after[name] ?? 0) - (before[name] ?? 0);
  return traffic;
}

/**
 * Where the network did something wrong, or a tile's counters and the monitors do not say the same; null where all is
 * well.
 */
export function disagreement({ tiles, misdelivery }: NpuRun): string | null {
  if (misdelivery !== null) return `network: ${misdelivery}`;
  for (const { node, counters, traffic } of tiles)
    for (const name of countersOf(traffic))
      if (counters.of(name) !== traffic[name])
        return `tile (${node.id & 15}, ${node.id >> 4}): the counter ${name} says ${counters.of(name)}, the monitor on the port ${traffic[name]}`;
  return null;
}

function countersOf(traffic: TileTraffic): readonly CounterName[] {
  return tileCounters.map(({ name }) => name).filter((name) => traffic[name] !== undefined);
}
