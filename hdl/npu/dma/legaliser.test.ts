import { describe, expect, test } from "vitest";
import { Random } from "../../../testbench/bench/random.ts";
import { replay, seedOf } from "../../../testbench/bench/seed.ts";
import { simulate } from "../../../testbench/bench/simulate.ts";
import { all } from "../../../testbench/bench/wait.ts";
import { burstBytes, type DmaConfig, dmaConfig } from "./dma-config.ts";
import { Legaliser } from "./legaliser.ts";

const seed = seedOf(undefined);

interface Piece {
  readonly address: number;
  readonly bytes: number;
  readonly beats: number;
  readonly first: boolean;
  readonly last: boolean;
}

function cut(engine: "interpreter" | "wasm", config: DmaConfig, rows: readonly [number, number][], gap = 0): Piece[][] {
  const dut = simulate(Legaliser(config), { engine, seed });
  const random = new Random(seed);
  const pieces: Piece[][] = [];
  dut.run(
    function* () {
      for (const [address, length] of rows) yield* dut.in.row.send({ address, length });
    },
    function* () {
      while (pieces.length < rows.length) {
        const row: Piece[] = [];
        for (let last = false; !last; ) {
          while (random.bool(gap)) yield;
          const burst = yield* dut.out.burst.recv();
          last = burst.last === 1;
          row.push({
            ...{ address: Number(burst.address), bytes: burst.bytes, beats: burst.len + 1 },
            ...{ first: burst.first === 1, last },
          });
        }
        pieces.push(row);
      }
    },
  );
  return pieces;
}

/** Bursts by the rule: up to the next multiple of what a burst may not cross. */
function reference(config: DmaConfig, [address, length]: readonly [number, number]): Piece[] {
  const pieces: Piece[] = [];
  const block = burstBytes(config);
  for (let at = address, left = length; left > 0; ) {
    const bytes = Math.min(left, block - (at % block));
    const beats = Math.ceil(((at % config.dataBytes) + bytes) / config.dataBytes);
    pieces.push({ address: at, bytes, beats, first: at === address, last: bytes === left });
    at += bytes;
    left -= bytes;
  }
  return pieces;
}

describe.each(["interpreter", "wasm"] as const)(`Legaliser on the %s engine (${replay(seed)})`, (engine) => {
  test("5,000 bytes at 0xff8 become 8 + 4,096 + 896", () => {
    const [row] = cut(engine, dmaConfig(), [[0xff8, 5000]]);
    expect(row).toEqual([
      { address: 0xff8, bytes: 8, beats: 1, first: true, last: false },
      { address: 0x1000, bytes: 4096, beats: 256, first: false, last: false },
      { address: 0x2000, bytes: 896, beats: 56, first: false, last: true },
    ]);
  });

  test.each([1, 2, 4, 16, 64, 128])("random rows on a bus of %d bytes", (dataBytes) => {
    const random = new Random(seed);
    for (const burstBeats of [1, 16, 256]) {
      const config = dmaConfig({ dataBytes, burstBeats });
      const rows = Array.from({ length: 30 }, (): [number, number] => [
        random.below(2 ** 20),
        1 + random.below(random.bool(0.3) ? 10 * burstBytes(config) : 3 * dataBytes),
      ]);
      const pieces = cut(engine, config, rows, 0.2);
      expect(pieces).toEqual(rows.map((row) => reference(config, row)));
      for (const { address, bytes, beats } of pieces.flat()) {
        expect(beats).toBeLessThanOrEqual(burstBeats);
        expect(Math.floor(address / 4096)).toBe(Math.floor((address + bytes - 1) / 4096));
      }
    }
  });
});

test("rows of one burst follow each other without a gap, and clear drops what is left", () => {
  const dut = simulate(Legaliser(dmaConfig()), { seed });
  const taken: number[] = [];
  dut.run(() =>
    all(
      function* () {
        for (let i = 0; i < 10; i++) yield* dut.in.row.send({ address: 64 * i, length: 64 });
      },
      function* () {
        for (let i = 0; i < 10; i++) {
          yield* dut.out.burst.recv();
          taken.push(dut.cycle);
        }
      },
    ),
  );
  expect(taken.map((cycle) => cycle - (taken[0] ?? 0))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  dut.in.row.valid = 1;
  dut.in.row.bits = { address: 0, length: 100_000 };
  dut.step();
  expect(dut.out.busy).toBe(1);
  dut.in.clear = 1;
  expect(dut.in.row.ready).toBe(0);
  dut.step();
  expect(dut.out.busy).toBe(0);
});
