import type { TraceFormat } from "./trace.ts";
import { WaveError } from "./wave-error.ts";

/** A signal's value in every cycle of a window; null where it is not known (x or z, or before the first value). */
export interface SampledSignal {
  /** Dots group: `fifo.enq.bits`. */
  readonly name: string;
  readonly width: number;
  readonly format: TraceFormat;
  readonly values: readonly (bigint | null)[];
}

/** The cycles of sampled signals to show: from the first to the last, both included; all by default. */
export interface SampleWindow {
  readonly from?: number;
  readonly to?: number;
  /** Which cycle the first of the values is of: default 0. */
  readonly firstCycle?: number;
}

/**
 * The signals cut to a window of cycles, and the first cycle's number.
 * @throws WaveError for no signals, signals of different length, or a window with no cycle in it
 */
export function cutWindow(
  signals: readonly SampledSignal[],
  window: SampleWindow,
): { readonly first: number; readonly cycles: number; readonly signals: readonly SampledSignal[] } {
  const length = signals[0]?.values.length;
  if (length === undefined) throw new WaveError("there is no signal to show");
  const odd = signals.find(({ values }) => values.length !== length);
  if (odd !== undefined)
    throw new WaveError(`${odd.name} has values for ${odd.values.length} cycles, ${signals[0]?.name} for ${length}`);
  const { firstCycle = 0, from = firstCycle, to = Number.POSITIVE_INFINITY } = window;
  const start = Math.max(from - firstCycle, 0);
  const end = Math.min(to - firstCycle + 1, length);
  if (!(start < end)) {
    const present = length === 0 ? "none" : `${firstCycle} to ${firstCycle + length - 1}`;
    throw new WaveError(`no cycle from ${from} to ${Number.isFinite(to) ? to : "the end"}: the cycles are ${present}`);
  }
  return {
    first: firstCycle + start,
    cycles: end - start,
    signals: signals.map((signal) => ({ ...signal, values: signal.values.slice(start, end) })),
  };
}
