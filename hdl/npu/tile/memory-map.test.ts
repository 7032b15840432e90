import { expect, test } from "vitest";
import { npuConfig } from "../npu-config.ts";
import { tileMemories } from "../row-access.ts";
import { counterBase, counters } from "./counter-map.ts";
import { memoryOffset, memoryWindows } from "./memory-map.ts";

test("windows lie behind the registers and apart, each where a multiple of its size is", () => {
  let end = counterBase + 8 * counters.length;
  for (const { base, bytes } of tileMemories.map((name) => memoryWindows[name])) {
    expect([base % bytes, base >= end, base + bytes <= 2 ** 24]).toEqual([0, true, true]);
    end = base + bytes;
  }
});

test("the default tile's memories are reached whole, and those of the vector unit of any tile", () => {
  const config = npuConfig();
  for (const { bytes, pitch, rows } of Object.values(memoryWindows))
    expect(rows(config) * pitch(config)).toBeLessThanOrEqual(bytes);
  const largest = npuConfig({ side: 64 });
  for (const name of ["bias", "scale", "lut"] as const) {
    const { bytes, pitch, rows } = memoryWindows[name];
    expect(rows(largest) * pitch(largest)).toBeLessThanOrEqual(bytes);
  }
  expect(memoryWindows.instructions.rows(config) * memoryWindows.instructions.pitch(config)).toBe(16_384);
});

test("rows follow each other, words within them", () => {
  const config = npuConfig({ side: 8, scratchpadRows: 64, accumulatorRows: 16 });
  expect(memoryOffset(config, "scratchpad", 63, 1)).toBe(0x10_0000 + 8 * 63 + 4);
  expect(memoryOffset(config, "accumulator", 2, 7)).toBe(0x20_0000 + 2 * 32 + 28);
  expect(memoryOffset(config, "instructions", 1)).toBe(0x30_0010);
  expect(memoryOffset(config, "scale", 1)).toBe(0x41_0020);
  expect(memoryOffset(config, "lut", 255)).toBe(0x42_03fc);
  expect(memoryOffset(npuConfig({ side: 2 }), "scratchpad", 3)).toBe(0x10_000c);
});

test("what there is not is refused", () => {
  const config = npuConfig({ side: 64, scratchpadRows: 65_536 });
  expect(() => memoryOffset(config, "scratchpad", 16_384)).toThrow(
    new RangeError("the host reaches rows 0 to 16383 of the scratchpad, not 16384"),
  );
  expect(() => memoryOffset(config, "bias", 256)).toThrow("rows 0 to 255 of the bias, not 256");
  expect(() => memoryOffset(config, "lut", 0, 1)).toThrow("a row of the lut has words 0 to 0, not 1");
  expect(() => memoryOffset(config, "lut", -1)).toThrow("not -1");
});
