import { describe, expect, test } from "vitest";
import type { DmaConfig } from "../../../hdl/index.ts";
import { Random } from "../../bench/random.ts";
import { replay, seedOf } from "../../bench/seed.ts";
import type { DramTiming } from "../../models/dram.ts";
import { silent } from "../../progress.ts";
import { DmaBench } from "./dma-bench.ts";
import { DmaDevice } from "./dma-device.ts";
import { randomError, randomRegions, randomTransfer } from "./random-transfer.ts";

const seed = seedOf(undefined);

async function runRandom(
  count: number,
  sizes: Partial<DmaConfig>,
  timing: Partial<DramTiming>,
  engine: "wasm" | "interpreter" = "wasm",
) {
  const random = new Random(seed);
  const device = new DmaDevice(sizes, { seed, ...timing }, { engine, seed });
  const bench = new DmaBench(device);
  for (const [address, bytes] of randomRegions) bench.fill(random, address, bytes);
  const jobs = Array.from({ length: count }, () => {
    const transfer = randomTransfer(random);
    const error = random.bool(0.15) ? randomError(random, transfer, device.config.addressBits) : null;
    return { transfer, errors: error ? [error] : [] };
  });
  const { results, failure } = await bench.run(jobs, silent);
  const { mostReads, ...moved } = device.traffic;
  expect(
    [failure, results.length],
    `${replay(seed)}\n${failure && JSON.stringify(jobs[results.length - 1], null, 1)}`,
  ).toEqual([null, count]);
  const { readBursts, readBeats, writeBursts, writeBeats, bytes } = device.counters;
  expect({ readBursts, readBeats, writeBursts, writeBeats, bytes, responses: moved.writeBursts }).toEqual(moved);
  return { device, results, mostReads };
}

describe(`random transfers (${replay(seed)})`, () => {
  test("1,000 with random stalls are exact to the byte", async () => {
    const { results } = await runRandom(1000, {}, { latency: 20, stalls: 0.3, bandwidth: 24, rowMiss: 10 });
    const kinds = new Set(results.map(({ status }) => status.error));
    expect(kinds).toEqual(new Set(["None", "Read", "Write", "Length", "Count"]));
  });

  test.each([
    ["one byte wide", { dataBytes: 1, burstBeats: 16, bufferBeats: 16 }],
    ["four bytes wide, one burst at a time", { dataBytes: 4, reads: 1, writes: 1 }],
    ["64 bytes wide, short bursts", { dataBytes: 64, burstBeats: 4, addressBits: 40 }],
  ])("on a bus %s", async (_, sizes) => {
    await runRandom(60, sizes, { latency: 7, stalls: 0.2 });
  });

  test("on the interpreter", async () => {
    await runRandom(4, {}, { latency: 5, stalls: 0.2 }, "interpreter");
  });
});
