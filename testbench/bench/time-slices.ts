import { setImmediate } from "node:timers/promises";
import { Interrupted, type Progress } from "../progress.ts";

const sliceMilliseconds = 20;
const firstCycles = 16;
const mostCycles = 2 ** 20;

/** Something that takes cycles until it is done. */
export interface Advancing {
  readonly done: boolean;
  /** Cycles that it has taken so far. */
  readonly taken: number;
  advance(cycles: number): void;
}

/**
 * Runs something to its end a few milliseconds at a time, and lets the rest of the program go on in between.
 * @throws Interrupted where it is asked to stop
 */
export async function inTimeSlices(run: Advancing, progress: Progress, total: number, what: string): Promise<void> {
  let cycles = firstCycles;
  while (!run.done) {
    if (progress.signal.aborted) throw new Interrupted();
    const began = performance.now();
    run.advance(cycles);
    const isShort = performance.now() - began < sliceMilliseconds;
    cycles = isShort ? Math.min(cycles * 2, mostCycles) : Math.max(1, cycles >> 1);
    progress.report(run.taken, Math.max(run.taken, total), what);
    await setImmediate();
  }
}
