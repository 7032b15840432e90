import { describe, expect, test } from "vitest";
import { Random } from "../../../testbench/bench/random.ts";
import { replay, seedOf } from "../../../testbench/bench/seed.ts";
import { simulate } from "../../../testbench/bench/simulate.ts";
import { nocConfig } from "./noc-config.ts";
import { VirtualChannel } from "./virtual-channel.ts";

const seed = seedOf(undefined);
const config = nocConfig({ vcDepth: 4 });
const all = 0b11111;
const idle = { write: 0, outputs: 0, last: 0, granted: 0, room: all, empty: all, sent: 0 };

describe.each(["interpreter", "wasm"] as const)(`VirtualChannel on the %s engine (${replay(seed)})`, (engine) => {
  test("a packet asks for its output, then goes as there is room, and keeps the output until its tail", () => {
    const dut = simulate(VirtualChannel(config), { engine, seed });
    const step = (inputs: Partial<typeof idle>) => {
      Object.assign(dut.in, idle, inputs);
      const { want, ready, pop, level } = dut.out;
      dut.step();
      return { want, ready, pop, level };
    };
    expect(step({ write: 1, outputs: 0b00100, last: 0 })).toEqual({ want: 0, ready: 0, pop: 0, level: 0 });
    expect(step({ write: 1, outputs: 0b00100, last: 1 })).toEqual({ want: 0b00100, ready: 0, pop: 0, level: 1 });
    expect(step({ granted: 0b00100 })).toEqual({ want: 0b00100, ready: 0, pop: 0, level: 2 });
    expect(step({ room: 0b11011 })).toEqual({ want: 0, ready: 0, pop: 0, level: 2 });
    expect(step({ sent: 0b00100 })).toEqual({ want: 0, ready: 0b00100, pop: 1, level: 2 });
    expect(step({ sent: 0b00100 })).toEqual({ want: 0, ready: 0b00100, pop: 1, level: 1 });
    expect(step({ write: 1, outputs: 0b00001, last: 1 })).toEqual({ want: 0, ready: 0, pop: 0, level: 0 });
    expect(step({})).toEqual({ want: 0b00001, ready: 0, pop: 0, level: 1 });
  });

  test("a fork collects its outputs in order, each once those before are empty, and leaves when all have it", () => {
    const dut = simulate(VirtualChannel(config), { engine, seed });
    const step = (inputs: Partial<typeof idle>) => {
      Object.assign(dut.in, idle, inputs);
      const { want, ready, pop, waits } = dut.out;
      dut.step();
      return [want, ready, pop, waits];
    };
    step({ write: 1, outputs: 0b10110, last: 1 });
    expect(step({ granted: 0b00010 })).toEqual([0b00010, 0, 0, 0b10110]);
    expect(step({ empty: 0b11101 })).toEqual([0, 0, 0, 0b10110]);
    expect(step({ granted: 0b00100 })).toEqual([0b00100, 0, 0, 0b10110]);
    expect(step({})).toEqual([0b10000, 0, 0, 0b10110]);
    expect(step({ granted: 0b10000 })).toEqual([0b10000, 0, 0, 0b10110]);
    expect(step({ empty: 0b01111 })).toEqual([0, 0, 0, 0b10110]);
    expect(step({ sent: 0b10010 })).toEqual([0, 0b10110, 0, 0b10110]);
    expect(step({ empty: 0 })).toEqual([0, 0b00100, 0, 0b00100]);
    expect(step({ empty: 0, sent: 0b00100 })).toEqual([0, 0b00100, 1, 0b00100]);
    expect(step({})).toEqual([0, 0, 0, 0]);
  });

  test("random packets leave in order, each flit once by each of its outputs", () => {
    const dut = simulate(VirtualChannel(config), { engine, seed });
    const random = new Random(seed);
    const queue: { outputs: number; last: boolean }[] = [];
    let arriving = { outputs: 0, left: 0 };
    let held = 0;
    let served = 0;
    let packets = 0;
    for (let cycle = 0; cycle < 2000; cycle++) {
      const inputs = { ...idle, room: random.below(32) | random.below(32), empty: random.bool(0.3) ? all : 0 };
      if (arriving.left === 0) arriving = { outputs: 1 + random.below(all), left: 1 + random.below(4) };
      const write = queue.length < config.vcDepth && random.bool(0.6);
      Object.assign(inputs, { write: Number(write), outputs: arriving.outputs, last: Number(arriving.left === 1) });
      Object.assign(dut.in, inputs);

      const front = queue[0];
      const lacks = front ? front.outputs & ~held : 0;
      const want = (held & ~inputs.empty) === 0 ? lacks & -lacks : 0;
      expect(dut.out.want).toBe(want);
      expect(dut.out.level).toBe(queue.length);
      const ready = Number(dut.out.ready);
      expect(ready & ~(front && lacks === 0 ? front.outputs & ~served & inputs.room : 0)).toBe(0);
      const granted = random.bool(0.5) ? want : 0;
      const sent = ready & random.below(32);
      Object.assign(dut.in, { granted, sent });
      held |= granted;
      served |= sent;
      const leaves = front !== undefined && sent !== 0 && (front.outputs & ~served) === 0;
      expect(dut.out.pop).toBe(Number(leaves));
      dut.step();
      if (leaves) {
        queue.shift();
        served = 0;
        if (front.last) {
          held = 0;
          packets++;
        }
      }
      if (write) {
        queue.push({ outputs: arriving.outputs, last: arriving.left === 1 });
        arriving.left--;
      }
    }
    expect(packets).toBeGreaterThan(50);
  });

  test("checks that no flit comes to a full buffer", () => {
    const dut = simulate(VirtualChannel(config), { engine, seed });
    Object.assign(dut.in, idle, { write: 1, outputs: 1, last: 1 });
    dut.step(config.vcDepth);
    expect(() => dut.step()).toThrow("no flit comes to a full buffer");
  });
});
