import type { Scope } from "../../hdl/netlist/index.ts";
import { SimulationError } from "../../sim/engine.ts";
import type { EngineFace } from "../../sim/index.ts";
import type { SampledSignal } from "../../waves/index.ts";
import { waves as draw } from "../../waves/text.ts";
import type { Past, PastValues, PastWindow } from "./past.ts";
import { findSignal } from "./signal-lookup.ts";

/** Cycles of watched signals that are kept; the oldest go first. */
const mostCycles = 100_000;

interface Watched {
  readonly name: string;
  readonly width: number;
  readonly format: SampledSignal["format"];
  readonly words: Uint32Array;
  readonly values: bigint[];
}

/** The values of the watched signals in every cycle, as registers see them at the edge that ends it. */
export class History {
  private readonly signals: readonly Watched[];
  private lastCycle = -1;
  /** The cycle of the first value kept. */
  firstCycle = 0;

  /** @throws SimulationError for a path that is none */
  constructor(
    top: Scope,
    private readonly engine: EngineFace,
    watch: readonly string[],
    /** Where signals are looked up that are not watched; null where the past is not kept. */
    private readonly past: Past | null = null,
  ) {
    const found = watch.map((path) => ({ name: path, ...findSignal(top, path) }));
    engine.touch();
    this.signals = found.map((signal) => ({ ...signal, words: engine.signal(signal.name), values: [] }));
  }

  /** Whether any signal is watched. */
  get watching(): boolean {
    return this.signals.length > 0;
  }

  /** Keeps the values of the cycle that the engine is in and has settled; once for each cycle. */
  sample(): void {
    const { cycle } = this.engine;
    if (this.signals.length === 0 || cycle === this.lastCycle) return;
    this.lastCycle = cycle;
    const full = (this.signals[0]?.values.length ?? 0) >= mostCycles;
    if (full) this.firstCycle++;
    for (const { words, values } of this.signals) {
      let value = 0n;
      for (let i = words.length - 1; i >= 0; i--) value = (value << 32n) | BigInt(words[i] ?? 0);
      values.push(value);
      if (full) values.shift();
    }
  }

  /**
   * The kept values of some signals, of all where none are named. With the past, of any signals in the window, and of
   * the ports of the top where none are named and none are watched.
   */
  sampled(names: readonly string[], window: PastWindow = {}): PastValues {
    const isWatched = (name: string) => this.signals.some((signal) => signal.name === name);
    if (this.past && (names.length === 0 ? !this.watching : !names.every(isWatched)))
      return this.past.sampled(names, window);
    return { firstCycle: this.firstCycle, signals: names.length === 0 ? this.signals : this.watched(names) };
  }

  private watched(names: readonly string[]): SampledSignal[] {
    return names.map((name) => {
      const signal = this.signals.find((candidate) => candidate.name === name);
      if (signal) return signal;
      throw new SimulationError(
        `${name} is not watched; start with simulate(module, { watch: ["${name}"] }) or { travel: true }`,
      );
    });
  }
}

/**
 * Draws watched signals as text, for the terminal and for inline snapshots: `signals` by path (all that are watched
 * where left out), cycles `from` to `to`, `width` columns. Of a simulation with `travel`, any signals that there are.
 * @throws SimulationError for a signal that is not watched, WaveError for a window without a cycle
 */
export function waves(
  dut: { readonly "~history": History },
  signals: readonly string[] = [],
  window: { readonly from?: number; readonly to?: number; readonly width?: number } = {},
): string {
  const history = dut["~history"];
  const { firstCycle, signals: sampled } = history.sampled(signals, window);
  return draw(sampled, { ...window, firstCycle });
}
