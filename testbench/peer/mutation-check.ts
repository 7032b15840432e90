import { type Design, removeDead } from "../../hdl/index.ts";
import type { Progress } from "../progress.ts";
import { lockstepBatch } from "./lockstep-batch.ts";
import { type Mutant, mutants } from "./mutation.ts";
import { clocksOf, withoutChecks } from "./own-run.ts";
import type { PeerName } from "./peer-case.ts";
import { withOutputs } from "./property-outputs.ts";

/** Mutants of one design, and which of them the lockstep noticed. */
export interface MutationReport {
  readonly name: string;
  readonly caught: readonly Mutant[];
  readonly survived: readonly Mutant[];
}

/** How many mutants are tried, and for how many cycles, until one is caught: many at first sight, then for longer. */
const rounds = [
  { count: 4, cycles: 500 },
  { count: 6, cycles: 3000 },
  { count: 12, cycles: 3000 },
] as const;

/**
 * Whether the lockstep notices a changed operator: runs mutants of a design's Verilog against the design itself. Where
 * all of a round survive, because they are equivalent or hard to reach, others are tried for longer.
 */
export async function mutationCheck(
  name: string,
  given: Design,
  options: { readonly peer: PeerName; readonly seed: number; readonly progress?: Progress },
): Promise<MutationReport> {
  const design = withOutputs(given);
  // What serves properties alone changes no output: its mutants would all be equivalent.
  const mutated = removeDead(withoutChecks(design));
  const survived: Mutant[] = [];
  let skip = 0;
  for (const { count, cycles } of rounds) {
    const tried = mutants(mutated, options.seed, count, "m", skip);
    if (tried.length === 0) break;
    skip += count;
    const { seed } = options;
    const texts = tried.map(({ verilog }) => verilog);
    const one = { name, design, texts, seed, clocks: clocksOf(design, seed) };
    const { comparisons } = await lockstepBatch([one], { ...options, cycles, interpreted: 0 });
    const caught = tried.filter((_, i) => comparisons[i]?.difference);
    survived.push(...tried.filter((_, i) => !comparisons[i]?.difference));
    if (caught.length > 0) return { name, caught, survived };
  }
  return { name, caught: [], survived };
}
