import { expect, test } from "vitest";
import { burstBytes, dmaConfig } from "./dma-config.ts";

test("what is not said follows", () => {
  expect(dmaConfig()).toEqual({
    ...{ dataBytes: 16, addressBits: 32, idBits: 4, id: 0, reads: 16, writes: 16 },
    ...{ burstBeats: 256, bufferBeats: 512 },
  });
  expect(dmaConfig({ dataBytes: 64 }).bufferBeats).toBe(128);
  expect(
    [{}, { dataBytes: 4 }, { burstBeats: 16 }, { dataBytes: 128 }].map((given) => burstBytes(dmaConfig(given))),
  ).toEqual([...[4096, 1024, 256, 4096]]);
});

test.each([
  [{ reads: 0 }, "read bursts under way is a whole number from 1 to 256, not 0"],
  [{ writes: 257 }, "write bursts under way"],
  [{ burstBeats: 48 }, "longest burst is a power of two, not 48"],
  [{ burstBeats: 512 }, "longest burst is a whole number from 1 to 256, not 512"],
  [{ bufferBeats: 255 }, "beats that a DMA engine holds is a whole number from 256 to 65536, not 255"],
  [{ id: 16 }, "id of a DMA engine is a whole number from 0 to 15, not 16"],
  [{ dataBytes: 12 }, "power of two, not 12"],
])("%j is refused", (given, message) => {
  expect(() => dmaConfig(given)).toThrow(message);
});
