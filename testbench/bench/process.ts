/** What a process waits for, told by the watchdog when nothing moves any more. */
export interface Wait {
  /** `recv on deq` */
  readonly what: string;
  /** Why it still waits, looked up when it is told: `deq.valid is 0`. */
  why?(): string;
  /** Cycles that the wait is known to last, for one that ends by itself. */
  readonly lasts?: number;
}

/**
 * A testbench process: each `yield` waits for the next edge of the implicit clock. What it reads after a `yield` are
 * the values just before that edge; what it writes takes effect just after it.
 */
export type Process<R = void> = Generator<Wait | undefined, R, void>;

/** What `run` starts: usually a `function*`. */
export type ProcessFunction<R = unknown> = () => Process<R>;

const background = new WeakSet<ProcessFunction>();

/** The same process in the background: it does not keep `run` alive, and is ended when all others have. */
export function daemon<R>(process: ProcessFunction<R>): ProcessFunction<R> {
  const marked: ProcessFunction<R> = () => process();
  Object.defineProperty(marked, "name", { value: process.name });
  background.add(marked);
  return marked;
}

export function isDaemon(process: ProcessFunction): boolean {
  return background.has(process);
}
