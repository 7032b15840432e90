import type { TraceSignal } from "./trace.ts";
import { wordCount } from "./trace.ts";

/** Consecutive slots whose words lie in one buffer, either all of one word or all of several. */
export interface SlotRun {
  readonly heap: Int32Array;
  readonly single: boolean;
  readonly first: number;
  readonly end: number;
}

/**
 * The different nets among a trace's signals, numbered in the order of their first signal, laid out for a scan: slot
 * `i` is `counts[i]` words from `heap[offsets[i]]` of its run, and as many from `shadowAt[i]` in a shadow copy.
 */
export interface NetSlots {
  readonly count: number;
  readonly runs: readonly SlotRun[];
  readonly widths: Int32Array;
  readonly offsets: Int32Array;
  readonly counts: Int32Array;
  /** Ones in the bits of the last word that belong to the value. */
  readonly masks: Int32Array;
  readonly shadowAt: Int32Array;
  readonly shadowWords: number;
  slotOf(signal: TraceSignal): number | undefined;
}

/** @throws RangeError for a width that is not a whole number ≥ 1 or a view with a different number of words */
export function netSlots(signals: Iterable<TraceSignal>): NetSlots {
  const slots = new Map<TraceSignal, number>();
  const keys = new Map<string, number>();
  const buffers = new Map<ArrayBufferLike, number>();
  const nets: TraceSignal[] = [];
  for (const signal of signals) {
    const { name, width, words } = signal;
    if (!Number.isSafeInteger(width) || width < 1)
      throw new RangeError(`signal ${name} has width ${width}; a width is a whole number ≥ 1`);
    if (words.length !== wordCount(width))
      throw new RangeError(`signal ${name} of ${width} bits has ${words.length} words, not ${wordCount(width)}`);
    if (!buffers.has(words.buffer)) buffers.set(words.buffer, buffers.size);
    const place = `${buffers.get(words.buffer)}+${words.byteOffset}`;
    const key = `${signal.net === undefined ? place : `net ${signal.net}`}/${width}`;
    const slot = keys.get(key) ?? nets.length;
    if (slot === nets.length) {
      keys.set(key, slot);
      nets.push(signal);
    }
    slots.set(signal, slot);
  }

  const widths = Int32Array.from(nets, ({ width }) => width);
  const counts = widths.map(wordCount);
  let words = 0;
  const shadowAt = counts.map((count) => {
    words += count;
    return words - count;
  });
  return {
    count: nets.length,
    runs: slotRuns(nets),
    widths,
    offsets: Int32Array.from(nets, (net) => net.words.byteOffset / 4),
    counts,
    masks: widths.map((width) => (width % 32 === 0 ? -1 : (1 << (width % 32)) - 1)),
    shadowAt,
    shadowWords: words,
    slotOf: (signal) => slots.get(signal),
  };
}

function slotRuns(nets: readonly TraceSignal[]): SlotRun[] {
  const runs: SlotRun[] = [];
  let first = 0;
  nets.forEach((net, slot) => {
    const buffer = net.words.buffer;
    const single = net.width <= 32;
    const next = nets[slot + 1];
    if (next?.words.buffer === buffer && next.width <= 32 === single) return;
    runs.push({ single, heap: new Int32Array(buffer, 0, Math.floor(buffer.byteLength / 4)), first, end: slot + 1 });
    first = slot + 1;
  });
  return runs;
}
