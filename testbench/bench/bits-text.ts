import { InputError } from "../input-error.ts";

/**
 * The bits of a number given as text, in decimal, `0x…`, `0b…` or `0o…`; negative ones in two's complement.
 * @throws InputError for text that is no number, or one that does not fit into `width` bits
 */
export function parseBits(what: string, text: string, width: number): bigint {
  const plain = text.trim().replaceAll("_", "");
  const negative = plain.startsWith("-");
  const digits = negative ? plain.slice(1) : plain;
  if (!/^(\d+|0x[\da-f]+|0b[01]+|0o[0-7]+)$/i.test(digits) || digits.length > 20_000)
    throw new InputError(`${what}: "${shortened(text)}" is no number; give one such as 42, -1, 0x2a or 0b101`);
  const size = BigInt(digits);
  const value = negative ? -size : size;
  const high = (1n << BigInt(width)) - 1n;
  const low = -(1n << BigInt(width - 1));
  if (value > high || value < low)
    throw new InputError(`${what}: ${shortened(text)} does not fit into ${width} bit${width === 1 ? "" : "s"}`);
  return BigInt.asUintN(width, value);
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
