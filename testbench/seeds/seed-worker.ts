import { parentPort, workerData } from "node:worker_threads";
import { failed, type SeedOutcome } from "./outcome.ts";
import type { SeedThreadData } from "./seed-thread.ts";

/** The code of a `SeedThread`: imports the case, and runs the seeds that it is sent. */
const { url, name, input }: SeedThreadData = workerData;
let loaded: Promise<Readonly<Record<string, unknown>>> | null = null;

async function outcome(seed: number): Promise<SeedOutcome<unknown>> {
  try {
    loaded ??= import(url);
    const exported = (await loaded)[name];
    const found: unknown = typeof exported === "function" ? exported(input) : exported;
    if (typeof found !== "object" || found === null || !("run" in found) || typeof found.run !== "function")
      throw new TypeError(`${url} exports no ${name} that seedCase or seedCases made; export it under this name`);
    return { seed, value: await found.run(seed) };
  } catch (error) {
    return failed(seed, error);
  }
}

parentPort?.on("message", async (seed: number) => {
  const answer = await outcome(seed);
  try {
    parentPort?.postMessage(answer);
  } catch (error) {
    const { message } = error instanceof Error ? error : new Error(String(error));
    parentPort?.postMessage(failed(seed, new TypeError(`its result cannot be copied to another thread: ${message}`)));
  }
});
