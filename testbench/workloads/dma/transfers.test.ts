import { describe, expect, test } from "vitest";
import { Random } from "../../bench/random.ts";
import { silent } from "../../progress.ts";
import { DmaBench } from "./dma-bench.ts";
import { DmaDevice } from "./dma-device.ts";
import { type Convolution, im2col, windowsOf } from "./im2col.ts";
import type { Transfer } from "./transfer.ts";

const linear = (source: number, destination: number, length: number): Transfer => ({
  ...{ source, destination, length, counts: [1, 1, 1] },
  ...{ sourceStrides: [0, 0, 0], destinationStrides: [0, 0, 0], padding: null, onError: "end", interrupt: false },
});

function bench(latency: number, stalls = 0) {
  const device = new DmaDevice({}, { latency, stalls, seed: 5 }, { seed: 5 });
  const filled = new DmaBench(device);
  filled.fill(new Random(5), 0, 2 ** 20);
  filled.fill(new Random(6), 0x1f0000, 2 ** 18);
  return { device, bench: filled };
}

describe("named regressions", () => {
  test("5,000 bytes at 0xff8 are 8 + 4,096 + 896 on the bus", async () => {
    const { device, bench: it } = bench(30, 0.2);
    const bursts = device.monitor.record();
    const { failure } = await it.run([{ transfer: linear(0xff8, 0x200ff8, 5000), errors: [] }], silent);
    expect(failure).toBeNull();
    const expected = [
      { address: 0xff8, beats: 1 },
      { address: 0x1000, beats: 256 },
      { address: 0x2000, beats: 56 },
    ];
    const seen = (on: string) =>
      bursts.filter((one) => one.on === on).map(({ address, beats }) => ({ address, beats }));
    expect(seen("read")).toEqual(expected);
    expect(seen("write")).toEqual(expected.map(({ address, beats }) => ({ address: address + 0x200000, beats })));
  });

  test.each([0, 0.4])("1,958 bytes from 0x6e76a to 0x1f9c03, stalls %d", async (stalls) => {
    const { device, bench: it } = bench(30, stalls);
    const bursts = device.monitor.record();
    const { failure, results } = await it.run([{ transfer: linear(0x6e76a, 0x1f9c03, 1958), errors: [] }], silent);
    expect([failure, results.map(({ status }) => status.bytes)]).toEqual([null, [1958]]);
    expect(bursts).toEqual([
      { on: "read", address: 0x6e76a, beats: 123 },
      { on: "write", address: 0x1f9c03, beats: 64 },
      { on: "write", address: 0x1fa000, beats: 59 },
    ]);
  });
});

describe("cycles", () => {
  const bytes = 2 ** 18;

  test("an aligned copy moves a beat a cycle at a latency of 100", async () => {
    const { device, bench: it } = bench(100);
    const { failure, results } = await it.run([{ transfer: linear(0, 0x1f0000, bytes), errors: [] }], silent);
    expect(failure).toBeNull();
    const { readBeats, writeBeats, dataStalls, addressStalls, writeStalls } = device.counters;
    expect({ readBeats, writeBeats, addressStalls, writeStalls }).toEqual({
      ...{ readBeats: bytes / 16, writeBeats: bytes / 16 },
      ...{ addressStalls: 0, writeStalls: 0 },
    });
    expect(dataStalls).toBeLessThan(2 * 100 + 20); // the first read and the last response
    expect(results[0]?.cycles).toBeLessThan(bytes / 16 + 2 * 100 + 20);
  });

  test.each([
    [5, 0],
    [0, 9],
    [3, 9],
    [15, 1],
  ])("an unaligned one nearly so: %d bytes from a beat's begin to %d", async (from, to) => {
    const { bench: it } = bench(100);
    const { failure, results } = await it.run(
      [{ transfer: linear(from, 0x1f0000 + to, bytes - 16), errors: [] }],
      silent,
    );
    expect(failure).toBeNull();
    expect(results[0]?.cycles).toBeLessThan(bytes / 16 + 2 * 100 + 24);
  });

  test("bursts of 16 beats keep the bus as busy, with 16 under way", async () => {
    const device = new DmaDevice({ burstBeats: 16, reads: 16, bufferBeats: 256 }, { latency: 100 });
    await device.run(linear(0, 0x100000, bytes), silent);
    expect(device.counters.busy).toBeLessThan(bytes / 16 + 2 * 100 + 20);
    expect(device.traffic.mostReads).toBeGreaterThanOrEqual(6);
  });
});

describe("im2col as a walk", () => {
  const direct = ({ height, width, channels, kernel, stride, border }: Convolution, picture: Uint8Array): number[] => {
    const { down, across } = windowsOf({ height, width, channels, kernel, stride, border });
    const matrix: number[] = [];
    for (let y = 0; y < down; y++)
      for (let x = 0; x < across; x++)
        for (let ky = 0; ky < kernel; ky++)
          for (let kx = 0; kx < kernel; kx++)
            for (let channel = 0; channel < channels; channel++) {
              const [row, column] = [y * stride + ky - border, x * stride + kx - border];
              const inside = row >= 0 && row < height && column >= 0 && column < width;
              matrix.push(inside ? (picture[(row * width + column) * channels + channel] ?? 0) : 0);
            }
    return matrix;
  };

  test.each<Convolution>([
    { height: 8, width: 8, channels: 16, kernel: 3, stride: 1, border: 1 },
    { height: 5, width: 7, channels: 3, kernel: 3, stride: 2, border: 1 },
    { height: 6, width: 4, channels: 1, kernel: 5, stride: 1, border: 2 },
    { height: 4, width: 4, channels: 8, kernel: 1, stride: 1, border: 0 },
    { height: 2, width: 3, channels: 5, kernel: 4, stride: 3, border: 3 },
  ])("$height x $width x $channels, kernel $kernel, stride $stride, border $border", async (convolution) => {
    const device = new DmaDevice({}, { latency: 20 });
    const { height, width, channels, kernel } = convolution;
    const random = new Random(3);
    const picture = Uint8Array.from({ length: height * width * channels }, () => random.below(256));
    device.dram.memory.write(0x2005, picture);
    const { error } = await device.run(im2col(convolution, 0x2005, 0x8003), silent);
    const { down, across } = windowsOf(convolution);
    const matrix = device.dram.memory.read(0x8003, down * across * kernel * kernel * channels);
    expect([error, [...matrix]]).toEqual(["None", direct(convolution, picture)]);
  });
});
