import { availableParallelism } from "node:os";
import { InputError } from "../input-error.ts";
import { Interrupted } from "../progress.ts";
import { failed, type SeedOutcome, SeedsError } from "./outcome.ts";
import type { SeedCase } from "./seed-case.ts";
import { SeedThread } from "./seed-thread.ts";

export interface RunSeedsOptions<T> {
  /** Threads beside this one; 0 runs all seeds in this one. Default: one for each processor. */
  readonly threads?: number;
  /** Ends the run. */
  readonly signal?: AbortSignal;
  /** Hears of each seed as it ends, in no order, and how many have. */
  readonly ended?: (outcome: SeedOutcome<T>, done: number) => void;
}

/**
 * Runs a case with every seed, in threads.
 * @returns the results in the order of the seeds
 * @throws SeedsError when all are done and some failed; Interrupted; InputError for a number of threads that is none
 */
export async function runSeeds<T>(
  seedCase: SeedCase<T>,
  seeds: readonly number[],
  options: RunSeedsOptions<T> = {},
): Promise<readonly T[]> {
  const outcomes = await seedOutcomes(seedCase, seeds, options);
  const results = outcomes.flatMap((outcome) => ("value" in outcome ? [outcome.value] : []));
  if (results.length < outcomes.length) throw new SeedsError(outcomes);
  return results;
}

/**
 * Like `runSeeds`, but a failure is an outcome like any other. V8 compiles a design once for all threads: they share the
 * code of WebAssembly modules of the same bytes.
 * @throws Interrupted; InputError for a number of threads that is none
 */
export async function seedOutcomes<T>(
  seedCase: SeedCase<T>,
  seeds: readonly number[],
  { threads: most = availableParallelism(), signal, ended }: RunSeedsOptions<T> = {},
): Promise<readonly SeedOutcome<T>[]> {
  if (!Number.isSafeInteger(most) || most < 0) throw new InputError(`threads ${most}: give a whole number from 0`);
  const outcomes = new Map<number, SeedOutcome<T>>();
  const waiting = seeds.entries();
  const work = async (run: (seed: number) => Promise<SeedOutcome<T>>) => {
    for (const [index, seed] of waiting) {
      const outcome = await run(seed);
      if (signal?.aborted) return;
      outcomes.set(index, outcome);
      ended?.(outcome, outcomes.size);
    }
  };
  if (signal?.aborted) throw new Interrupted();
  if (most === 0) await work((seed) => here(seedCase, seed));
  else {
    const threads = seeds.slice(0, most).map(() => new SeedThread(seedCase));
    const stop = () => Promise.all(threads.map((thread) => thread.stop()));
    signal?.addEventListener("abort", stop);
    try {
      await Promise.all(threads.map((thread) => work((seed) => thread.run(seed))));
    } finally {
      signal?.removeEventListener("abort", stop);
      await stop();
    }
  }
  if (signal?.aborted) throw new Interrupted();
  return seeds.flatMap((_, index) => outcomes.get(index) ?? []);
}

async function here<T>({ run }: SeedCase<T>, seed: number): Promise<SeedOutcome<T>> {
  try {
    return { seed, value: await run(seed) };
  } catch (error) {
    return failed(seed, error);
  }
}
