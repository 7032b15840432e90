import { inspect } from "node:util";

/** A testbench value on one line, cut where it is long. */
export function textOf(value: unknown): string {
  const text = inspect(value, { breakLength: Number.POSITIVE_INFINITY, depth: 8, maxArrayLength: 32 });
  return text.length > 200 ? `${text.slice(0, 199)}…` : text;
}
