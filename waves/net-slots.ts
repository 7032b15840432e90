import type { TraceSignal } from "./trace.ts";
import { wordCount } from "./trace.ts";

/** The different nets among a trace's signals, numbered in the order of their first signal: slot `i` is net `i`. */
export interface NetSlots {
  readonly widths: readonly number[];
  /** Live views of the values. */
  readonly words: readonly Uint32Array[];
  slotOf(signal: TraceSignal): number | undefined;
}

/** @throws RangeError for a width that is not a whole number ≥ 1 or a view with a different number of words */
export function netSlots(signals: Iterable<TraceSignal>): NetSlots {
  const slots = new Map<TraceSignal, number>();
  const keys = new Map<string, number>();
  const buffers = new Map<ArrayBufferLike, number>();
  const widths: number[] = [];
  const views: Uint32Array[] = [];
  for (const signal of signals) {
    const { name, width, words } = signal;
    if (!Number.isSafeInteger(width) || width < 1)
      throw new RangeError(`signal ${name} has width ${width}; a width is a whole number ≥ 1`);
    if (words.length !== wordCount(width))
      throw new RangeError(`signal ${name} of ${width} bits has ${words.length} words, not ${wordCount(width)}`);
    if (!buffers.has(words.buffer)) buffers.set(words.buffer, buffers.size);
    const place = `${buffers.get(words.buffer)}+${words.byteOffset}`;
    const key = `${signal.net === undefined ? place : `net ${signal.net}`}/${width}`;
    const slot = keys.get(key) ?? views.length;
    if (slot === views.length) {
      keys.set(key, slot);
      widths.push(width);
      views.push(words);
    }
    slots.set(signal, slot);
  }
  return { widths, words: views, slotOf: (signal) => slots.get(signal) };
}
