import type { TraceFormat } from "./trace.ts";

/** How numbers are written: signed in decimal and unsigned in hexadecimal where nothing is said. */
export type Radix = "auto" | "hex" | "decimal" | "binary";

/**
 * A value as it is read: a label of an enumeration, `-3` for a signed number, `1f` (padded to the width) in
 * hexadecimal, `x` where it is not known.
 * @param value 0 ≤ value < 2^width
 */
export function valueText(value: bigint | null, width: number, format: TraceFormat, radix: Radix = "auto"): string {
  if (value === null) return "x";
  if (format.kind === "enum" && radix === "auto") return format.labels[Number(value)] ?? hexadecimal(value, width);
  if (radix === "binary" || format.kind === "bool") return value.toString(2).padStart(width, "0");
  if (radix === "decimal" || (radix === "auto" && format.kind === "sint"))
    return (format.kind === "sint" ? BigInt.asIntN(width, value) : value).toString();
  return hexadecimal(value, width);
}

/** Whether a signal is drawn as a line, high and low, and not as a row of values. */
export function isLine(width: number, format: TraceFormat): boolean {
  return width === 1 && format.kind !== "enum" && format.kind !== "sint";
}

function hexadecimal(value: bigint, width: number): string {
  return value.toString(16).padStart(Math.ceil(width / 4), "0");
}
