import { type CycleWindow, cycleWindow } from "./cycle-window.ts";
import type { SampledSignal } from "./sampled-signal.ts";
import { signalPath, type VcdSignal } from "./vcd-declarations.ts";
import type { VcdFile } from "./vcd-reader.ts";
import { WaveError } from "./wave-error.ts";

export interface SamplingOptions {
  /** Cycles to keep, counted from 0 at the start of the file; to the end of the file where left out. */
  readonly window?: CycleWindow;
  /** What ends a cycle: edges of a signal of one bit. Default: `findClock`. */
  readonly clock?: VcdSignal;
  readonly edge?: "rising" | "falling";
}

const mostValues = 10_000_000;

/**
 * Reads signals of a VCD once a cycle. A cycle ends at an active edge of the clock, and has the values that held just
 * before it: what registers see at that edge. The last cycle ends with the file.
 * @param window.to Infinity reads to the end of the file
 * @returns the signals with their values from cycle `window.from` on
 * @throws WaveError where there is no clock, or too many values for memory (10 million); or as `VcdFile.changes`
 */
export function sampleCycles(
  file: VcdFile,
  signals: readonly VcdSignal[],
  options: SamplingOptions = {},
): SampledSignal[] {
  const { window = cycleWindow(), edge = "rising" } = options;
  const clock = options.clock ?? findClock(file);
  if (clock.width !== 1)
    throw new WaveError(`${file.path}: the clock ${signalPath(clock)} has ${clock.width} bits, not 1`);
  const active = edge === "rising" ? 1n : 0n;
  const current: (bigint | null)[] = signals.map(() => null);
  const columns: (bigint | null)[][] = signals.map(() => []);
  let level: bigint | null = null;
  let cycle = 0;
  const endCycle = () => {
    if (cycle >= window.from && cycle <= window.to) {
      if ((cycle - window.from) * signals.length > mostValues)
        throw new WaveError(`${file.path}: more than ${mostValues} values; choose a shorter window or fewer signals`);
      current.forEach((value, i) => {
        columns[i]?.push(value);
      });
    }
    cycle++;
  };

  let time = -1;
  let pending: { readonly index: number; readonly value: bigint | null }[] = [];
  const settle = () => {
    for (const { index, value } of pending) {
      if (index < signals.length) current[index] = value;
      else {
        if (level !== null && level !== active && value === active) endCycle();
        level = value;
      }
    }
    pending = [];
  };
  for (const change of file.changes([...signals, clock])) {
    if (change.time !== time) {
      settle();
      time = change.time;
      if (cycle > window.to) break;
    }
    const item = { index: change.signal, value: change.unknown === 0n ? change.value : null };
    // An edge samples what was there before its moment, wherever in the moment it is written.
    if (item.index === signals.length) pending.unshift(item);
    else pending.push(item);
  }
  settle();
  if (cycle <= window.to && time >= 0) endCycle();
  return signals.map((signal, i) => ({
    name: signalPath(signal),
    width: signal.width,
    format: signal.format,
    values: columns[i] ?? [],
  }));
}

/**
 * The outermost signal of one bit called `clock`, `clk` or with such an ending.
 * @throws WaveError where there is none
 */
export function findClock(file: VcdFile): VcdSignal {
  const depth = (signal: VcdSignal) => signal.scopes.length;
  const exact = (signal: VcdSignal) => (/^(clock|clk)$/i.test(signal.name) ? 0 : 1);
  const [clock] = file.declarations.signals
    .filter((signal) => signal.width === 1 && /(^|[._])(clock|clk)(_i)?$/i.test(signal.name))
    .sort((a, b) => depth(a) - depth(b) || exact(a) - exact(b));
  if (clock === undefined)
    throw new WaveError(`${file.path}: no signal of one bit is called clock or clk; name the clock`);
  return clock;
}
