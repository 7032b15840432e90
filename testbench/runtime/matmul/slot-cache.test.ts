import fc from "fast-check";
import { expect, test } from "vitest";
import { slotUses } from "./slot-cache.ts";

test("every step finds its piece, and a slot is only taken from steps that are over", () => {
  const keys = fc.array(fc.integer({ min: 0, max: 9 }).map(String), { maxLength: 60 });
  fc.assert(
    fc.property(keys, fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 3 }), (steps, count, recent) => {
      const held: (string | undefined)[] = [];
      const lastUse: number[] = new Array(count).fill(-1);
      for (const [step, { slot, loads, freedBy }] of slotUses(steps, count, recent).entries()) {
        expect(slot).toBeLessThan(count);
        expect(loads).toBe(held[slot] !== steps[step]);
        expect(freedBy).toBe(loads ? lastUse[slot] : -1);
        held[slot] = steps[step];
        lastUse[slot] = step;
      }
    }),
  );
});

test("what fits is loaded once, and of what does not, the piece that is needed last goes", () => {
  const loads = (keys: string, count: number, recent = 0) =>
    slotUses([...keys], count, recent)
      .map(({ loads }, i) => (loads ? keys[i] : "-"))
      .join("");
  expect(loads("abcabcabc", 3)).toBe("abc------");
  expect(loads("abcabcabc", 2)).toBe("abc-b-a-c");
  expect(loads("abcdabcd", 4, 2)).toBe("abcd----");
});

test("a piece used a moment ago stays while there is another choice", () => {
  const uses = slotUses([..."abcdef"], 3, 2);
  expect(uses.map(({ freedBy }) => freedBy)).toEqual([-1, -1, -1, 0, 1, 2]);
});
