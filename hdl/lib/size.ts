/** Throws a RangeError unless `value` is a whole number from `lowest` to `highest`; `what` names it in the message. */
export function checkSize(what: string, value: number, lowest: number, highest: number): void {
  if (!Number.isSafeInteger(value) || value < lowest || value > highest)
    throw new RangeError(`${what} is a whole number from ${lowest} to ${highest}, not ${value}`);
}
