import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryHostileName } from "../../waves/hostile-name.fuzz.ts";
import { commentText, Identifiers } from "./identifiers.ts";
import { keywords } from "./keywords.ts";

test("any names get legal identifiers, no two of which differ by case alone", () => {
  fc.assert(
    fc.property(fc.array(arbitraryHostileName, { maxLength: 40 }), (names) => {
      const identifiers = new Identifiers();
      const taken = names.map((name) => identifiers.take(name));
      for (const identifier of taken) {
        expect(identifier).toMatch(/^[A-Za-z_][A-Za-z0-9_]{0,200}$/);
        expect(keywords.has(identifier)).toBe(false);
      }
      expect(new Set(taken.map((identifier) => identifier.toLowerCase())).size).toBe(names.length);
    }),
    { numRuns: 500 },
  );
});

test("names that are legal stay; indices and dots become underscores", () => {
  const identifiers = new Identifiers();
  const names = ["count", "enq.bits", "pe[2][3]", "Count", "module", "2x", "", "a$b", "count"];
  expect(names.map((name) => identifiers.take(name))).toEqual([
    "count",
    "enq_bits",
    "pe_2_3",
    "Count_2",
    "module_",
    "_2x",
    "_",
    "a_b",
    "count_3",
  ]);
});

test("long names that differ at their ends differ", () => {
  const identifiers = new Identifiers();
  const [a, b] = [identifiers.take(`${"x".repeat(5000)}a`), identifiers.take(`${"x".repeat(5000)}b`)];
  expect(a).not.toBe(b);
  expect(Math.max(a.length, b.length)).toBeLessThanOrEqual(130);
});

test("nothing in a comment ends it, continues it or is no ASCII", () => {
  fc.assert(
    fc.property(fc.oneof(arbitraryHostileName, fc.string({ unit: "binary" })), (text) => {
      expect(commentText(text)).toMatch(/^[\x20-\x7e]*$/);
      expect(commentText(text)).not.toMatch(/\*\/|\\|`/);
    }),
  );
  expect(commentText("a ≥ b − c")).toBe("a >= b - c");
});
