import { expect, test } from "vitest";
import { configurationRegisters, configurationValue } from "./configuration.ts";

test("the fields of each register fit into it and have names of their own", () => {
  for (const { fields } of configurationRegisters)
    expect(fields.reduce((sum, { width }) => sum + width, 0)).toBeLessThanOrEqual(64);
  const names = configurationRegisters.flatMap(({ fields }) => fields.map(({ name }) => name));
  expect(new Set(names).size).toBe(names.length);
});

test("fields lie side by side, the first lowest", () => {
  expect(configurationValue("quantisation", { zeroPoint: -1, low: -128, high: 127 })).toBe(0x7f80ffn);
  expect(configurationValue("pooling", { poolWidth: 5, poolPixels: 0xffff })).toBe(0xffff_000_005n);
});

test.each([
  ["pool", {}, "there is no configuration register pool"],
  ["pooling", { width: 1 }, "the configuration register pooling has no field width"],
  ["quantisation", { low: 128 }, "low is a whole number from -128 to 127, not 128"],
  ["pooling", { poolWidth: -1 }, "poolWidth is a whole number from 0 to 4095, not -1"],
])("%s %j is refused", (register, values, message) => {
  expect(() => configurationValue(register, values)).toThrow(new RangeError(message));
});
