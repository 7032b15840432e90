/** Who hears of a long run's progress and may stop it. */
export interface Progress {
  /** Aborted on Ctrl-C: the run ends at the next opportunity and closes its files. */
  readonly signal: AbortSignal;
  /** Cycles done so far, and how many there will be as far as is known. */
  report(done: number, total: number, what: string): void;
}

/** Nobody listens and nothing stops the run. */
export const silent: Progress = { signal: new AbortController().signal, report: () => {} };

/** Thrown where a run ends because it was asked to. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  constructor() {
    super("interrupted");
  }
}
