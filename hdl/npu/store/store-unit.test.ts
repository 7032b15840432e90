import { describe, expect, test } from "vitest";
import { Random } from "../../../testbench/bench/random.ts";
import { replay, seedOf } from "../../../testbench/bench/seed.ts";
import type { DramTiming } from "../../../testbench/models/dram.ts";
import { SparseMemory } from "../../../testbench/models/sparse-memory.ts";
import { instructionWord, type Matrix, type Packet, type TileMemories } from "../movers/tile-memories.fuzz.ts";
import { nocConfig, nodeId, nodeIds } from "../noc/index.ts";
import { type NpuConfig, npuConfig } from "../npu-config.ts";
import { type SentOut, StoreBench } from "./store-bench.fuzz.ts";

const seed = seedOf(undefined);
const noc = (side: number, vcDepth = 8) => nocConfig({ width: 3, height: 2, vcDepth, payloadBits: 8 * side });
const small = (side: number) =>
  npuConfig({ side, scratchpadRows: 512, accumulatorRows: 256, writes: 8, burstBeats: 16, bufferBeats: 64 });

/** Nodes of the mesh that a packet goes to. */
const destinations = ({ node, mask = 0 }: Packet, side: number) =>
  nodeIds(noc(side)).filter((id) => ((id ^ node) & ~mask & 255) === 0);

/** A STORE to memory that nobody else writes, at most `most` rows. */
function randomStore(random: Random, { side, scratchpadRows, accumulatorRows }: NpuConfig, place: number): Matrix {
  const int32 = random.bool();
  const rows = 1 + random.below(12);
  const cols = random.bool() ? side * (1 + random.below(3)) : 1 + random.below(4 * side);
  const bytes = int32 ? 4 * cols : cols;
  const span = rows * Math.ceil(cols / side);
  return {
    sub: int32 ? "accumulator" : "scratchpad",
    ...{ int32, rows, cols, local: random.below((int32 ? accumulatorRows : scratchpadRows) - span) },
    dram: place + random.below(200),
    stride: random.bool() ? bytes : bytes + random.below(40),
  };
}

function randomSend(random: Random): Packet {
  const [sub, rows] = [random.bool() ? "scratchpad" : "accumulator", 1 + random.below(20)] as const;
  const masks = [0, 0, 0x01, 0x03, 0x10, 0x13, 0xff];
  const [node, tag, local] = [nodeId(random.below(3), random.below(2)), random.below(16), random.below(230)];
  return { sub, node, tag, local, rows, mask: masks[random.below(masks.length)] ?? 0 };
}

/** The flits of a SEND, in packets. */
function flitsOf(memories: TileMemories, packet: Packet, depth: number): SentOut[] {
  const payloads = memories.send(packet);
  return payloads.map((payload, i) => ({
    payload,
    destination: packet.node,
    mask: packet.mask ?? 0,
    last: Number(i % depth === depth - 1 || i === payloads.length - 1),
  }));
}

describe.each(["interpreter", "wasm"] as const)(`StoreUnit on the %s engine (${replay(seed)})`, (engine) => {
  test.each([
    [4, 0, 8],
    [4, 0.4, 2],
    [2, 0.2, 4],
    [16, 0.1, 8],
  ])("STOREs and SENDs, side %d, stalls %d, packets of %d flits", (side, stalls, depth) => {
    const config = small(side);
    const random = new Random(seed + side);
    const bench = new StoreBench(config, noc(side, depth), stalls, { latency: 20 }, { engine, seed });
    const { memories } = bench;
    const expected = new SparseMemory();
    const sent: SentOut[] = [];
    const words: bigint[] = [];
    const tags: number[] = [];
    let written = 0;
    const lastOf = new Map<number, number>(); // of each tag
    for (let i = 0; i < (engine === "wasm" ? 60 : 8); i++) {
      const set = ["push_prev", "interrupt"].filter(() => random.bool());
      tags.push((set.includes("push_prev") ? 1 : 0) + (set.includes("interrupt") ? 4 : 0));
      if (random.bool()) {
        const store = randomStore(random, config, 0x10000 + 0x1000 * i);
        words.push(instructionWord("store", store, set));
        memories.store(store, expected);
        written += store.rows * store.cols * (store.int32 ? 4 : 1);
        continue;
      }
      const send = randomSend(random);
      words.push(instructionWord("send", send, set));
      sent.push(...flitsOf(memories, send, depth));
      // A node waits for a tag again when the send before is done.
      const after = lastOf.get(send.tag) ?? 0;
      lastOf.set(send.tag, words.length);
      bench.grants.push(...destinations(send, side).map((source) => ({ source, tag: send.tag, after })));
    }
    bench.push(...words);
    bench.finish(words.length);
    expect(expected.firstDifference(bench.dram.memory)).toBeNull();
    expect(bench.dram.memory.firstDifference(expected)).toBeNull();
    expect(bench.sent).toEqual(sent);
    expect(bench.bytes.sent).toBe(sent.length * side);
    expect(bench.bytes.written).toBe(written);
    expect(bench.done).toEqual(tags.map((tag) => ({ tag, fault: "None", address: 0 })));
  });
});

