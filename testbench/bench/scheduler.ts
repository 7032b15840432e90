import { SimulationError } from "../../sim/engine.ts";
import { activity } from "./activity.ts";
import { isDaemon, type Process, type ProcessFunction, type Wait } from "./process.ts";

/** What processes run on: one simulation. */
export interface Clockwork {
  readonly moduleName: string;
  readonly cycle: number;
  /** Inputs that were given another value so far. */
  readonly changes: number;
  /** Brings everything that is read up to date with the inputs. */
  settle(): void;
  /** Settles and records: what is read from here on are the values at the next edge. */
  sample(): void;
  /** Holds writes back until `apply`. */
  hold(): void;
  apply(): void;
}

export interface RunLimits {
  /** Cycles without a transfer, a condition met, an input changed or a process ended. */
  readonly timeout: number;
  /** Cycles that the run may take in all. */
  readonly maxCycles: number;
}

/** Nothing happened for too long, or a run took more cycles than it may; tells what every process was waiting for. */
export class TimeoutError extends SimulationError {
  override readonly name = "TimeoutError";
}

interface Running {
  readonly label: string;
  readonly keeps: boolean;
  readonly generator: Process<unknown>;
  wait: Wait | undefined;
  /** The cycle since which it waits for the same thing. */
  since: number;
}

/**
 * Processes side by side. In every cycle each is resumed once, in the order in which they were given, and sees the
 * values before the edge; then the edge is taken; then what they wrote takes effect.
 */
export class Scheduler {
  private readonly running: Running[];
  private readonly firstCycle: number;
  private lastProgress: number;
  /** Processes that had not ended after they were resumed last, daemons left out. */
  private keeping = 0;

  /** Starts the processes: they run up to their first `yield`, and what they write takes effect before any edge. */
  constructor(
    private readonly clockwork: Clockwork,
    processes: readonly ProcessFunction[],
    private readonly limits: RunLimits,
  ) {
    this.firstCycle = clockwork.cycle;
    this.lastProgress = clockwork.cycle;
    this.running = processes.map((process, i) => ({
      label: `process ${i + 1}${process.name ? ` ${process.name}` : ""}`,
      keeps: !isDaemon(process),
      generator: process(),
      wait: undefined,
      since: clockwork.cycle,
    }));
    this.guarded(() => {
      clockwork.settle();
      this.resumeAll();
      this.finishCycle();
    });
  }

  get done(): boolean {
    return this.running.length === 0;
  }

  /** Runs up to `cycles` cycles, fewer when all processes end; `edge` takes an edge, of which held writes are no part. */
  advance(cycles: number, edge: () => void): void {
    this.guarded(() => {
      for (let i = 0; i < cycles && !this.done; i++) {
        this.sampleAndResume();
        edge();
        this.applyAndWatch();
      }
    });
  }

  /** The part of a cycle before its edge, for those that have one edge in common. */
  beforeEdge(): void {
    this.guarded(() => this.sampleAndResume());
  }

  /** The part of a cycle after its edge. */
  afterEdge(): void {
    this.guarded(() => this.applyAndWatch());
  }

  /** Ends all processes now. */
  stop(): void {
    for (const { generator } of this.running.splice(0)) generator.return(undefined);
    this.clockwork.apply();
  }

  private sampleAndResume(): void {
    this.clockwork.sample();
    this.resumeAll();
  }

  private applyAndWatch(): void {
    this.finishCycle();
    this.watch();
  }

  private resumeAll(): void {
    const { clockwork, running } = this;
    clockwork.hold();
    let ended = 0;
    this.keeping = 0;
    for (const process of running) {
      const { events } = activity;
      const { changes } = clockwork;
      const { done, value } = process.generator.next();
      if (done) ended++;
      else if (process.keeps) this.keeping++;
      if (done || events !== activity.events || (process.keeps && changes !== clockwork.changes))
        this.progress(process);
      if (done) process.since = -1;
      else if (value !== process.wait) this.waitsFor(process, value);
    }
    if (ended > 0) running.splice(0, running.length, ...running.filter(({ since }) => since >= 0));
  }

  private progress(process: Running): void {
    const { cycle } = this.clockwork;
    process.since = cycle;
    this.lastProgress = Math.max(this.lastProgress, cycle);
  }

  private waitsFor(process: Running, wait: Wait | undefined): void {
    const { cycle } = this.clockwork;
    process.wait = wait;
    process.since = cycle;
    const lasts = process.keeps ? (wait?.lasts ?? 0) : 0;
    if (lasts >= this.limits.timeout / 10) this.lastProgress = Math.max(this.lastProgress, cycle + lasts);
  }

  /** Applies what the processes wrote and ends the daemons when no other process is left. */
  private finishCycle(): void {
    if (this.keeping > 0) this.clockwork.apply();
    else this.stop();
  }

  private watch(): void {
    if (this.done) return;
    const { cycle } = this.clockwork;
    const { timeout, maxCycles } = this.limits;
    if (cycle - this.lastProgress >= timeout) this.timeOut("timeout");
    if (cycle - this.firstCycle >= maxCycles) this.timeOut("maxCycles");
  }

  private timeOut(limit: "timeout" | "maxCycles"): never {
    const { cycle, moduleName } = this.clockwork;
    const problem =
      limit === "timeout"
        ? `nothing has moved for ${count(cycle - this.lastProgress)} cycles, up to cycle ${count(cycle)}`
        : `the run is not done after ${count(this.limits.maxCycles)} cycles`;
    const waiting = this.running.map((process) => `\n  ${this.describe(process)}`).join("");
    throw new TimeoutError(`[${moduleName}] ${problem}; mend what waits, or raise ${limit}:${waiting}`);
  }

  private describe({ label, keeps, wait, since }: Running): string {
    const kind = keeps ? "" : "daemon, ";
    const why = wait?.why?.();
    const waited = `has waited ${count(this.clockwork.cycle - since)} cycles`;
    return `${label} (${kind}${wait?.what ?? "yield"}) ${waited}${why === undefined ? "" : `; ${why}`}`;
  }

  private guarded(body: () => void): void {
    let finished = false;
    try {
      body();
      finished = true;
    } finally {
      if (!finished) this.stop();
    }
  }
}

function count(cycles: number): string {
  return cycles.toLocaleString("en-US");
}
