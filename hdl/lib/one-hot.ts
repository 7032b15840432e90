import type { Bool } from "../lang/index.ts";
import { mux } from "../lang/index.ts";

/** Of several items the one whose bit is 1; the last one where none is. For at most one bit that is 1. */
export function oneHotMux<S>(chosen: readonly Bool[], items: readonly S[]): S {
  const last = items.at(-1);
  if (last === undefined || chosen.length !== items.length)
    throw new RangeError(`${chosen.length} bits choose one of ${items.length} items; give one bit for each`);
  return chosen.slice(0, -1).reduceRight<S>((rest, bit, i) => {
    const item = items[i];
    return item === undefined ? rest : mux<S>(bit, item, rest);
  }, last);
}
