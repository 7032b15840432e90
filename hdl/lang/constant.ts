import type { Format } from "../netlist/index.ts";
import { currentBuilder, fail } from "./builder.ts";
import type { Expression } from "./expression.ts";
import { captureSite } from "./site.ts";
import type { Literal } from "./width.ts";

/** What shows values of a width without a sign: one bit as a bool. */
export const unsignedFormat = (width: number): Format => (width === 1 ? { kind: "bool" } : { kind: "uint" });
export const signedFormat: Format = { kind: "sint" };

/** A constant of `width` bits; belongs to no module. Throws a DesignError when it does not fit. */
export function constant(callee: string, value: Literal, width: number, signed: boolean, typeName: string): Expression {
  checkLiteral(callee, value, width, signed, typeName);
  return {
    operation: { kind: "const", value: BigInt.asUintN(width, BigInt(value)) },
    width,
    owner: null,
    index: -1,
    site: currentBuilder() ? captureSite(callee) : null,
    format: signed ? signedFormat : unsignedFormat(width),
  };
}

/** Throws a DesignError unless `value` is an integer in the range of the type. */
export function checkLiteral(callee: string, value: Literal, width: number, signed: boolean, typeName: string): void {
  if (typeof value !== "bigint" && !Number.isSafeInteger(value))
    fail(callee, `${value} is not an exact integer`, "use a whole number, or a bigint above 2^53");
  const lowest = signed ? -(1n << BigInt(width - 1)) : 0n;
  const highest = (1n << BigInt(signed ? width - 1 : width)) - 1n;
  const big = BigInt(value);
  if (big < lowest || big > highest)
    fail(callee, `${big} does not fit ${typeName} (${lowest} to ${highest})`, "use a literal in range or a wider type");
}
