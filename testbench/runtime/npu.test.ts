import { describe, expect, test } from "vitest";
import { silent } from "../progress.ts";
import { assemble } from "./assembler.ts";
import { Npu } from "./npu.ts";
import { disagreement, TileCounters } from "./npu-run.ts";

const tile = { side: 4, scratchpadRows: 256, accumulatorRows: 32 };
const npu = new Npu({ tile, width: 2 }, { latency: 10 }, { watchdog: 600 });
const { address } = npu.map.place("data", 4096);
npu.load([{ address, bytes: Uint8Array.from({ length: 4096 }, (_, i) => i) }]);
const at = `dram=0x${address.toString(16)}`;

const run = (...texts: readonly string[]) =>
  npu.run(
    texts.map((text, node) => ({ node, program: assemble(`${text}\nhalt code=5`) })),
    silent,
  );

describe("programs on the simulated chip", () => {
  test("run, and their counters and the monitors on the ports agree", async () => {
    const done = await run(
      `load.scratchpad ${at} local=8 rows=3 cols=8 stride=8 push_next
      gemm m=2 k=4 n=4 a=8 w=10 a_stride=2 acc_stride=2 pop_prev push_next
      vec rows=2 cols=4 src=0 dst=4 pop_prev push_next
      store.accumulator int32 rows=2 cols=4 local=4 dram=0x${(address + 1024).toString(16)} stride=16 pop_prev`,
    );
    expect(disagreement(done)).toBeNull();
    const [one] = done.tiles;
    expect(one?.counters.of("bytesStore")).toBe(32);
    expect(one?.counters.of("loadDone")).toBe(1);
    expect(one?.counters.of("macsUseful")).toBe(32);
    expect(done.cycles).toBeGreaterThanOrEqual(one?.counters.of("cycles") ?? Infinity);
  });

  test("two tiles side by side, one sends to the other", async () => {
    const done = await run(
      `receive.scratchpad node=1 tag=2 local=0 rows=4`,
      `load.scratchpad ${at} local=0 rows=4 cols=4 stride=4
      fence queues=1
      send.scratchpad node=0 tag=2 local=0 rows=4`,
    );
    expect(done.tiles.map(({ counters }) => [counters.of("bytesSend"), counters.of("bytesReceive")])).toEqual([
      [0, 16],
      [16, 0],
    ]);
  });

  test.each([
    [
      "a matrix beyond the scratchpad",
      `load.scratchpad ${at} rows=1 cols=4\nload.scratchpad ${at} local=254 rows=3 cols=4`,
      "tile (0, 0), load unit, instruction 1 (load.scratchpad",
    ],
    [
      "an empty GEMM in a loop",
      "loop count=2 body=1\nnop\ngemm m=1 k=0 n=1",
      "execute unit, instruction 2 (gemm m=1 k=0 n=1): a size",
    ],
    [
      "a loop that does not nest",
      "loop depth=3 count=1 body=1\nnop",
      "instruction 0 (loop depth=3 count=1 body=1): the loop does not nest",
    ],
    ["no DRAM there", "load.scratchpad dram=0x100 rows=1 cols=4", "the bus answered a read with an error at 0x100"],
    [
      "a token that never comes",
      "gemm m=1 k=1 n=1 pop_prev",
      "deadlock at instruction 1 (halt code=5): execute waits for a token of the queue before",
    ],
    [
      "a RECEIVE that nobody answers",
      "receive.scratchpad node=1 rows=1",
      "load has an instruction under way that does not end",
    ],
  ])("%s is told by tile and instruction, and the next program runs", async (_, text, message) => {
    await expect(run(text)).rejects.toThrow(message);
    await expect(run("nop")).resolves.toMatchObject({});
  });

  test("the first fault is told, not who waits for it", async () => {
    await expect(
      run(
        "receive.scratchpad node=1 rows=1",
        "load.scratchpad local=300 rows=1 cols=1\nfence queues=1\nsend.scratchpad node=0 rows=1",
      ),
    ).rejects.toThrow("tile (1, 0), load unit, instruction 0");
    await expect(run("nop", "nop")).resolves.toMatchObject({});
  });

  test("a counter that does not agree with its monitor is told", () => {
    const traffic = { bytesLoad0: 16, bytesLoad1: 0, bytesFetch: 0, bytesStore: 0 };
    const counters = new TileCounters(new Map([["bytesLoad0", 12]]));
    const node = { id: 0x12, kind: "compute" as const };
    expect(disagreement({ cycles: 1, tiles: [{ node, counters, traffic }], misdelivery: null })).toBe(
      "tile (2, 1): the counter bytesLoad0 says 12, the monitor on the port 16",
    );
  });

  test("a program without a LOAD, from memories that the host filled to those that it reads", async () => {
    const words = (bytes: readonly number[]) => new Int32Array(Int8Array.from(bytes).buffer);
    const a = [1, -2, 3, 0, 4, 5, -6, 0];
    const w = [7, 8, 0, 0, -9, 10, 0, 0, 11, -12, 0, 0, 0, 0, 0, 0];
    await npu.writeMemory(0, "scratchpad", 100, words(a));
    await npu.writeMemory(0, "scratchpad", 200, words(w));
    const done = await run("gemm m=2 k=3 n=2 a=100 w=200 acc=20");
    expect(done.tiles[0]?.counters.of("loadDone")).toBe(0);
    const sums = await npu.readMemory(0, "accumulator", 20, 2);
    expect([...sums].filter((_, i) => i % 4 < 2)).toEqual([7 + 18 + 33, 8 - 20 - 36, 28 - 45 - 66, 32 + 50 + 72]);

    await npu.writeMemory(0, "accumulator", 21, Int32Array.of(-5, 6, 70_000, -(2 ** 31)));
    await npu.writeMemory(0, "bias", 3, Int32Array.of(5, 0, -69_000, 2 ** 31 - 3));
    await npu.writeMemory(0, "scale", 3, new Int32Array(4).fill(0x180_0000));
    await npu.writeMemory(0, "lut", 68, Int32Array.of(-300));
    await run(
      "cfg reg=quantisation value=0x7f8000\nvec op=copy src=21 dst=30 rows=1 cols=4 scale=3 dst_int8\nvec op=lut src=20 dst=25 rows=1 cols=1 imm=10",
    );
    expect((await npu.readMemory(0, "accumulator", 25, 1))[0]).toBe(-300);
    expect(await npu.readMemory(0, "scratchpad", 30, 1)).toEqual(words([0, 2, 127, -1]));
    expect(await npu.readMemory(0, "scale", 3, 1)).toEqual(new Int32Array(4).fill(0x180_0000));
  });

  test("the host's accesses are the same however the streams of a tile stall", async () => {
    const stalling = new Npu({ tile }, { latency: 10 }, { stallable: true });
    stalling.stalls?.start(0.5, 7);
    for (const memory of ["scratchpad", "accumulator", "instructions", "bias", "scale", "lut"] as const) {
      const words = await stalling.readMemory(0, memory, 2, 3);
      const written = words.map((_, i) => 1000 * i - 2000);
      await stalling.writeMemory(0, memory, 2, written);
      expect(await stalling.readMemory(0, memory, 2, 3)).toEqual(written);
    }
  });

  test("a memory of a memory tile, rows that there are not", async () => {
    const memory = 2;
    await npu.writeMemory(memory, "scratchpad", 255, Int32Array.of(0x12345678));
    expect(await npu.readMemory(memory, "scratchpad", 255, 1)).toEqual(Int32Array.of(0x12345678));
    await expect(npu.readMemory(memory, "bias", 0, 1)).rejects.toThrow("nothing is there");
    await expect(npu.readMemory(0, "lut", 255, 2)).rejects.toThrow(
      "the host reaches rows 0 to 255 of the lut, not 256",
    );
    await expect(npu.writeMemory(0, "bias", 0, new Int32Array(6))).rejects.toThrow("6 are no whole rows");
    await expect(npu.readMemory(7, "bias", 0, 1)).rejects.toThrow("the chip has no node 7");
  });

  test("more cycles than there may be", async () => {
    const short = new Npu({ tile }, {}, { cycles: 100 });
    await expect(short.run([{ node: 0, program: assemble("halt") }], silent)).rejects.toThrow("not finished after 100");
  });
});
