import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { type RingItem, type RingMemory, VcdRing } from "./vcd-ring.ts";
import type { OpenFile, VcdSink } from "./vcd-sink.ts";
import { WaveError } from "./wave-error.ts";

/** What the thread is started with. */
export interface VcdThreadData {
  readonly file: OpenFile;
  readonly widths: Int32Array;
  readonly ring: RingMemory;
}

/** Whether a sink's file can be written by another thread. */
export function threadable(sink: VcdSink): sink is VcdSink & Required<Pick<VcdSink, "handOver">> {
  return sink.handOver !== undefined;
}

/** The thread's code: beside this file where that was built, and through tsx where it is TypeScript. */
function startWorker(workerData: VcdThreadData): Worker {
  if (import.meta.url.endsWith(".js"))
    return new Worker(new URL("./vcd-worker.js", import.meta.url), { workerData, execArgv: [] });
  // A thread does not take over the loader of the one that starts it, and tsx loads itself as an ECMAScript module only.
  const tsx = pathToFileURL(
    createRequire(import.meta.url)
      .resolve("tsx/esm/api")
      .replace(/\.cjs$/, ".mjs"),
  ).href;
  const url = JSON.stringify(new URL("./vcd-worker.ts", import.meta.url).href);
  const code = `import(${JSON.stringify(tsx)}).then(({ tsImport }) => tsImport(${url}, ${url}))`;
  return new Worker(code, { eval: true, workerData, execArgv: [] });
}

/**
 * A thread that writes records as lines to a file, while this one goes on. It needs nothing of this thread's event loop,
 * so that a synchronous run, and one that is being ended, can wait for it.
 */
export class VcdThread {
  private readonly ring: VcdRing;

  constructor(
    private readonly file: OpenFile,
    widths: readonly number[],
    most: number,
  ) {
    const ring = VcdRing.memory(most);
    const workerData: VcdThreadData = { file, widths: Int32Array.from(widths), ring };
    this.ring = new VcdRing(ring);
    // Nothing waits for it: whoever ends the trace does so in this thread.
    startWorker(workerData).unref();
  }

  /**
   * Hands records over, when there is room.
   * @throws WaveError for what went wrong with those before
   */
  take(records: Uint8Array): void {
    this.put(records);
  }

  /** Waits until all that was taken is in the file. Throws as `take`. */
  flush(): void {
    this.put("flush");
    this.check(this.ring.drained());
  }

  /** Has the file closed and waits for it. */
  end(): void {
    this.ring.put("end");
    this.check(this.ring.drained());
  }

  private put(item: RingItem): void {
    this.check(this.ring.put(item));
  }

  private check(answered: boolean): void {
    const { error } = this.ring;
    if (error !== null) throw new WaveError(error);
    if (!answered) throw new WaveError(`cannot write ${this.file.path}: the thread that writes it does not answer`);
  }
}
