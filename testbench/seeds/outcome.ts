import { SimulationError } from "../../sim/engine.ts";

/** What a seed came to. */
export type SeedOutcome<T> =
  | { readonly seed: number; readonly value: T }
  | {
      readonly seed: number;
      readonly failure: string;
      /** The name of the error that it threw; null where its thread ended. */
      readonly error: string | null;
    };

/** Some seeds failed: which, and why the first of them did. */
export class SeedsError extends SimulationError {
  override readonly name: string = "SeedsError";
  constructor(readonly outcomes: readonly SeedOutcome<unknown>[]) {
    const [first, ...more] = outcomes.flatMap((outcome) => ("failure" in outcome ? [outcome] : []));
    const others = more.length > 0 ? `; ${more.length} more failed: ${more.map(({ seed }) => seed).join(", ")}` : "";
    super(`seed ${first?.seed}: ${first?.failure}${others}`);
  }
}

/** The outcome of a seed that threw. */
export function failed(seed: number, error: unknown): SeedOutcome<never> {
  return error instanceof Error
    ? { seed, failure: error.message, error: error.name }
    : { seed, failure: String(error), error: "Error" };
}
