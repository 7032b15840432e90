import { expect, test } from "vitest";
import { replay, seedOf } from "./seed.ts";

test("a seed is the one asked for, else the environment's, else 0", () => {
  expect(seedOf(5, { SYSTOLE_SEED: "6" })).toBe(5);
  expect(seedOf(undefined, { SYSTOLE_SEED: "6" })).toBe(6);
  expect(seedOf(undefined, { SYSTOLE_SEED: "" })).toBe(0);
  expect(seedOf(undefined, {})).toBe(0);
  expect(replay(6)).toBe("seed 6; replay with SYSTOLE_SEED=6");
});

test.each(["abc", "-1", "1.5", "4294967296", "0x10"])("SYSTOLE_SEED=%s is refused", (SYSTOLE_SEED) => {
  expect(() => seedOf(undefined, { SYSTOLE_SEED })).toThrow(
    `SYSTOLE_SEED=${SYSTOLE_SEED}: give a whole number from 0 to 4294967295`,
  );
});
