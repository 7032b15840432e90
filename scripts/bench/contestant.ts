import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface, type Interface } from "node:readline";
import { PeerError } from "../../testbench/peer/peer-error.ts";

/** Cycles that were run and what came of them. */
export interface Lap {
  readonly nanoseconds: number;
  readonly checksum: number;
}

/**
 * A process that simulates a design. It runs one cycle, writes a line with two figures of its own, in milliseconds, and
 * then, for every line with a number of cycles, runs these and writes nanoseconds and checksum. It ends with its input.
 */
export class Contestant {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly lines: AsyncIterator<string>;
  private readonly reader: Interface;
  private readonly began = performance.now();
  private errors = "";
  private readonly ended: Promise<void>;

  constructor(
    readonly title: string,
    command: string,
    args: readonly string[],
  ) {
    this.child = spawn(command, args);
    this.child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.errors += text;
    });
    this.child.stdin.on("error", () => {});
    this.ended = new Promise((resolve) => {
      this.child.on("close", () => resolve());
      this.child.on("error", (error) => {
        this.errors += error.message;
        resolve();
      });
    });
    this.reader = createInterface({ input: this.child.stdout });
    this.lines = this.reader[Symbol.asyncIterator]();
  }

  /** Waits for its first cycle; milliseconds since the process was started, and its own two figures. */
  async firstCycle(): Promise<{ sinceStart: number; own: readonly [number, number] }> {
    const [first = 0, second = 0] = await this.figures();
    return { sinceStart: performance.now() - this.began, own: [first, second] };
  }

  async run(cycles: number): Promise<Lap> {
    this.child.stdin.write(`${cycles}\n`);
    const [nanoseconds = 0, checksum = 0] = await this.figures();
    return { nanoseconds, checksum };
  }

  /** The most memory that it has held so far, in KiB; null where the system does not say. */
  peakKib(): number | null {
    try {
      const [, kib] = readFileSync(`/proc/${this.child.pid}/status`, "utf8").match(/^VmHWM:\s*(\d+) kB$/m) ?? [];
      return kib === undefined ? null : Number(kib);
    } catch {
      return null;
    }
  }

  /** Lets it come to its end, closing its files. */
  async finish(): Promise<void> {
    this.child.stdin.end();
    await this.ended;
  }

  stop(): void {
    this.child.kill("SIGKILL");
  }

  private async figures(): Promise<number[]> {
    const { value, done } = await this.lines.next();
    if (done) {
      await this.ended;
      throw new PeerError(`${this.title} ended too early: ${this.errors.trim().slice(0, 2000) || "it said nothing"}`);
    }
    return String(value).split(" ").map(Number);
  }
}
