import { expect, test } from "vitest";
import { channelConfig, npuConfig, transactionIds } from "./npu-config.ts";

test("the default is a tile of 16 × 16 with 256 KiB of scratchpad", () => {
  const config = npuConfig();
  expect(config.side * config.scratchpadRows).toBe(256 * 1024);
  expect(channelConfig(config, transactionIds.fetch)).toMatchObject({
    dataBytes: 16,
    addressBits: 32,
    id: 1,
    reads: 32,
  });
});

test.each([
  [{ side: 12 }, "the side of the array is a power of two, not 12"],
  [{ scratchpadBanks: 32 }, "the number of banks of the scratchpad is a whole number from 1 to 16, not 32"],
  [{ scratchpadRows: 4 }, "the number of rows of the scratchpad is a whole number from 8 to 65536, not 4"],
  [{ accumulatorRows: 2 }, "the number of rows of the accumulators is a whole number from 4 to 65536, not 2"],
  [{ reads: 0 }, "the number of read bursts under way is a whole number from 1 to 256, not 0"],
  [{ writes: 257 }, "the number of write bursts under way is a whole number from 1 to 256, not 257"],
  [{ burstBeats: 48 }, "the number of beats of the longest burst is a power of two, not 48"],
  [{ bufferBeats: 32 }, "the number of beats that a DMA engine holds is a whole number from 64 to 65536, not 32"],
  [{ instructions: 1000 }, "the number of instructions held is a power of two, not 1000"],
])("%j is refused", (sizes, message) => {
  expect(() => npuConfig(sizes)).toThrow(new RangeError(message));
});
