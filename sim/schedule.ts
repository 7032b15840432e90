import type { Domain } from "../hdl/netlist/index.ts";
import { type Clock, SimulationError } from "./engine.ts";

/** One moment at which at least one domain has its active edge. */
export interface Moment {
  /** Ticks since the start of the schedule's period, 1 to `period`. */
  readonly time: number;
  /** Bit `i` is set when domain `i` of the top has its active edge. */
  readonly domains: number;
}

/** All edges of one hyperperiod, the least common multiple of the clocks' periods; it repeats for ever. */
export interface Schedule {
  readonly period: number;
  readonly moments: readonly Moment[];
}

const mostMoments = 65_536;
const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b));

/** Ticks of a clock whose timing is not given: rising edges on multiples of 10, falling edges half a period later. */
export function defaultClock(domain: Domain): Clock {
  return { period: 10, phase: domain.edge === "falling" ? 5 : 0 };
}

/**
 * Lays out the active edges of a top's domains. A clock has them at every time t > 0 with t ≡ phase (mod period); edges
 * at the same time are taken together: every domain samples before any of them changes state.
 */
export function schedule(domains: readonly Domain[], clocks: Readonly<Record<string, Clock>> = {}): Schedule {
  for (const name of Object.keys(clocks))
    if (!domains.some((domain) => domain.name === name))
      throw new SimulationError(`no clock domain ${name}; the design has ${domains.map((d) => d.name).join(", ")}`);
  if (domains.length > 32) throw new SimulationError(`${domains.length} clock domains; at most 32 can be simulated`);

  const timing = domains.map((domain) => clocks[domain.name] ?? defaultClock(domain));
  timing.forEach(({ period, phase }, i) => {
    if (!Number.isSafeInteger(period) || period < 1 || !Number.isSafeInteger(phase) || phase < 0 || phase >= period)
      throw new SimulationError(
        `clock ${domains[i]?.name}: the period must be a whole number ≥ 1 and the phase from 0 to below it, not ${period} and ${phase}`,
      );
  });

  const period = timing.reduce((all, { period: own }) => (all / greatestCommonDivisor(all, own)) * own, 1);
  const edges = timing.reduce((sum, clock) => sum + period / clock.period, 0);
  if (edges > mostMoments)
    throw new SimulationError(
      `the clocks' periods repeat only after ${edges} edges; choose periods with a common factor`,
    );

  const masks = new Map<number, number>();
  timing.forEach((clock, i) => {
    for (let time = clock.phase === 0 ? clock.period : clock.phase; time <= period; time += clock.period)
      masks.set(time, (masks.get(time) ?? 0) | (1 << i));
  });
  const moments = [...masks].sort(([a], [b]) => a - b).map(([time, domains]) => ({ time, domains }));
  return { period, moments };
}
