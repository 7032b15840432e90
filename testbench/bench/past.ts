import type { Design } from "../../hdl/index.ts";
import type { Scope } from "../../hdl/netlist/index.ts";
import { SimulationError } from "../../sim/engine.ts";
import type { Clock, TravellingEngine } from "../../sim/index.ts";
import type { SampledSignal } from "../../waves/index.ts";
import { Recorder, type RecordOptions } from "./recorder.ts";
import { findSignal } from "./signal-lookup.ts";

/** Cycles from `from` to `to`; those that are known where left out. */
export interface PastWindow {
  readonly from?: number;
  readonly to?: number;
}

export interface PastValues {
  /** The cycle of the first value. */
  readonly firstCycle: number;
  readonly signals: readonly SampledSignal[];
}

/** Cycles that are looked at again where no window says how many: as many as a history keeps. */
const mostCycles = 100_000;

/** The cycles that a simulation has behind it, run again to be looked at. */
export class Past {
  constructor(
    private readonly design: Design,
    private readonly top: Scope,
    readonly engine: TravellingEngine,
    private readonly timing: Readonly<Record<string, Clock>>,
  ) {}

  /**
   * The values of signals by path, of the top's ports where none are named, in each cycle of a window.
   * @throws SimulationError for a path that is none, or a window without a known cycle
   */
  sampled(names: readonly string[], { from, to }: PastWindow): PastValues {
    const { engine } = this;
    const last = Math.min(to ?? engine.newest, engine.newest);
    const first = Math.max(from ?? last - mostCycles + 1, engine.earliest);
    if (!(first <= last))
      throw new SimulationError(
        `no cycle from ${from} to ${to} is known; those that are known are ${engine.earliest} to ${engine.newest}`,
      );
    const paths = names.length > 0 ? names : this.top.module.ports.map(({ name }) => name);
    const signals = paths.map((name) => ({ name, ...findSignal(this.top, name), values: [] as bigint[] }));
    this.visit(() => {
      for (let cycle = first; cycle <= last; cycle++) {
        engine.seek(cycle);
        for (const { name, values } of signals) values.push(engine.peek(name));
      }
    });
    return { firstCycle: first, signals };
  }

  /**
   * Writes waves of a window, as they would have been recorded while the simulation ran.
   * @throws as `Recorder`
   */
  record(options: RecordOptions): void {
    const { engine } = this;
    this.visit(() => {
      engine.seek(engine.earliest);
      const recorder = new Recorder(this.design, engine, options, this.timing);
      try {
        while (engine.cycle <= engine.newest) {
          recorder.sample();
          const next = engine.cycle + Math.max(1, recorder.idle);
          if (next > engine.newest) break;
          engine.seek(next);
        }
      } finally {
        recorder.close();
      }
    });
  }

  /** Does something in the past and comes back to the cycle that was looked at. */
  private visit(look: () => void): void {
    const { cycle } = this.engine;
    try {
      look();
    } finally {
      this.engine.seek(cycle);
    }
  }
}
