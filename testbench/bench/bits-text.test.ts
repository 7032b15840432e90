import fc from "fast-check";
import { expect, test } from "vitest";
import { InputError } from "../input-error.ts";
import { parseBits } from "./bits-text.ts";

test.each<[string, number, bigint]>([
  ["42", 8, 42n],
  ["0xfF", 8, 255n],
  ["0b1010", 4, 10n],
  ["0o17", 4, 15n],
  ["-1", 5, 31n],
  ["-16", 5, 16n],
  ["1_000", 10, 1000n],
  ["0", 1, 0n],
])("%s in %i bits", (text, width, bits) => expect(parseBits("x", text, width)).toBe(bits));

test.each<[string, number, string]>([
  ["256", 8, "x: 256 does not fit into 8 bits"],
  ["-2", 1, "x: -2 does not fit into 1 bit"],
  ["-17", 5, "does not fit"],
  ["", 8, 'x: "" is no number'],
  ["1e3", 16, "no number"],
  ["0x", 16, "no number"],
  ["0b12", 16, "no number"],
  ["9".repeat(100_000), 16, "no number"],
])("refuses %s in %i bits", (text, width, message) => {
  expect(() => parseBits("x", text, width)).toThrow(InputError);
  expect(() => parseBits("x", text, width)).toThrow(message);
});

test("reads every value of a width back", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 130 }), fc.bigInt({ min: 0n, max: 2n ** 130n - 1n }), (width, any) => {
      const bits = BigInt.asUintN(width, any);
      expect(parseBits("x", `0x${bits.toString(16)}`, width)).toBe(bits);
      expect(parseBits("x", String(bits), width)).toBe(bits);
      expect(parseBits("x", String(BigInt.asIntN(width, bits)), width)).toBe(bits);
    }),
  );
});
