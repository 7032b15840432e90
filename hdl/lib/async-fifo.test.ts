import { describe, expect, test } from "vitest";
import { Random } from "../../testbench/bench/random.ts";
import { replay, seedOf } from "../../testbench/bench/seed.ts";
import { simulate } from "../../testbench/bench/simulate.ts";
import { ClockDomain, UInt } from "../lang/index.ts";
import { AsyncFifo } from "./async-fifo.ts";

const seed = seedOf(undefined);
const write = ClockDomain("writeClock");
const read = ClockDomain("readClock");

describe.each(["interpreter", "wasm"] as const)(`AsyncFifo on the %s engine (${replay(seed)})`, (engine) => {
  test.each([
    { depth: 2, writing: 1, reading: 1 },
    { depth: 4, writing: 2, reading: 5 },
    { depth: 8, writing: 7, reading: 3 },
    { depth: 16, writing: 3, reading: 4 },
  ])("depth $depth, periods $writing and $reading: everything arrives in order", ({ depth, writing, reading }) => {
    const clocks = {
      clock: { period: 1, phase: 0 },
      writeClock: { period: writing, phase: 0 },
      readClock: { period: reading, phase: reading - 1 },
    };
    const dut = simulate(AsyncFifo(UInt(16), depth, { write, read }), { engine, seed, clocks });
    const random = new Random(seed);
    const queue: number[] = [];
    let sent = 0;
    let full = 0;
    let emptied = 0;
    dut.in.enq.valid = 0;
    dut.out.deq.ready = 0;
    for (let time = 1; sent < 300; time++) {
      const filling = (time >> 8) & 1;
      if (time % writing === 0) {
        dut.in.enq.valid = Number(random.bool(filling ? 0.9 : 0.3));
        dut.in.enq.bits = sent;
      }
      if (time % reading === reading - 1) dut.out.deq.ready = Number(random.bool(filling ? 0.2 : 0.9));

      // Both edges sample what is there before either changes it.
      const entering = time % writing === 0 && dut.in.enq.valid === 1 && dut.in.enq.ready === 1;
      const leaving = time % reading === reading - 1 && dut.out.deq.ready === 1 && dut.out.deq.valid === 1;
      if (leaving) expect(dut.out.deq.bits).toBe(queue.shift());
      if (entering) queue.push(sent++);
      expect(queue.length).toBeLessThanOrEqual(depth);
      full += Number(queue.length === depth);
      emptied += Number(leaving && queue.length === 0);

      dut.step();
    }
    expect(full).toBeGreaterThan(0);
    expect(emptied).toBeGreaterThan(0);
  });
});

test.each([0, 1, 3, 131_072])("a depth of %d is refused", (depth) => {
  expect(() => AsyncFifo(UInt(8), depth, { write, read })).toThrow(
    /an AsyncFifo's depth is a (power of two|whole number)/,
  );
});