describe(`StoreUnit (${replay(seed)})`, () => {
  const config = small(4);
  const tile: Matrix = { sub: "scratchpad", local: 0, dram: 0x14000, rows: 8, cols: 16, stride: 100 };
  const packet: Packet = { sub: "scratchpad", node: 1, tag: 3, local: 10, rows: 12 };
  const start = (stalls = 0, timing: Partial<DramTiming> = { latency: 20 }, sizes = config) =>
    new StoreBench(sizes, noc(sizes.side), stalls, timing, { engine: "wasm", seed });

  test.each([
    ["wide rows", { rows: 16, cols: 512, stride: 528 }],
    ["rows of a beat without gaps", { rows: 512, cols: 16, stride: 16 }],
    ["sums", { sub: "accumulator", int32: true, rows: 16, cols: 128, stride: 512 } as const],
  ])("a beat a cycle, %s", (_, shape) => {
    const bench = start(0, { latency: 100 }, npuConfig());
    const jobs = Array.from({ length: 8 }, (_, i) => ({ ...tile, ...shape, dram: 0x20000 + 0x4000 * i }));
    bench.push(...jobs.map((job) => instructionWord("store", job)));
    bench.finish(jobs.length);
    expect(bench.bytes.written).toBe(8 * 512 * 16);
    expect(bench.dut.cycle).toBeLessThan(8 * 520 + 150);
  });

  test("a flit a cycle, SENDs one behind the other", () => {
    const bench = start(0, {}, npuConfig());
    for (let tag = 0; tag < 8; tag++) bench.grants.push({ source: 1, tag, after: 0 });
    const sends = Array.from({ length: 8 }, (_, tag) => ({ ...packet, tag, rows: 128 }));
    bench.push(...sends.map((send) => instructionWord("send", send)));
    bench.finish(8);
    expect(bench.sent.length).toBe(8 * 128);
    expect(bench.dut.cycle).toBeLessThan(8 * 131 + 20);
  });

  const faults: readonly (readonly [what: string, word: bigint, fault: string])[] = [
    ["no rows", instructionWord("store", { ...tile, rows: 0 }), "Operand"],
    ["no columns", instructionWord("store", { ...tile, cols: 0 }), "Operand"],
    ["int32 of the scratchpad", instructionWord("store", { ...tile, int32: true }), "Operand"],
    ["bytes of the accumulators", instructionWord("store", { ...tile, sub: "accumulator" }), "Operand"],
    ["a row too many", instructionWord("store", { ...tile, local: 512 - 31 }), "Range"],
    ["beyond the sums", instructionWord("store", { ...tile, sub: "accumulator", int32: true, local: 225 }), "Range"],
    ["far beyond", instructionWord("store", { ...tile, rows: 4095, cols: 4095, local: 2 ** 20 - 1 }), "Range"],
    ["no rows to send", instructionWord("send", { ...packet, rows: 0 }), "Operand"],
    ["a tag of 16", instructionWord("send", { ...packet, tag: 16 }), "Operand"],
    ["no such node", instructionWord("send", { ...packet, node: 0x20, mask: 0x01 }), "Operand"],
    ["rows beyond", instructionWord("send", { ...packet, local: 501 }), "Range"],
  ];
  test("what is wrong with an instruction is told, and nothing moves", () => {
    const bench = start();
    for (const [what, word, fault] of faults) {
      const [before, { written, sent }] = [bench.done.length, bench.bytes];
      bench.grants.push({ source: 1, tag: 3, after: 0 });
      bench.push(word, instructionWord("send", packet, ["push_prev"]));
      bench.finish(before + 2);
      const done = [
        { fault, tag: 0, address: 0 },
        { fault: "None", tag: 1, address: 0 },
      ];
      expect({ what, done: bench.done.slice(before) }).toEqual({ what, done });
      expect(bench.bytes, what).toEqual({ written, sent: sent + 48 });
    }
  });

  test("the last rows of each memory can be moved", () => {
    const bench = start();
    const jobs: Matrix[] = [
      { ...tile, local: 512 - 32 },
      { ...tile, sub: "accumulator", int32: true, local: 256 - 32, dram: 0x16000 },
    ];
    const send: Packet = { ...packet, local: 500 };
    bench.grants.push({ source: 1, tag: 3, after: 0 });
    bench.push(...jobs.map((job) => instructionWord("store", job)), instructionWord("send", send));
    bench.finish(3);
    const expected = new SparseMemory();
    for (const job of jobs) bench.memories.store(job, expected);
    expect(expected.firstDifference(bench.dram.memory)).toBeNull();
    expect(bench.sent).toEqual(flitsOf(bench.memories, send, 8));
    expect(bench.done.every(({ fault }) => fault === "None")).toBe(true);
  });

  test("a SEND waits for all its destinations, and each grant is used once", () => {
    const bench = start();
    const many: Packet = { ...packet, node: 0, mask: 0xff, rows: 2 };
    const all = destinations(many, 4);
    bench.push(instructionWord("send", many), instructionWord("send", { ...packet, node: 2, rows: 1 }));
    for (const source of all) {
      for (let i = 0; i < 10; i++) bench.step();
      expect([bench.sent.length, bench.dut.out.waits.network]).toEqual([0, 1]);
      bench.grants.push({ source, tag: 3, after: 0 });
    }
    for (let i = 0; i < 50; i++) bench.step();
    expect(bench.sent.length).toBe(2);
    bench.grants.push({ source: 1, tag: 3, after: 0 }, { source: 2, tag: 4, after: 0 });
    for (let i = 0; i < 50; i++) bench.step();
    expect(bench.sent.length).toBe(2);
    bench.grants.push({ source: 2, tag: 3, after: 0 });
    bench.finish(2);
    expect(bench.sent.length).toBe(3);
  });

  test("a STORE waits for the bus; a SEND behind it for the network only if it is not granted", () => {
    const bench = start(0, { latency: 300 });
    bench.push(instructionWord("store", { ...tile, rows: 100 }), instructionWord("send", packet));
    for (let i = 0; i < 40; i++) bench.step();
    expect(bench.dut.out.waits.network).toBe(1);
    bench.grants.push({ source: 1, tag: 3, after: 0 });
    bench.step();
    bench.step();
    expect([bench.dut.out.waits.network, bench.sent.length]).toEqual([0, 0]);
    while (bench.sent.length < packet.rows) bench.step();
    for (let i = 0; i < 20; i++) bench.step();
    expect([bench.done, bench.dut.out.waits]).toEqual([[], { bus: 1, memory: 0, network: 0 }]);
    bench.finish(2);
  });

  test("grants that come while the unit cancels are forgotten, also after a pulse of cancel", () => {
    const bench = start();
    bench.push(instructionWord("store", { ...tile, rows: 100 }));
    for (let i = 0; i < 40; i++) bench.step();
    bench.dut.in.cancel = 1;
    bench.step();
    bench.dut.in.cancel = 0;
    bench.grants.push({ source: 1, tag: 3, after: 0 });
    for (let i = 0; bench.dut.out.busy; i++) {
      expect(i).toBeLessThan(100);
      bench.step();
    }
    expect(bench.grants).toEqual([]);
    bench.push(instructionWord("send", packet));
    for (let i = 0; i < 50; i++) bench.step();
    expect(bench.sent).toEqual([]);
    bench.grants.push({ source: 1, tag: 3, after: 0 });
    bench.finish(2);
    expect(bench.sent.length).toBe(12);
  });

  test.each([0, 0.3])("an error of the bus at any beat ends its STORE alone, stalls %d", (stalls) => {
    const bench = start(stalls);
    const sums: Matrix = { ...tile, sub: "accumulator", int32: true, dram: 0x18000 };
    const beats = 8 * 4;
    for (let beat = 0; beat < beats; beat++) {
      const before = bench.done.length;
      bench.dram.fail({ on: "write", beat: 8 * 4 + beat });
      const jobs = [{ ...tile, dram: 0x12000 }, tile, sums, { ...tile, dram: 0x1a000 }];
      bench.push(...jobs.map((job) => instructionWord("store", job)));
      bench.finish(before + jobs.length);
      const row = 0x14000 + 100 * Math.floor(beat / 4);
      expect(bench.done.slice(before).map(({ fault, address }) => [fault, address])).toEqual([
        ["None", 0],
        ["Write", expect.toSatisfy((at: number) => at >= row && at < row + 16)],
        ["None", 0],
        ["None", 0],
      ]);
      const expected = new SparseMemory();
      bench.memories.store(sums, expected);
      expect(bench.dram.memory.read(sums.dram, 600)).toEqual(expected.read(sums.dram, 600));
    }
  });

  test.each([
    [0, 0],
    [0.3, 0],
    [0, 1],
  ])("cancel at any time, stalls %d, held %d", (stalls, held) => {
    const bench = start(stalls);
    const busy = [
      instructionWord("store", { ...tile, rows: 6 }),
      instructionWord("send", { ...packet, rows: 20 }),
      instructionWord("store", { ...tile, sub: "accumulator", int32: true, rows: 3 }),
      instructionWord("send", { ...packet, sub: "accumulator", tag: 4 }),
      instructionWord("store", { ...tile, rows: 0 }),
      instructionWord("store", { ...tile, rows: 120 }),
      instructionWord("send", { ...packet, tag: 5 }),
    ];
    for (let time = 0; time < 200; time += stalls > 0 ? 7 : 2) {
      bench.grants.splice(0, 9, ...[3, 4].map((tag) => ({ source: 1, tag, after: 0 })));
      bench.push(...busy);
      for (let i = 0; i < time; i++) bench.step();
      const { given } = bench;
      const ended = bench.done.length;
      bench.dut.in.cancel = 1;
      bench.grants.splice(0);
      bench.step();
      if (!held) bench.dut.in.cancel = 0;
      for (let i = 0; bench.dut.out.busy; i++) {
        if (i > 200) throw new Error(`still busy ${i} cycles after it was cancelled in cycle ${time}`);
        bench.step();
      }
      bench.withdraw();
      bench.dut.in.cancel = 0;
      expect(bench.done.length).toBe(given);
      expect(bench.done.slice(ended).every(({ fault }) => fault === "None")).toBe(true);
      expect(bench.sent.at(-1)?.last ?? 1).toBe(1);

      const check: Matrix = { ...tile, local: time, dram: 0x30000 + 0x1000 * time };
      const expected = new SparseMemory();
      bench.memories.store(check, expected);
      bench.push(instructionWord("store", check), instructionWord("send", { ...packet, tag: 9 }));
      bench.grants.push({ source: 1, tag: 9, after: 0 });
      const before = bench.sent.length;
      bench.finish(given + 2);
      expect(bench.dram.memory.read(check.dram, 800)).toEqual(expected.read(check.dram, 800));
      expect(bench.sent.slice(before)).toEqual(flitsOf(bench.memories, { ...packet, tag: 9 }, 8));
    }
    expect(bench.given).toBeGreaterThan(100);
  });
});
