import { describe, expect, test } from "vitest";
import { replay, seedOf } from "../../../testbench/bench/seed.ts";
import { axiResponses } from "../axi.ts";
import { chipConfig } from "../chip-config.ts";
import type { TileMemory } from "../row-access.ts";
import { memoriesOf, memoryOffset, memoryWindows } from "../tile/index.ts";
import { chipBench } from "./chip-bench.fuzz.ts";

const seed = seedOf(undefined);
const tile = { side: 4, scratchpadRows: 128, scratchpadBanks: 2, accumulatorRows: 32, instructions: 64 };
const config = chipConfig({ tile: { ...tile, reads: 4, writes: 4, burstBeats: 16, bufferBeats: 32 } });
const [compute, memory] = [0x00, 0x01] as const;
const to = 0x8021_0000;
const { okay, subordinateError, decodeError } = axiResponses;

const { dut, dram, readAt, writeAt, field, load, start, wait, abort } = chipBench(config, { seed });
const at = (node: number, name: TileMemory, row: number, word = 0) =>
  node * 2 ** 24 + memoryOffset(config.tile, name, row, word);
const word = () => dut.random.int32() >>> 0;

describe(`the host at the memories of tiles (${replay(seed)})`, () => {
  test("what it writes it reads, first and last rows of all of them", () => {
    const written = new Map<number, number>();
    for (const [node, kind] of [[compute, "compute"] as const, [memory, "memory"] as const])
      for (const name of memoriesOf(kind)) {
        const { rows, pitch } = memoryWindows[name];
        for (const row of [0, 1, rows(config.tile) / 2, rows(config.tile) - 1])
          for (let i = 0; i < pitch(config.tile) / 4; i++)
            written.set(at(node, name, row, i), name === "lut" ? (word() << 16) >> 16 : word());
      }
    for (const [address, data] of written) expect(writeAt(address, data >>> 0)).toBe(okay);
    for (const [address, data] of written) expect(readAt(address)).toEqual({ data: data >>> 0, resp: okay });
    expect(readAt(at(memory, "accumulator", 0))).toEqual({ data: 0, resp: decodeError });
    expect(writeAt(at(compute, "scratchpad", 0) + 4 * 128, 1)).toBe(decodeError);
  });

  test.each([
    ["compute", compute],
    ["memory", memory],
  ] as const)("a %s tile stores what it wrote; while that runs it is refused, and disturbs nothing", (_, node) => {
    const rows = Uint32Array.from({ length: 64 }, word);
    rows.forEach((data, row) => {
      expect(writeAt(at(node, "scratchpad", row), data)).toBe(okay);
    });
    load(node, `loop depth=0 count=6 body=1\nstore.scratchpad dram=${to} rows=64 cols=4 stride=4\nhalt`);
    start(node);
    let refused = 0;
    while (field(node, "status", "rest") === 0) {
      const row = dut.random.below(64);
      const [resp, read] = [writeAt(at(node, "scratchpad", row), word()), readAt(at(node, "scratchpad", row))];
      if (resp === okay) break; // the program has just ended
      expect(resp).toBe(subordinateError);
      if (read.resp === okay) break;
      expect(read).toEqual({ data: 0, resp: subordinateError });
      refused++;
    }
    expect(refused).toBeGreaterThan(10);
    wait(node);
    expect(dram.memory.read(to, 256)).toEqual(new Uint8Array(rows.buffer));
  });

  test("it looks at what a program left that failed", () => {
    dram.memory.write(to, Uint8Array.of(1, 2, 3, 4));
    load(
      compute,
      `load.scratchpad local=7 dram=${to} rows=1 cols=4 stride=4
      fence queues=1
      gemm m=1 k=0 n=1
      halt`,
    );
    start(compute);
    wait(compute);
    while (field(compute, "status", "rest") === 0) dut.step();
    expect(field(compute, "cause", "source")).toBe("Execute");
    expect(readAt(at(compute, "scratchpad", 7))).toEqual({ data: 0x0403_0201, resp: okay });
    // The instruction at fault, as it was fetched.
    expect(readAt(at(compute, "instructions", 2)).data % 16).toBe(3);
  });

  test("it is refused until an abort has ended", () => {
    load(compute, "receive.scratchpad node=1 tag=2 rows=4\nhalt");
    start(compute);
    dut.step(200);
    expect(readAt(at(compute, "bias", 0)).resp).toBe(subordinateError);
    abort(compute);
    expect(readAt(at(compute, "bias", 0)).resp).toBe(okay);
  });
});
