import { WaveError } from "./wave-error.ts";

/** The cycles that are recorded: from the first to the last, both included. */
export interface CycleWindow {
  readonly from: number;
  readonly to: number;
}

/**
 * A checked window; without ends it is everything.
 * @throws WaveError for an end that is not a whole number ≥ 0 (`to` may be Infinity) or a window that is empty
 */
export function cycleWindow(from = 0, to = Number.POSITIVE_INFINITY): CycleWindow {
  if (!Number.isSafeInteger(from) || from < 0)
    throw new WaveError(`the first cycle of a window is a whole number from 0, not ${from}`);
  if (to !== Number.POSITIVE_INFINITY && (!Number.isSafeInteger(to) || to < 0))
    throw new WaveError(`the last cycle of a window is a whole number from 0, not ${to}`);
  if (to < from) throw new WaveError(`the window ends in cycle ${to}, before it starts in cycle ${from}`);
  return { from, to };
}

/** Whether this cycle is recorded. */
export function isWithin(window: CycleWindow, cycle: number): boolean {
  return cycle >= window.from && cycle <= window.to;
}
