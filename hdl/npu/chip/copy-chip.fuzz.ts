import { expect } from "vitest";
import { axiResponses } from "../axi.ts";
import { chipConfig } from "../chip-config.ts";
import { chipBench } from "./chip-bench.fuzz.ts";

/** A small tile for chips under test. */
export const smallTile = { side: 4, scratchpadRows: 128, scratchpadBanks: 2, accumulatorRows: 32, instructions: 64 };

/** The nodes of the chip: two compute tiles and a memory tile. */
export const [first, second, memory] = [0x00, 0x01, 0x02] as const;

/** Where in DRAM the tiles copy from and to. */
export const [from, to] = [0x8020_0000, 0x8021_0000] as const;

/** Moves 12 rows of 8 bytes from `from` + 256 · n to `to` + 256 · n by way of the tile's own scratchpad. */
export const copy = (n: number) => `
  load.scratchpad local=0 dram=${from + 256 * n} rows=12 cols=8 stride=8
  fence queues=1 code=1
  store.scratchpad local=0 dram=${to + 256 * n} rows=12 cols=8 stride=8
  halt code=9`;

/** What a copy moves. */
export const rowsOf = (n: number) => Uint8Array.from({ length: 96 }, (_, i) => (17 * i + 31 * n + 5) & 255);

/** A chip of two compute tiles and a memory tile, before a DRAM with something to copy. */
export function copyChip(seed: number) {
  const tile = { ...smallTile, reads: 4, writes: 4, burstBeats: 16, bufferBeats: 32 };
  const bench = chipBench(chipConfig({ width: 2, height: 1, tile }), { seed });
  const { dram, read, field, load, start, wait } = bench;

  /** Puts what is to be copied where it comes from, and zeros where it goes. */
  function fill(): void {
    for (const n of [0, 1, 2]) {
      dram.memory.write(from + 256 * n, rowsOf(n));
      dram.memory.write(to + 256 * n, new Uint8Array(96));
    }
  }

  const copied = (n: number) => dram.memory.read(to + 256 * n, 96);

  /** The tile runs a program as if nothing had been. */
  function recovers(node: number): void {
    fill();
    load(node, copy(node));
    expect([start(node), field(node, "cause", "source")]).toEqual([axiResponses.okay, "None"]);
    wait(node);
    expect([field(node, "status", "state"), read(node, "code"), read(node, "interrupt")]).toEqual(["Halted", 9, 1]);
    expect(copied(node)).toEqual(rowsOf(node));
  }

  return { ...bench, fill, copied, recovers };
}
