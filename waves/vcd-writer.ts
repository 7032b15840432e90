import { allSignals, nameScopes } from "./named-scope.ts";
import { type NetSlots, netSlots } from "./net-slots.ts";
import type { TraceScope, TraceSignal } from "./trace.ts";
import { VcdEncoder } from "./vcd-encoder.ts";
import { vcdHeader } from "./vcd-header.ts";
import type { VcdSink } from "./vcd-sink.ts";
import { WaveError } from "./wave-error.ts";

export interface VcdOptions {
  /** What one unit of time stands for: 1, 10 or 100 of s, ms, us, ns, ps or fs. Default: 1ns. */
  readonly timescale?: string;
}

/**
 * Streams a value change dump (IEEE 1364-2005, clause 18): declarations first, all values at the first sample, then
 * what changed. The order of lines depends on the order of signals alone, so equal runs give equal files.
 *
 * Memory is a few buffers of a MiB and copies of the values. After any error the file holds whole lines only and what is
 * there is a valid VCD, or, if not even the declarations fitted, there is none.
 */
export class VcdWriter {
  private readonly nets: NetSlots;
  private readonly lines: VcdEncoder;
  /** The last time written or asked for; −1 before the first sample. */
  private now = -1;
  private written = -1;
  private state: "open" | "closed" | WaveError = "open";

  /**
   * Writes the declarations to the sink.
   * @throws WaveError for a bad time scale, for scopes without any signal, or from the sink
   */
  constructor(
    private readonly sink: VcdSink,
    scopes: readonly TraceScope[],
    options: VcdOptions = {},
  ) {
    const named = nameScopes(scopes);
    if (named.length === 0) throw new WaveError("there is no signal to trace");
    this.nets = netSlots([...allSignals(named)].map(({ signal }) => signal));
    this.lines = new VcdEncoder(sink, this.nets);
    try {
      for (const line of vcdHeader(named, (signal) => this.nets.slotOf(signal) ?? 0, options.timescale ?? "1ns"))
        this.lines.text(line);
      this.lines.flush();
    } catch (error) {
      sink.discard();
      throw error;
    }
  }

  /**
   * Writes the signals that changed since the last sample, and the time if there are any; all of them the first time.
   * @param time a whole number ≥ 0, not before the last one
   * @throws WaveError from the sink, and the same again ever after; RangeError for a bad time
   */
  sample(time: number): void {
    this.advance(time);
    this.guard(() => {
      if (this.written < 0) this.dumpAll();
      else if (this.lines.changes(this.now, this.written !== this.now)) this.written = this.now;
    });
  }

  /**
   * Sets a clock to a level and writes that change alone, without looking at the other signals. A clock that is not
   * among the traced signals is only set.
   * @throws as `sample`
   */
  edge(time: number, clock: TraceSignal, level: 0 | 1): void {
    clock.words[0] = level;
    if (this.written < 0) {
      this.sample(time);
      return;
    }
    this.advance(time);
    const slot = this.nets.slotOf(clock);
    if (slot === undefined || this.lines.bit(slot) === level) return;
    this.guard(() => {
      this.stamp();
      this.lines.setBit(slot, level);
    });
  }

  /**
   * Writes the final time, flushes and closes the sink; does nothing the second time, or after the sink failed.
   * @param time when the last values stop being known; the time of the last sample if left out or earlier
   * @throws WaveError from the sink
   */
  close(time = 0): void {
    if (this.state !== "open") return;
    const end = Math.max(time, this.now, 0);
    if (this.written < 0) this.sample(end);
    this.advance(end);
    this.guard(() => {
      this.stamp();
      this.lines.end();
    });
    this.state = "closed";
    this.sink.close();
  }

  /** Hands what is buffered to the sink, so that a reader sees everything up to the last sample. */
  flush(): void {
    this.guard(() => this.lines.flush());
  }

  private advance(time: number): void {
    if (!Number.isSafeInteger(time) || time < 0)
      throw new RangeError(`the time of a sample is a whole number ≥ 0, not ${time}`);
    if (time < this.now) throw new RangeError(`time runs backwards: a sample at ${time} after one at ${this.now}`);
    this.now = time;
  }

  private guard(write: () => void): void {
    if (this.state === "closed") throw new RangeError("the trace is closed");
    if (this.state !== "open") throw this.state;
    try {
      write();
    } catch (error) {
      if (error instanceof WaveError) {
        this.state = error;
        this.sink.close();
      }
      throw error;
    }
  }

  private stamp(): void {
    if (this.written === this.now) return;
    this.written = this.now;
    this.lines.time(this.now);
  }

  private dumpAll(): void {
    this.stamp();
    this.lines.text("$dumpvars");
    this.lines.all();
    this.lines.text("$end");
  }
}

/** A one-bit clock with a word of its own, to put into a scope and pass to `VcdWriter.edge`. */
export function traceClock(name: string, level: 0 | 1 = 0): TraceSignal {
  return { name, width: 1, format: { kind: "bool" }, kind: "clock", words: Uint32Array.of(level) };
}
