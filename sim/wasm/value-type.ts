import { I32, I64 } from "./opcodes.ts";

/** What is known of the bits above a value's width: all zero, all copies of its sign bit, or nothing. */
export type Form = "zero" | "sign" | "any";

/** The type that holds values of up to 64 bits. */
export function typeOf(width: number): typeof I32 | typeof I64 {
  return width <= 32 ? I32 : I64;
}
