import type { BlockParameter } from "./block.ts";

/** A parameter with its range and what it is when not given. */
export function parameter(
  name: string,
  summary: string,
  fallback: number,
  [least, most]: readonly [least: number, most: number],
): BlockParameter {
  return { name, summary, fallback, least, most };
}

/** The width of a block's items, which the catalogue makes plain numbers. */
export const itemWidth = parameter("width", "bits of an item", 32, [1, 4096]);

/**
 * The value of a parameter that `buildBlock` has completed. Throws a RangeError where a block reads one that it does
 * not declare.
 */
export function numberOf(values: Readonly<Record<string, number>>, name: string): number {
  const value = values[name];
  if (value === undefined) throw new RangeError(`the block declares no parameter ${name}`);
  return value;
}
