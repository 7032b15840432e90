import { expect, it } from "vitest";
import { identifierCode } from "./identifier-code.ts";

it("numbers identifier codes without gaps, the shortest first", () => {
  const codes = Array.from({ length: 94 + 94 * 94 + 10 }, (_, n) => identifierCode(n));
  expect(new Set(codes).size).toBe(codes.length);
  for (const code of codes) expect(code).toMatch(/^[!-~]{1,3}$/);
  expect([0, 1, 93, 94, 95, 188].map(identifierCode)).toEqual(["!", '"', "~", "!!", '"!', '!"']);
  expect(codes.filter((code) => code.length === 1)).toHaveLength(94);
  expect(codes.filter((code) => code.length === 2)).toHaveLength(94 * 94);
});
