import type { Point } from "./point.ts";

/** A network is saturated where packets take this many times as long as in an empty one. */
const saturatedLatency = 3;

/** The rates of a sweep, as parts of the bound: closer where the curve bends. */
const parts = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1];

/** The rates at which a sweep measures, up to the bound, in flits of each sending node a cycle. */
export function sweepRates(bound: number): number[] {
  return parts.map((part) => Number(Math.min(1, part * bound).toFixed(4)));
}

/** Whether a point lies beyond saturation. */
export function isSaturated({ meanLatency }: Point, zeroLoad: number): boolean {
  return !(meanLatency <= saturatedLatency * zeroLoad);
}

/**
 * The throughput at saturation: the most that was accepted, in flits of each sending node a cycle, with a mean latency of
 * at most three times that of an empty network. Null where all points are beyond.
 */
export function saturationOf(points: readonly Point[], zeroLoad: number): number | null {
  const accepted = points.filter((point) => !isSaturated(point, zeroLoad)).map((point) => point.accepted);
  return accepted.length === 0 ? null : Math.max(...accepted);
}
