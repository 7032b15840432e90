import { InputError } from "../input-error.ts";

/** The most seeds of one run. */
const mostSeeds = 1_000_000;

/**
 * Seeds given as text: numbers and ranges with both ends, apart by commas, such as `1..16` or `3,7,100..199`.
 * @throws InputError for anything else
 */
export function seedList(name: string, text: string): number[] {
  const bad = (why: string) => new InputError(`${name} ${text}: ${why}`);
  const seeds: number[] = [];
  for (const part of text.split(",")) {
    const [, first = "", last = first] = part.trim().match(/^(\d{1,10})(?:\.\.(\d{1,10}))?$/) ?? [];
    if (first === "") throw bad("give numbers and ranges, such as 1..16 or 3,7,100..199");
    const [from, to] = [Number(first), Number(last)];
    if (to >= 2 ** 32) throw bad(`a seed is a whole number from 0 to ${2 ** 32 - 1}`);
    if (to < from) throw bad(`the range ${part.trim()} is empty; give the lower end first`);
    if (seeds.length + to - from >= mostSeeds) throw bad(`at most ${mostSeeds} seeds can be run at once`);
    for (let seed = from; seed <= to; seed++) seeds.push(seed);
  }
  return seeds;
}
