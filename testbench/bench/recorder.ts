import { type Design, type Domain, hierarchy, topOf } from "../../hdl/netlist/index.ts";
import { type Clock, defaultClock, type EngineFace } from "../../sim/index.ts";
import { cycleWindow, isWithin } from "../../waves/cycle-window.ts";
import { waveSink } from "../../waves/fst-sink.ts";
import { writeGtkw } from "../../waves/gtkw.ts";
import type { CycleWindow, TraceSignal } from "../../waves/index.ts";
import { selectSignals } from "../../waves/selection.ts";
import { traceClock, VcdWriter } from "../../waves/vcd-writer.ts";
import { conditionTest, parseCondition } from "./signal-condition.ts";
import { isMemoryWord, type MemoryWord, signalsOf, traceTree } from "./trace-tree.ts";

/** What to record of a simulation, and where. */
export interface RecordOptions {
  readonly vcd: string;
  /** A GTKWave save file to write beside it. */
  readonly gtkw?: string;
  /** Globs over dotted paths; everything where left out. */
  readonly signals?: readonly string[];
  /** Levels of the hierarchy, 1 for the top alone; all where left out. */
  readonly depth?: number;
  /** Records the words of memories too: slow, for small memories. */
  readonly memories?: boolean;
  /** First and last cycle recorded. */
  readonly from?: number;
  readonly to?: number;
  /** `signal[=value]`: the first cycle in which it holds is cycle 0 of `from` and `to`. */
  readonly trigger?: string;
}

interface ClockWave {
  readonly signal: TraceSignal;
  readonly period: number;
  /** The level that the active edge goes to. */
  readonly active: 0 | 1;
  /** The next change: an active edge, or the way back half a period later. */
  next: number;
  goesActive: boolean;
}

const open = new Set<Recorder>();
process.on("exit", () => {
  for (const recorder of open) recorder.close();
});

/**
 * Writes a running simulation's signals to a VCD. The values of a cycle are written at the edge that began it, in ticks
 * of the engine's time; clocks go to their active level there and back half a period later. With several clocks, the
 * values are those at the implicit clock's cycles. The bytes depend on the values alone, not on the engine.
 *
 * A recorder that is still open when the process ends is closed then.
 */
export class Recorder {
  private readonly writer: VcdWriter;
  /** In cycles of the engine, or counted from the trigger as long as there is one. */
  private window: CycleWindow;
  private trigger: (() => boolean) | null;
  private readonly clocks: readonly ClockWave[];
  private readonly words: readonly MemoryWord[];
  private readonly scale: number;
  private begun = false;
  private lastCycle = -1;

  /**
   * @throws WaveError for a file that cannot be written, or a selection that matches nothing; InputError for a trigger
   *   that is none
   */
  constructor(
    design: Design,
    private readonly engine: EngineFace,
    options: RecordOptions,
    timing: Readonly<Record<string, Clock>> = {},
  ) {
    const { vcd, gtkw, signals, depth, memories = false, from, to, trigger } = options;
    this.window = cycleWindow(from, to);
    this.trigger =
      trigger === undefined ? null : conditionTest(engine, parseCondition("--trigger", trigger, hierarchy(design)));
    const domains = topOf(design).domains;
    const clocks = domains.map((domain) => timing[domain.name] ?? defaultClock(domain));
    this.scale = clocks.some(({ period }) => period % 2 === 1) ? 2 : 1;
    this.clocks = domains.map((domain, i) => this.clockWave(domain, clocks[i] ?? defaultClock(domain)));

    engine.touch();
    const [tree] = selectSignals([traceTree(design, engine, memories)], {
      ...(signals && signals.length > 0 ? { include: signals } : {}),
      ...(depth === undefined ? {} : { depth }),
    });
    if (!tree) throw new RangeError("a selection without a scope");
    const scopes = [{ ...tree, signals: [...this.clocks.map(({ signal }) => signal), ...tree.signals] }];
    this.words = [...signalsOf(scopes)].filter(isMemoryWord);
    const sink = waveSink(vcd);
    this.writer = new VcdWriter(sink, scopes);
    try {
      if (gtkw !== undefined) writeGtkw(gtkw, scopes, { vcd });
    } catch (error) {
      sink.discard();
      throw error;
    }
    engine.settle();
    open.add(this);
  }

  /** From the cycle that the engine is in, how many need not be sampled. */
  get idle(): number {
    const { cycle } = this.engine;
    // The clock is followed to the end of the last cycle.
    if (this.trigger !== null || isWithin(this.window, cycle) || this.lastCycle === cycle - 1) return 0;
    return cycle < this.window.from ? this.window.from - cycle : Number.POSITIVE_INFINITY;
  }

  /** Records the cycle that the engine is in; once for each cycle. */
  sample(): void {
    const { cycle, time } = this.engine;
    if (cycle === this.lastCycle || this.idle > 0) return;
    this.engine.settle();
    if (this.trigger?.()) {
      this.trigger = null;
      this.window = { from: cycle + this.window.from, to: cycle + this.window.to };
    }
    const now = time * this.scale;
    this.advanceClocks(now, this.begun && this.lastCycle === cycle - 1);
    if (this.trigger !== null || !isWithin(this.window, cycle)) return;
    this.lastCycle = cycle;
    for (const word of this.words) word.fetch();
    this.writer.sample(now);
    this.begun = true;
  }

  /** Ends the file. Does nothing the second time. */
  close(): void {
    if (!open.delete(this)) return;
    const { cycle, time } = this.engine;
    const within = this.begun && isWithin(this.window, cycle);
    if (within) this.sample();
    const end = time * this.scale + (this.clocks[0]?.period ?? 0);
    this.advanceClocks(end - 1, within);
    this.writer.close(within ? end : 0);
  }

  private clockWave({ name, edge }: Domain, { period, phase }: Clock): ClockWave {
    const active = edge === "rising" ? 1 : 0;
    const first = (phase === 0 ? period : phase) * this.scale;
    return {
      signal: traceClock(name, active === 1 ? 0 : 1),
      period: period * this.scale,
      active,
      next: first,
      goesActive: true,
    };
  }

  /** Lets all clocks change up to and including a time, in order. */
  private advanceClocks(now: number, recorded: boolean): void {
    for (;;) {
      let first: ClockWave | undefined;
      for (const clock of this.clocks) if (clock.next <= now && (!first || clock.next < first.next)) first = clock;
      if (!first) return;
      const level = first.goesActive ? first.active : first.active === 1 ? 0 : 1;
      if (recorded) this.writer.edge(first.next, first.signal, level);
      else first.signal.words[0] = level;
      const half = first.period / 2;
      first.next += half;
      first.goesActive = !first.goesActive;
    }
  }
}
