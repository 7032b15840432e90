import { expect, test } from "vitest";
import { counterBase, counterOffset, counters } from "./counter-map.ts";
import { type Csr, csrNames, csrs } from "./csr-map.ts";

test("registers lie apart, and their fields within them and apart", () => {
  const all: readonly Csr[] = Object.values(csrs);
  expect(Object.keys(csrs)).toEqual(csrNames);
  const offsets = all.map(({ offset }) => offset);
  expect(new Set(offsets).size).toBe(offsets.length);
  for (const { offset, fields } of all) {
    expect(offset % 4).toBe(0);
    expect(offset).toBeLessThan(counterBase);
    let taken = 0n;
    for (const { name, low, width, values } of fields) {
      const mask = ((1n << BigInt(width)) - 1n) << BigInt(low);
      expect([name, low + width <= 32, taken & mask]).toEqual([name, true, 0n]);
      if (values) expect([name, values.length <= 2 ** width]).toEqual([name, true]);
      taken |= mask;
    }
  }
});

test("counters have names of their own and follow each other", () => {
  expect(new Set(counters.map(({ name }) => name)).size).toBe(counters.length);
  expect(counters.map(({ name }) => counterOffset(name))).toEqual(counters.map((_, i) => counterBase + 8 * i));
  expect(counterOffset("cycles")).toBe(0x10000);
});
