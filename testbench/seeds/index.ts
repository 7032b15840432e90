/** Runs that differ in their seed, side by side in threads. */
export { type SeedOutcome, SeedsError } from "./outcome.ts";
export { type RunSeedsOptions, runSeeds, seedOutcomes } from "./run-seeds.ts";
export { type SeedCase, seedCase, seedCases } from "./seed-case.ts";
export { seedList } from "./seed-list.ts";
