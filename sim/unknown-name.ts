import { closest } from "fastest-levenshtein";
import { SimulationError } from "./engine.ts";

/** The error for a name that is none of the known ones, with the nearest of them as a suggestion. */
export function unknownName(what: string, name: string, known: Iterable<string>): SimulationError {
  const candidates = [...known];
  const hint = candidates.length === 0 ? "the design has none" : `did you mean ${closest(name, candidates)}?`;
  return new SimulationError(`no ${what} ${JSON.stringify(name)}; ${hint}`);
}
