import { InputError } from "../input-error.ts";

/** The environment variable that replays a run: its value is the seed of every simulation that is given none. */
export const seedVariable = "SYSTOLE_SEED";

/**
 * The seed of a run: the one asked for, else the environment's SYSTOLE_SEED, else 0.
 * @throws InputError unless it is a whole number from 0 to 2^32 − 1
 */
export function seedOf(asked: number | undefined, environment: NodeJS.ProcessEnv = process.env): number {
  if (asked !== undefined) return checked(asked, `seed ${asked}`);
  const text = environment[seedVariable];
  if (text === undefined || text === "") return 0;
  return checked(/^\d{1,10}$/.test(text) ? Number(text) : Number.NaN, `${seedVariable}=${text}`);
}

/** How to run again with the same seed: `seed 7; replay with SYSTOLE_SEED=7`. */
export function replay(seed: number): string {
  return `seed ${seed}; replay with ${seedVariable}=${seed}`;
}

function checked(seed: number, what: string): number {
  if (Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32) return seed;
  throw new InputError(`${what}: give a whole number from 0 to ${2 ** 32 - 1}`);
}
