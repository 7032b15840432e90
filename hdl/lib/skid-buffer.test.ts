import { describe, expect, test } from "vitest";
import { Random } from "../../testbench/bench/random.ts";
import { replay, seedOf } from "../../testbench/bench/seed.ts";
import { simulate } from "../../testbench/bench/simulate.ts";
import { UInt } from "../lang/index.ts";
import { SkidBuffer } from "./skid-buffer.ts";

const seed = seedOf(undefined);

describe.each(["interpreter", "wasm"] as const)(`SkidBuffer on the %s engine (${replay(seed)})`, (engine) => {
  test("behaves as a queue of two in every cycle", () => {
    const dut = simulate(SkidBuffer(UInt(16)), { engine, seed });
    const random = new Random(seed);
    const queue: number[] = [];
    for (let cycle = 0; cycle < 600; cycle++) {
      const busy = [0.95, 0.5, 0.1][(cycle >> 4) % 3] ?? 0.5;
      const item = random.below(65_536);
      const offer = random.bool(busy);
      const take = random.bool(1.05 - busy);
      dut.in.enq.valid = Number(offer);
      dut.in.enq.bits = item;
      dut.out.deq.ready = Number(take);

      const room = queue.length < 2;
      expect([dut.in.enq.ready, dut.out.deq.valid]).toEqual([Number(room), Number(queue.length > 0)]);
      if (queue.length > 0) expect(dut.out.deq.bits).toBe(queue[0]);

      dut.step();
      if (take) queue.shift();
      if (offer && room) queue.push(item);
    }
  });

  test("moves one item a cycle, one cycle late", () => {
    const dut = simulate(SkidBuffer(UInt(16)), { engine, seed });
    dut.in.enq.valid = 1;
    dut.out.deq.ready = 1;
    for (let item = 0; item < 20; item++) {
      dut.in.enq.bits = item;
      expect(dut.in.enq.ready).toBe(1);
      dut.step();
      expect([dut.out.deq.valid, dut.out.deq.bits]).toEqual([1, item]);
    }
  });

  test("no output follows an input in the same cycle", () => {
    const dut = simulate(SkidBuffer(UInt(16)), { engine, seed });
    const outputs = () => [dut.in.enq.ready, dut.out.deq.valid, dut.out.deq.bits];
    const random = new Random(seed);
    for (let cycle = 0; cycle < 50; cycle++) {
      const before = outputs();
      dut.in.enq.valid = random.below(2);
      dut.in.enq.bits = random.below(65_536);
      dut.out.deq.ready = random.below(2);
      expect(outputs()).toEqual(before);
      dut.step();
    }
  });
});
