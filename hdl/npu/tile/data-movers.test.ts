import { describe, expect, test } from "vitest";
import { replay, seedOf } from "../../../testbench/bench/seed.ts";
import { simulate } from "../../../testbench/bench/simulate.ts";
import { Dram } from "../../../testbench/models/dram.ts";
import { instructionWord, type Matrix, TileMemories } from "../movers/tile-memories.fuzz.ts";
import { nocConfig } from "../noc/index.ts";
import { channelConfig, npuConfig } from "../npu-config.ts";
import { DataMovers } from "./data-movers.ts";

const seed = seedOf(undefined);
const side = 4;
const config = npuConfig({ side, scratchpadRows: 128, accumulatorRows: 32, reads: 2, burstBeats: 16, bufferBeats: 32 });
const Dut = DataMovers(config, nocConfig({ width: 2, height: 1, payloadBits: 8 * side }));
const none = { valid: 0, write: 0, memory: "lut", row: 0, data: 0n } as const;

describe.each(["interpreter", "wasm"] as const)(`DataMovers on the %s engine (${replay(seed)})`, (engine) => {
  test("the host's accesses go to the ports of one memory, and wait for it", () => {
    const dut = simulate(Dut, { engine, seed });
    const { scratchpadRead, scratchpadWrite, accumulatorRead, add } = dut.out;
    const [, , write] = scratchpadWrite;
    if (!write) throw new Error("the scratchpad is written by three ports");
    const ports = [scratchpadRead, write, accumulatorRead, add];
    const data = 0x0004_0000_0003_0000_0002_0000_8765_4321n;
    const cases = [
      ["scratchpad", 0, 0],
      ["scratchpad", 1, 1],
      ["accumulator", 0, 2],
      ["accumulator", 1, 3],
      ["lut", 0, -1],
      ["instructions", 1, -1],
    ] as const;
    for (const [memory, writes, own] of cases) {
      dut.in.access = { valid: 1, write: writes, memory, row: 21, data };
      for (const port of ports) port.ready = 0;
      expect([memory, ports.map(({ valid }) => valid)]).toEqual([memory, ports.map((_, i) => Number(i === own))]);
      expect([memory, dut.out.taken]).toEqual([memory, Number(own < 0)]);
      for (const port of ports) port.ready = 1;
      expect([memory, dut.out.taken]).toEqual([memory, 1]);
    }
    dut.in.access = { ...none, valid: 1, write: 1, memory: "scratchpad", row: 100, data };
    expect(write.bits).toEqual({ address: 100, data: 0x8765_4321, mask: 15 });
    dut.in.access = { ...none, valid: 1, write: 1, memory: "accumulator", row: 31, data };
    expect(add.bits).toEqual({
      address: 31,
      sums: [0x8765_4321 | 0, 0x0002_0000, 0x0003_0000, 0x0004_0000],
      accumulate: 0,
    });
    dut.in.access = none;
    expect(ports.map(({ valid }) => valid)).toEqual([0, 0, 0, 0]);
  });

  test("a LOAD and a STORE side by side, and the bytes that they move", () => {
    const dut = simulate(Dut, { engine, seed });
    const dram = new Dram({ seed, latency: 10 });
    const channel = channelConfig(config, 0);
    dut.attach(dram.port(dut.engine, channel, { read: "read[0]", write: "write" }));
    dut.attach(dram.port(dut.engine, channel, { read: "read[1]" }));
    dram.memory.write(
      0x1000,
      Uint8Array.from({ length: 256 }, (_, i) => i),
    );
    const memories = new TileMemories(config);
    memories.scratchpad.set(
      Uint8Array.from({ length: 40 }, (_, i) => 200 - i),
      4 * 64,
    );
    const matrix: Matrix = { sub: "scratchpad", local: 0, dram: 0x1000, rows: 12, cols: side, stride: side };
    const stored: Matrix = { ...matrix, local: 64, dram: 0x2000, rows: 10 };
    const expected = new TileMemories(config);
    expected.scratchpad.set(memories.scratchpad);
    expected.load(matrix, dram.memory);

    const { loads, stores } = dut.in;
    Object.assign(loads, { valid: 1, bits: instructionWord("load", matrix) });
    Object.assign(stores, { valid: 1, bits: instructionWord("store", stored, ["push_prev"]) });
    const moved = { read: [0, 0], written: 0 };
    const ended: (readonly [number, number])[] = [];
    for (let cycle = 0; ended.length < 2; cycle++) {
      if (cycle > 500) throw new Error("the units do not end");
      const { scratchpadRead, scratchpadWrite, activity, done, tag, fault } = dut.out;
      scratchpadRead.ready = 1;
      for (const port of scratchpadWrite) {
        port.ready = 1;
        if (port.valid) memories.writeRow(port.bits);
      }
      activity.read.forEach((bytes, i) => {
        moved.read[i] = (moved.read[i] ?? 0) + bytes;
      });
      moved.written += activity.written;
      for (const unit of [0, 1]) if ((Number(done) >> unit) & 1) ended.push([unit, Number(tag[unit] ?? -1)]);
      expect(fault.map(({ valid }) => valid)).toEqual([0, 0]);
      const row = scratchpadRead.valid ? Number(scratchpadRead.bits) : 0;
      const taken = [loads.valid && loads.ready, stores.valid && stores.ready];
      dut.step();
      const [flit] = memories.send({ sub: "scratchpad", node: 0, tag: 0, local: row, rows: 1 });
      dut.in.scratchpadData = { valid: 1, bits: Number(flit ?? 0n) };
      if (taken[0]) loads.valid = 0;
      if (taken[1]) stores.valid = 0;
    }
    expect(memories.scratchpad).toEqual(expected.scratchpad);
    expect([...dram.memory.read(0x2000, 40)]).toEqual(Array.from({ length: 40 }, (_, i) => 200 - i));
    expect([moved.read[0] || moved.read[1], moved.written]).toEqual([48, 40]);
    expect(ended.toSorted()).toEqual([
      [0, 0],
      [1, 1],
    ]);
    expect(dut.out.busy).toBe(0);
  });
});
