import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import type { SeedOutcome } from "./outcome.ts";
import type { SeedCase } from "./seed-case.ts";

/** What the thread is started with. */
export interface SeedThreadData {
  /** The case's file and the name of its export. */
  readonly url: string;
  readonly name: string;
  readonly input: unknown;
}

/** A thread that runs one seed of a case after the other. */
export class SeedThread<T> {
  private readonly worker: Worker;
  private ended: string | null = null;

  constructor({ url, name, input }: SeedCase<T>) {
    const file = new URL(url);
    file.search = "";
    this.worker = start({ url: file.href, name, input });
    this.worker.on("error", (error) => {
      this.ended = error.message;
    });
    this.worker.on("exit", (code) => {
      this.ended ??= `its thread ended with exit code ${code}`;
    });
  }

  /** Runs a seed. Where the thread ends meanwhile, or has ended, that is how the seed failed. */
  run(seed: number): Promise<SeedOutcome<T>> {
    const { worker } = this;
    return new Promise((resolve) => {
      const settle = (outcome: SeedOutcome<T>) => {
        worker.off("message", settle);
        worker.off("exit", exit);
        resolve(outcome);
      };
      const exit = () => settle({ seed, failure: this.ended ?? "its thread has ended", error: null });
      worker.on("message", settle);
      worker.on("exit", exit);
      if (this.ended === null) worker.postMessage(seed);
      else exit();
    });
  }

  async stop(): Promise<void> {
    await this.worker.terminate();
  }
}

/** The thread's code: beside this file where both are JavaScript, and through tsx where one is TypeScript. */
function start(workerData: SeedThreadData): Worker {
  const extension = import.meta.url.endsWith(".js") ? "js" : "ts";
  const file = new URL(`./seed-worker.${extension}`, import.meta.url);
  if (extension === "js" && /\.[cm]?js$/.test(workerData.url)) return new Worker(file, { workerData, execArgv: [] });
  // A thread does not take over the loader of the one that starts it, and tsx loads itself as an ECMAScript module only.
  const tsx = pathToFileURL(
    createRequire(import.meta.url)
      .resolve("tsx/esm/api")
      .replace(/\.cjs$/, ".mjs"),
  ).href;
  const code = `import(${JSON.stringify(tsx)}).then(({ register }) => {
    register();
    return import(${JSON.stringify(file.href)});
  })`;
  return new Worker(code, { eval: true, workerData, execArgv: [] });
}
