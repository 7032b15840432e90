import { describe, expect, test } from "vitest";
import { Bool, Fifo, module, reg, Stream, UInt } from "../../hdl/index.ts";
import { Scoreboard } from "./scoreboard.ts";
import { simulate } from "./simulate.ts";
import { collect, drive } from "./stream-driver.ts";
import { StreamMonitor } from "./stream-monitor.ts";
import { all } from "./wait.ts";

const Byte = UInt(8);
const items = (count: number) => Array.from({ length: count }, (_, i) => (i * 37) & 0xff);

/** Breaks the protocol: a counter that does not wait for `ready`, valid in three cycles of four. */
const Hasty = (keepsValid: boolean) =>
  module("Hasty", { in: {}, out: { y: Stream(Byte) } }, () => {
    const count = reg(Byte, 0);
    count.next = count.add(1);
    return { y: { valid: keepsValid ? Bool.lit(1) : count.trunc(2).ne(3), bits: keepsValid ? count : Byte.lit(9) } };
  });

describe.each(["wasm", "interpreter"] as const)("%s", (engine) => {
  test("without stalls a value moves in every cycle", () => {
    const dut = simulate(Fifo(Byte, 4), { engine });
    let got: number[] = [];
    dut.run(drive(dut.in.enq, items(50)), function* () {
      got = yield* collect(dut.out.deq, 50)();
    });
    expect(got).toEqual(items(50));
    expect(dut.cycle).toBe(51);
  });

  test.each([0.1, 0.5, 0.9])("stalls of %f lose and reorder nothing", (probability) => {
    const dut = simulate(Fifo(Byte, 4), { engine, seed: 5 });
    const sent = new StreamMonitor(dut, dut.in.enq);
    const board = new Scoreboard<number>("deq");
    board.expect(...items(100));
    const received = new StreamMonitor(dut, dut.out.deq, board.got);
    const stalls = { probability, random: dut.random };
    dut.run(
      function* both() {
        const [count, values] = yield* all(drive(dut.in.enq, items(100), stalls), collect(dut.out.deq, 100, stalls));
        expect([count, values]).toEqual([100, items(100)]);
      },
      sent.process,
      received.process,
    );
    board.finish();
    expect(board.matched).toBe(100);
    expect(sent.transfers.map(({ value }) => value)).toEqual(items(100));
    for (const [i, { cycle }] of received.transfers.entries())
      expect(cycle).toBeGreaterThan(sent.transfers[i]?.cycle ?? Number.POSITIVE_INFINITY);
    expect(dut.cycle).toBeGreaterThan(100 / (1 - probability));
  });
});

test("the same seed stalls in the same cycles", () => {
  const cyclesOf = (seed: number) => {
    const dut = simulate(Fifo(Byte, 2), { seed });
    const monitor = new StreamMonitor(dut, dut.out.deq);
    const stalls = { probability: 0.5, random: dut.random };
    dut.run(monitor.process, drive(dut.in.enq, items(20), stalls), collect(dut.out.deq, 20, stalls));
    return monitor.transfers.map(({ cycle }) => cycle);
  };
  expect(cyclesOf(1)).toEqual(cyclesOf(1));
  expect(cyclesOf(1)).not.toEqual(cyclesOf(2));
});

test("a monitor names who does not hold what it offers", () => {
  const broken = (keepsValid: boolean) => () => {
    const dut = simulate(Hasty(keepsValid));
    dut.run(new StreamMonitor(dut, dut.out.y).process, function* () {
      for (let i = 0; i < 10; i++) yield;
    });
  };
  expect(broken(true)).toThrow(
    "y: bits changed from 0 to 1 in cycle 1 before it was taken; hold valid and bits until ready is 1",
  );
  expect(broken(false)).toThrow(
    "y: valid fell in cycle 3 while 9 was not yet taken; hold valid and bits until ready is 1",
  );
});

test("a collector that gets too little tells how much came", () => {
  const dut = simulate(Fifo(Byte, 2), { timeout: 50 });
  expect(() => dut.run(drive(dut.in.enq, [1, 2, 3]), collect(dut.out.deq, 4))).toThrow(
    "process 2 collect (collect on deq) has waited 50 cycles; 3 of 4 came, deq.valid is 0",
  );
  expect(() => collect(dut.out.deq, -1)).toThrow("collect -1 values from deq: give a whole number from 0");
  expect(() => drive(dut.in.enq, [], { probability: 1, random: dut.random })).toThrow(
    "stalls with probability 1: give one from 0 to below 1",
  );
});
