import { describe, expect, it } from "vitest";
import type { SampledSignal } from "./sampled-signal.ts";
import { waves } from "./text.ts";

const bit = (name: string, levels: string): SampledSignal => ({
  name,
  width: 1,
  format: { kind: "bool" },
  values: [...levels].map((level) => (level === "x" ? null : BigInt(level))),
});
const labels = ["Idle", "Load weights", "Run"];
const state: SampledSignal = {
  name: "state",
  width: 2,
  format: { kind: "enum", labels },
  values: [0n, 0n, 1n, 2n, 2n, 2n, 0n, 3n],
};
const sum: SampledSignal = {
  name: "array.pe[0][1].sum",
  width: 32,
  format: { kind: "sint" },
  values: [0n, 0xffffffffn, 0xffffffffn, 0x80000000n, 7n, 7n, null, 1n],
};

describe("text waves", () => {
  it("draws levels as lines and values as segments", () => {
    expect(`\n${waves([bit("valid", "01100xx1"), bit("ready", "11111111"), state, sum], { cycleWidth: 6 })}`).toBe(`
cycle              0     1     2     3     4     5     6     7
                         ┌───────────┐                       ──────
valid              ──────┘           └───────────xxxxxxxxxxxx
                   ────────────────────────────────────────────────
ready
state              │Idle       │Load…│Run              │Idle │3    │
array.pe[0][1].sum │0    │-1         │-214…│7          │x    │1    │
`);
  });

  it("takes the columns that the values need, and leaves out cycles that do not fit", () => {
    expect(`\n${waves([state, sum], { width: 60, from: 1, to: 6 })}`).toBe(`
cycle              1           2           3            … 6
state              │Idle       │Load weigh…│Run        │
array.pe[0][1].sum │-1                     │-2147483648│
`);
  });

  it("clips names at their start", () => {
    expect(waves([sum], { nameWidth: 8, to: 1 })).toBe("cycle    0   1\n…[1].sum │0  │-1 │\n");
  });

  it("numbers narrow cycles every five", () => {
    const [first] = waves([bit("a", "01".repeat(60))], { cycleWidth: 2, width: 60, from: 95 }).split("\n");
    expect(first).toBe("cycle 95        100       105       110       115");
  });

  it("counts cycles from the one that the values begin with", () => {
    const text = waves([bit("a", "0101")], { firstCycle: 10, from: 11, to: 12, cycleWidth: 4 });
    expect(text).toBe("cycle 11  12\n      ────┐\na         └───\n");
    expect(() => waves([bit("a", "01")], { firstCycle: 10, to: 9 })).toThrow(
      "no cycle from 10 to 9: the cycles are 10 to 11",
    );
    expect(() => waves([bit("a", "")])).toThrow("no cycle from 0 to the end: the cycles are none");
  });

  it("says what cannot be drawn", () => {
    expect(() => waves([])).toThrow("there is no signal to show");
    expect(() => waves([bit("a", "01"), bit("b", "0")])).toThrow("b has values for 1 cycles, a for 2");
    expect(() => waves([bit("a", "01")], { from: 2 })).toThrow("no cycle from 2 to the end: the cycles are 0 to 1");
    expect(() => waves([bit("a", "01")], { width: 9 })).toThrow(
      "9 columns are too few for names of 5 and one cycle of 4",
    );
    expect(() => waves([bit("a", "01")], { cycleWidth: 1 })).toThrow("a cycle takes 2 columns or more");
  });
});
