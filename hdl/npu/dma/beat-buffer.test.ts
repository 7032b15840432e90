import { describe, expect, test } from "vitest";
import { Random } from "../../../testbench/bench/random.ts";
import { replay, seedOf } from "../../../testbench/bench/seed.ts";
import { simulate } from "../../../testbench/bench/simulate.ts";
import { BeatBuffer } from "./beat-buffer.ts";

const seed = seedOf(undefined);

describe.each(["interpreter", "wasm"] as const)(`BeatBuffer on the %s engine (${replay(seed)})`, (engine) => {
  test.each([1, 2, 5, 16])("depth %d: in order, nothing lost", (depth) => {
    const dut = simulate(BeatBuffer(40, depth), { engine, seed });
    const random = new Random(seed);
    const sent: number[] = [];
    const got: number[] = [];
    let refused = 0;
    for (let cycle = 0; cycle < 1500; cycle++) {
      const filling = (cycle >> 6) & 1;
      const item = random.below(2 ** 32);
      dut.in.enq.valid = Number(random.bool(filling ? 0.9 : 0.3));
      dut.in.enq.bits = item;
      dut.out.deq.ready = Number(random.bool(filling ? 0.2 : 0.9));
      if (dut.in.enq.valid && dut.in.enq.ready) sent.push(item);
      refused += Number(dut.in.enq.ready === 0);
      if (dut.out.deq.valid && dut.out.deq.ready) got.push(Number(dut.out.deq.bits));
      dut.step();
      expect(sent.length - got.length).toBeLessThanOrEqual(depth + 5);
    }
    expect(got).toEqual(sent.slice(0, got.length));
    expect(got.length).toBeGreaterThan(200);
    expect(refused).toBeGreaterThan(0);
  });

  test("one word in and one out a cycle, two cycles later", () => {
    const dut = simulate(BeatBuffer(40, 16), { engine, seed });
    const got: [number, number][] = [];
    for (let cycle = 0; cycle < 100; cycle++) {
      dut.in.enq.valid = 1;
      dut.in.enq.bits = cycle;
      dut.out.deq.ready = 1;
      expect(dut.in.enq.ready).toBe(1);
      if (dut.out.deq.valid) got.push([cycle, Number(dut.out.deq.bits)]);
      dut.step();
    }
    expect(got).toEqual(Array.from({ length: 98 }, (_, i) => [i + 2, i]));
  });
});
