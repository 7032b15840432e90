/** An element of an array. Throws a RangeError where there is none. */
export function element<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new RangeError(`there is no element ${index} of ${items.length}`);
  return item;
}
