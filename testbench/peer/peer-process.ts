import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { Interrupted } from "../progress.ts";
import { PeerError } from "./peer-error.ts";

/** The most that is kept of what a command says. */
const mostText = 1 << 20;

/**
 * Runs a command to its end.
 * @returns its exit code and what it printed
 * @throws Interrupted where the signal ends it before
 */
export function runCommand(
  command: string,
  args: readonly string[],
  folder: string,
  signal?: AbortSignal,
): Promise<{ code: number | null; text: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
      ...(signal ? { signal } : {}),
    });
    let text = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (more: string) => {
        if (text.length < mostText) text += more;
      });
    child.on("error", (error) => reject(signal?.aborted ? new Interrupted() : error));
    child.on("close", (code) => resolve({ code, text }));
  });
}

/** A simulator that reads stimulus from its standard input and answers on one of its outputs. */
export class PeerProcess {
  private readonly child: ChildProcessWithoutNullStreams;
  private chunks: Buffer[] = [];
  private available = 0;
  private wanted = 0;
  private wake: (() => void) | null = null;
  private ended = false;
  private messages = "";

  constructor(
    private readonly title: string,
    command: string,
    args: readonly string[],
    folder: string,
    answers: "stdout" | "stderr" = "stdout",
  ) {
    this.child = spawn(command, args, { cwd: folder });
    const messages = answers === "stdout" ? "stderr" : "stdout";
    this.child[answers].on("data", (chunk: Buffer) => {
      this.chunks.push(chunk);
      this.available += chunk.length;
      if (this.available >= this.wanted) this.wake?.();
    });
    this.child[messages].setEncoding("utf8").on("data", (text: string) => {
      if (this.messages.length < mostText) this.messages += text;
    });
    // Where the process dies, its end says more than the broken pipe.
    this.child.stdin.on("error", () => {});
    this.child.on("error", (error) => {
      this.messages += error.message;
      this.ended = true;
      this.wake?.();
    });
    this.child.on("close", (code, signal) => {
      if (signal !== null) this.messages += `it was ended by ${signal}`;
      else if (code !== 0 && this.messages === "") this.messages = `it exited with ${code}`;
      this.ended = true;
      this.wake?.();
    });
  }

  send(bytes: Uint8Array): void {
    this.child.stdin.write(bytes);
  }

  /**
   * The next `length` bytes of its answers.
   * @throws PeerError where it ends before
   */
  async receive(length: number): Promise<Buffer> {
    this.wanted = length;
    while (this.available < length) {
      if (this.ended)
        throw new PeerError(
          `${this.title} ended too early: ${this.messages.trim().slice(0, 2000) || "it said nothing"}`,
        );
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    const all = this.chunks.length === 1 && this.chunks[0] ? this.chunks[0] : Buffer.concat(this.chunks);
    this.chunks = [all.subarray(length)];
    this.available = all.length - length;
    return all.subarray(0, length);
  }

  /** Ends its input and waits until it is gone, so that the files that it writes are complete. */
  async finish(): Promise<void> {
    this.child.stdin.end();
    while (!this.ended)
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
  }

  /** Ends it at once. */
  stop(): void {
    this.child.stdin.destroy();
    this.child.kill("SIGKILL");
  }
}
