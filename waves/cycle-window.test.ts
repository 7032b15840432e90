import { describe, expect, it } from "vitest";
import { cycleWindow, isWithin } from "./cycle-window.ts";

describe("a window of cycles", () => {
  it("includes both ends", () => {
    const window = cycleWindow(3, 5);
    expect([2, 3, 4, 5, 6].filter((cycle) => isWithin(window, cycle))).toEqual([3, 4, 5]);
    expect(isWithin(cycleWindow(), 1e15)).toBe(true);
    expect(isWithin(cycleWindow(7), 6)).toBe(false);
  });

  it("refuses what is no window", () => {
    expect(() => cycleWindow(5, 4)).toThrow("the window ends in cycle 4, before it starts in cycle 5");
    expect(() => cycleWindow(-1)).toThrow("the first cycle of a window is a whole number from 0, not -1");
    expect(() => cycleWindow(0, 2.5)).toThrow("the last cycle of a window is a whole number from 0, not 2.5");
    expect(() => cycleWindow(Number.NaN)).toThrow("not NaN");
  });
});
