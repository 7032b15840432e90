import type { Bundle } from "./bundle.ts";
import type { Levels } from "./clock-levels.ts";

/**
 * What a peer reads for every cycle, in words of 32 bits: a head, the inputs, and so many settings of the clocks as the
 * head says, each a time and the clocks' levels. The inputs and the first levels are set together; after they have
 * settled the outputs are sampled.
 */
export const Head = {
  /** Bits of the number of settings. */
  steps: 0xffff,
  /** Send the outputs back. */
  sample: 1 << 16,
  /** Send what has been kept back so far. */
  flush: 1 << 17,
  /** Record waves. */
  trace: 1 << 18,
} as const;

/** Peers' units of time in a tick of the waves. */
export const unitsOfTick = 10;

/** A cycle of a bundle. */
export interface BundleCycle {
  /** The inputs of all cases. */
  readonly inputs: Uint32Array;
  /** By case: what its clocks go through. */
  readonly levels: readonly (readonly Levels[])[];
  /** Ticks at which the cycle begins. */
  readonly time: number;
  readonly flags: number;
}

/** Writes the records of a run. */
export class StimulusWriter {
  private now = -1;

  /**
   * @param idle by case, the levels of its clocks between edges
   * @param unit peers' units of time in a tick of the cases
   */
  constructor(
    private readonly bundle: Bundle,
    private readonly idle: readonly number[],
    private readonly unit: number = unitsOfTick,
  ) {}

  /** The record before all others: every clock between its edges, every input 0, every reset released. */
  first(): Uint32Array {
    const inputs = new Uint32Array(this.bundle.inputWords);
    return this.next({ inputs, levels: this.idle.map(() => []), time: 0, flags: 0 });
  }

  /** The record of a cycle. A case with fewer steps than others keeps its last levels until the next cycle. */
  next({ inputs, levels, time, flags }: BundleCycle): Uint32Array {
    const { inputWords, clockWords, placed } = this.bundle;
    const steps = 1 + levels.reduce((most, own) => Math.max(most, own.length), 0);
    const record = new Uint32Array(1 + inputWords + steps * (1 + clockWords));
    record[0] = flags | steps;
    record.set(inputs, 1);
    let at = 1 + inputWords;
    for (let step = 0; step < steps; step++) {
      let latest = step === 0 ? time * this.unit + 1 : 0;
      placed.forEach(({ clocks }, c) => {
        const own = levels[c] ?? [];
        const now = step === 0 ? undefined : own[Math.min(step, own.length) - 1];
        if (now) latest = Math.max(latest, now.time * this.unit + (now.active ? 0 : 1));
        const level = now ? now.levels : (this.idle[c] ?? 0);
        for (let d = 0; d < clocks.length; d++) {
          const bit = clocks[d] ?? 0;
          const word = at + 1 + (bit >>> 5);
          if ((level >>> d) & 1) record[word] = (record[word] ?? 0) | (1 << (bit & 31));
        }
      });
      // Clocks of different cases need not agree on the time, but it must go on: peers take a step to settle in.
      this.now = this.now < 0 ? 0 : Math.max(latest, this.now + 2);
      record[at] = this.now;
      at += 1 + clockWords;
    }
    return record;
  }
}
