import type { Domain } from "../../hdl/netlist/index.ts";
import { type Clock, schedule } from "../../sim/index.ts";
import type { Random } from "../bench/random.ts";

/** One setting of the clocks' levels; bit `d` is the level of the top's domain `d`. */
export interface Levels {
  /** Ticks since power-on of the edge that is taken here, or that the levels follow. */
  readonly time: number;
  readonly levels: number;
  /** Whether these are active edges rather than the way back. */
  readonly active: boolean;
}

/**
 * The clocks of a design from cycle to cycle of its implicit domain. A cycle begins with every clock at its inactive
 * level; then come the moments of the schedule up to and including the next edge of the implicit domain, each as an
 * active edge of its domains, with a way back between two moments.
 */
export class ClockLevels {
  private readonly moments;
  private readonly period: number;
  /** The levels between edges. */
  readonly idle: number;
  private next = 0;
  private begun = 0;
  /** Ticks of the last edge. */
  time = 0;

  constructor(domains: readonly Domain[], clocks: Readonly<Record<string, Clock>>) {
    const { period, moments } = schedule(domains, clocks);
    this.moments = moments;
    this.period = period;
    this.idle = domains.reduce((levels, { edge }, d) => (edge === "falling" ? levels | (1 << d) : levels), 0);
  }

  /** The levels of the next cycle after its idle ones, in order. */
  cycle(): Levels[] {
    const steps: Levels[] = [];
    for (;;) {
      const moment = this.moments[this.next];
      if (!moment) throw new RangeError("a schedule without moments");
      if (steps.length > 0) steps.push({ time: this.time, levels: this.idle, active: false });
      this.time = this.begun + moment.time;
      steps.push({ time: this.time, levels: this.idle ^ moment.domains, active: true });
      this.next++;
      if (this.next === this.moments.length) {
        this.next = 0;
        this.begun += this.period;
      }
      if (moment.domains & 1) return steps;
    }
  }
}

/** Ticks of the implicit domain where there are several: no other is slower, so that none has fewer edges. */
const slowest = 7;

/**
 * Clocks for a design, the default one where it has one domain alone. Of several, each gets a period and a phase of its
 * own at random.
 */
export function randomClocks(domains: readonly Domain[], random: Random): Record<string, Clock> {
  if (domains.length < 2) return {};
  return Object.fromEntries(
    domains.map(({ name }, d) => {
      const period = d === 0 ? slowest : 3 + random.below(slowest - 2);
      return [name, { period, phase: random.below(period) }];
    }),
  );
}
