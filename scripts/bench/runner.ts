import type { Checksums } from "./checksums.ts";
import { Contestant } from "./contestant.ts";
import { type Figures, median } from "./figures.ts";

/** Calibration stops when a run takes this part of the time that is asked for. */
const enough = 1 / 4;

/** A simulator that takes part in a row: where it stands, and its figures so far. */
export class Runner {
  private cycle = 1;
  private peakKib: number | null = null;
  private readonly rates: number[] = [];

  private constructor(
    private readonly contestant: Contestant,
    private readonly firstCycle: number,
    private readonly inProcess: Figures["inProcess"],
    /** Cycles/s of the last run. */
    private lastRate = 0,
  ) {}

  /** Starts a simulator that took `built` milliseconds to build, null for ours, which compiles when it is started. */
  static async start(title: string, command: readonly string[], built: number | null): Promise<Runner> {
    const [program = "", ...args] = command;
    const contestant = new Contestant(title, program, args);
    const { sinceStart, own } = await contestant.firstCycle();
    const [elaborate, compile] = own;
    return new Runner(contestant, sinceStart + (built ?? 0), built === null ? { elaborate, compile } : null);
  }

  get rate(): number {
    return this.lastRate;
  }

  /** Runs more and more cycles until it is known how many fit into `seconds`. */
  async cyclesIn(seconds: number): Promise<number> {
    for (let cycles = 16; ; cycles *= 4) {
      const { nanoseconds } = await this.contestant.run(cycles);
      if (nanoseconds >= 1e9 * seconds * enough) return Math.max(1, Math.round((1e9 * seconds * cycles) / nanoseconds));
    }
  }

  /** Runs `laps` times `cycles`, comparing the checksum after each; counts where `timed`. */
  async run(cycles: number, laps: number, checksums: Checksums, timed: boolean): Promise<void> {
    let nanoseconds = 0;
    for (let i = 0; i < laps; i++) {
      const lap = await this.contestant.run(cycles);
      this.cycle += cycles;
      checksums.compare(this.cycle, lap.checksum, this.contestant.title);
      nanoseconds += lap.nanoseconds;
    }
    this.peakKib = this.contestant.peakKib();
    this.lastRate = (1e9 * laps * cycles) / nanoseconds;
    if (timed) this.rates.push(this.lastRate);
  }

  /** What it came to. */
  figures(): Figures {
    const { rates, peakKib, firstCycle, inProcess } = this;
    return { simulator: this.contestant.title, rates, rate: median(rates), peakKib, firstCycle, inProcess };
  }

  finish(): Promise<void> {
    return this.contestant.finish();
  }

  stop(): void {
    this.contestant.stop();
  }
}
