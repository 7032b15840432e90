import { describe, expect, test } from "vitest";
import { Random } from "../../bench/random.ts";
import { silent } from "../../progress.ts";
import { DmaDevice } from "./dma-device.ts";
import type { Transfer } from "./transfer.ts";

/** 12 rows of 150 bytes, none aligned: several bursts, most of them under way at once. */
const rows: Transfer = {
  source: 0x10f63,
  destination: 0x40fa9,
  length: 150,
  counts: [6, 2, 1],
  sourceStrides: [171, 1200, 0],
  destinationStrides: [151, 1000, 0],
  padding: null,
  onError: "end",
  interrupt: true,
};
const old = 0xee;

/** Runs the transfer with an error at the n-th beat, and then one without, on the same engine. */
async function runWithError(device: DmaDevice, transfer: Transfer, on: "read" | "write", beat: number) {
  const { memory } = device.dram;
  memory.write(0x40000, new Uint8Array(0x4000).fill(old));
  device.dram.fail({ on, beat, response: 3 });
  const status = await device.run(transfer, silent);
  const after = memory.read(0x40000, 0x4000);
  device.dram.fail();
  memory.write(0x40000, new Uint8Array(0x4000).fill(old));
  const next = await device.run(transfer, silent);
  return { status, after, next, good: memory.read(0x40000, 0x4000) };
}

/** Beats that the transfer takes. */
async function beatsOf(transfer: Transfer) {
  const device = deviceFor(4);
  await device.run(transfer, silent);
  const { readBeats, writeBeats } = device.counters;
  return { read: readBeats, write: writeBeats };
}

function deviceFor(latency: number, stalls = 0): DmaDevice {
  const device = new DmaDevice({}, { latency, stalls, seed: 9 }, { seed: 9 });
  const random = new Random(9);
  // No byte is what the destination held before.
  device.dram.memory.write(
    0x10000,
    Uint8Array.from({ length: 0x4000 }, () => random.below(old)),
  );
  return device;
}

describe.each([
  { onError: "end", latency: 100, stalls: 0 },
  { onError: "continue", latency: 100, stalls: 0 },
  { onError: "end", latency: 4, stalls: 0.3 },
  { onError: "continue", latency: 4, stalls: 0.3 },
] as const)(
  "an error at every beat, then $onError, latency $latency, stalls $stalls",
  ({ onError, latency, stalls }) => {
    test.each(["read", "write"] as const)("of the beats to %s", async (on) => {
      const transfer = { ...rows, onError };
      const { [on]: beats } = await beatsOf(transfer);
      expect(beats).toBeGreaterThan(100);
      const device = deviceFor(latency, stalls);
      for (let beat = 0; beat < beats; beat++) {
        const { status, after, next, good } = await runWithError(device, transfer, on, beat);
        const { error, response, interrupt, bytes } = status;
        expect({ error, response, interrupt }, `beat ${beat}`).toEqual({
          ...{ error: on === "read" ? "Read" : "Write", response: 3, interrupt: true },
        });
        expect([next.error, next.bytes], `after an error at beat ${beat}`).toEqual(["None", 1800]);
        const lost = after.reduce((count, byte, i) => count + Number(byte !== good[i]), 0);
        expect(after.every((byte, i) => byte === old || byte === good[i])).toBe(true);
        if (onError === "continue") {
          expect([lost >= 1, lost <= 16], `beat ${beat}`).toEqual([true, true]);
          expect(bytes).toBe(on === "read" ? 1800 - lost : 1800);
        } else expect(lost, `beat ${beat}`).toBeGreaterThanOrEqual(1);
      }
      if (latency === 100) expect(device.traffic.mostReads).toBeGreaterThanOrEqual(6);
    });
  },
);

test("a transfer that ends early asks for little more", async () => {
  const device = new DmaDevice({}, { latency: 50 });
  const long = { ...rows, source: 0, destination: 0x400000, length: 2 ** 20, counts: [1, 1, 1] };
  device.dram.fail({ on: "read", beat: 700 });
  const read = await device.run(long, silent);
  expect([read.error, read.address, read.bytes]).toEqual(["Read", 700 * 16, 700 * 16]);
  expect(device.counters.readBeats).toBeLessThan(700 + 3 * 256);
  const { writeBeats } = device.counters;
  device.dram.fail({ on: "write", beat: 700 });
  const write = await device.run(long, silent);
  expect([write.error, write.address]).toEqual(["Write", 0x400000 + 2 * 4096]);
  expect(device.counters.writeBeats - writeBeats).toBeLessThan(700 + 6 * 256);
});

test.each([
  ["Length", { length: 0 }],
  ["Count", { counts: [1, 0, 1] }],
  ["Length", { length: 0, counts: [0, 0, 0], onError: "continue" as const }],
])("a transfer of no rows is an error of its %s and moves nothing", async (error, change) => {
  const device = deviceFor(4);
  const status = await device.run({ ...rows, ...change }, silent);
  expect(status).toMatchObject({ error, bytes: 0, address: 0, interrupt: true });
  expect(device.monitor.moves).toBe(0);
  expect((await device.run(rows, silent)).error).toBe("None");
});

test("addresses beyond the memory are answered with a decode error", async () => {
  const device = new DmaDevice({}, { latency: 4, base: 0x10000, bytes: 0x10000 });
  const status = await device.run({ ...rows, destination: 0x1ff00 }, silent);
  expect(status).toMatchObject({ error: "Write", response: 3 });
});
