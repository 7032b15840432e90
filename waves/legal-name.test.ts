import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { legalNames } from "./legal-name.ts";

describe("legal VCD names", () => {
  it("turns indices into suffixes and dots into underscores", () => {
    expect(legalNames(["pe[2][3]", "acts[3]", "enq.bits", "a[0].b[1]", "state"])).toEqual([
      "pe_2_3",
      "acts_3",
      "enq_bits",
      "a_0_b_1",
      "state",
    ]);
  });

  it("lets a name that is legal keep itself, wherever it stands", () => {
    expect(legalNames(["a[1]", "a.1", "a_1", "a_1__2"])).toEqual(["a_1__3", "a_1__4", "a_1", "a_1__2"]);
  });

  it("copes with empty, foreign, numeric and reserved names", () => {
    expect(legalNames(["", "λ→", "0", "$end", "$var x", "module", "a b\tc\n", ":", "😀"])).toEqual([
      "_",
      "__",
      "_0",
      "_end",
      "_var_x",
      "module",
      "a_b_c_",
      "___2",
      "___3",
    ]);
  });

  it("shortens names of thousands of characters and keeps them apart", () => {
    const names = legalNames(["x".repeat(5000), "x".repeat(5001), "x".repeat(240)]);
    expect(new Set(names).size).toBe(3);
    expect(Math.max(...names.map((name) => name.length))).toBeLessThan(255);
    expect(names[2]).toBe("x".repeat(240));
  });

  it("is injective and legal for any names", () => {
    const awkward = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 12 }),
      fc.stringMatching(/^[a_1.[\]: $]{0,6}$/),
      fc.constantFrom("", "a[1]", "a_1", "a.1", "$end", "_", "a__2"),
    );
    fc.assert(
      fc.property(fc.array(awkward, { maxLength: 40 }), (names) => {
        const legal = legalNames(names);
        expect(legal).toHaveLength(names.length);
        expect(new Set(legal).size).toBe(names.length);
        for (const name of legal) expect(name).toMatch(/^[A-Za-z_][A-Za-z0-9_]{0,254}$/);
        expect(legalNames(legal)).toEqual(legal);
      }),
    );
  });
});
