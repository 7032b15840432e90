import type { SingleBar } from "cli-progress";
import type { Progress } from "../testbench/index.ts";

/** Progress on the terminal: nothing in the first two seconds, then a bar with cycles/s and the time left. */
export class TerminalProgress implements Progress {
  private readonly controller = new AbortController();
  private readonly started = performance.now();
  private bar: SingleBar | null = null;
  /** Makes the bar; loaded where there is a terminal to show it on. */
  private makeBar: ((format: string) => SingleBar) | null = null;
  /** Milliseconds from the start of the process to the first simulated cycles; null before them. */
  firstCycle: number | null = null;
  private readonly interrupt = () => {
    if (this.controller.signal.aborted) process.exit(130);
    this.controller.abort();
  };

  constructor(
    quiet: boolean,
    private readonly unit = "cycles",
  ) {
    if (!quiet && process.stderr.isTTY) void this.loadBar();
    process.on("SIGINT", this.interrupt);
    process.on("SIGTERM", this.interrupt);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  report(done: number, total: number, what: string): void {
    this.firstCycle ??= performance.now();
    const elapsed = performance.now() - this.started;
    if (elapsed < 2000 || !this.makeBar) return;
    if (!this.bar) {
      const format = `${what} {bar} {percentage}% | {value}/{total} ${this.unit} | {rate} ${this.unit}/s | {eta_formatted} left`;
      this.bar = this.makeBar(format);
      this.bar.start(total, done, { rate: "" });
    }
    this.bar.setTotal(Math.max(done, total));
    this.bar.update(done, { rate: Math.round((1000 * done) / elapsed).toLocaleString("en-US") });
  }

  private async loadBar(): Promise<void> {
    const bars = await import("cli-progress").catch(() => null);
    // A run goes on without a bar.
    if (!bars) return;
    const { Presets, SingleBar } = bars;
    this.makeBar = (format) =>
      new SingleBar({ format, stream: process.stderr, hideCursor: true, etaBuffer: 20 }, Presets.shades_grey);
  }

  close(): void {
    this.bar?.stop();
    process.off("SIGINT", this.interrupt);
    process.off("SIGTERM", this.interrupt);
  }
}
