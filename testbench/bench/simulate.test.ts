import { describe, expect, test } from "vitest";
import {
  Bool,
  Bundle,
  check,
  Enum,
  elaborate,
  Fifo,
  flip,
  mem,
  module,
  pipe,
  reg,
  SInt,
  UInt,
  Vec,
  when,
} from "../../hdl/index.ts";
import { Interrupted, silent } from "../progress.ts";
import { all, cycles, daemon, simulate, simulateDesign, TimeoutError, until } from "./index.ts";

const engines = ["wasm", "interpreter"] as const;
const Mode = Enum("Off", "Slow", "Fast");
const Pixel = Bundle({ level: SInt(5), mode: Mode });

const Mixed = module(
  "Mixed",
  { in: { pixel: Pixel, wide: UInt(70), row: Vec(3, SInt(8)) }, out: { late: Pixel, wider: UInt(70), sum: SInt(8) } },
  ({ pixel, wide, row }) => ({
    late: pipe(pixel),
    wider: wide.add(1),
    sum: row.reduce((a, b) => a.add(b)),
  }),
);

const Credits = Bundle({ valid: Bool, data: UInt(8), credit: flip(Bool) });
const Relay = module("Relay", { in: { west: Credits }, out: { east: Credits } }, ({ west, east }) => ({
  west: { credit: pipe(east.credit, 0) },
  east: { valid: pipe(west.valid, 0), data: pipe(west.data) },
}));

describe.each(engines)("on %s", (engine) => {
  test("values of every type go in and out as what they are", () => {
    const dut = simulate(Mixed, { engine });
    dut.in.pixel = { level: -16, mode: "Fast" };
    dut.in.wide = 2n ** 70n - 1n;
    dut.in.row = [-100, 50, 7];
    expect([dut.out.wider, dut.out.sum]).toEqual([0n, -43]);
    dut.step();
    expect(dut.out.late).toEqual({ level: -16, mode: "Fast" });
    expect([dut.peek("late.level"), dut.peek("late.mode")]).toEqual([-16, "Fast"]);
  });

  test("a netlist's ports are driven and read by name, wide, signed and enumerated ones too", () => {
    const dut = simulateDesign(elaborate(Mixed), "netlist", { engine });
    dut.poke("wide", 2n ** 70n - 1n);
    dut.poke("row[1]", -3);
    dut.poke("pixel.level", -16);
    expect([dut.peek("wider"), dut.peek("sum")]).toEqual([0n, -3]);
    dut.step();
    expect(dut.peek("late.level")).toBe(-16);
    expect(() => dut.poke("wide", 2n ** 70n)).toThrow("wide of netlist: 1180591620717411303424n does not fit");
    expect(() => dut.poke("wode", 1)).toThrow("there is no input wode of netlist; did you mean wide?");
    expect(() => dut.poke("sum", 1)).toThrow("there is no input sum of netlist");
  });

  test("in a process, what is driven by name takes effect at the edge", () => {
    const dut = simulateDesign(elaborate(Mixed), "netlist", { engine });
    const seen: unknown[] = [];
    dut.run(function* () {
      for (let i = 1; i < 4; i++) {
        dut.poke("wide", i);
        seen.push(dut.peek("wider"));
        yield;
      }
    });
    expect(seen).toEqual([1n, 2n, 3n]);
    expect(dut.peek("wider")).toBe(4n);
  });

  test("fields that flow backwards are read on an input and written on an output", () => {
    const dut = simulate(Relay, { engine });
    dut.out.east.credit = 1;
    dut.in.west.valid = 1;
    dut.in.west.data = 77;
    dut.step();
    expect([dut.in.west.credit, dut.out.east.valid, dut.out.east.data]).toEqual([1, 1, 77]);
  });

  test("processes see the values before the edge and write after it", () => {
    const Delay = module("Delay", { in: { d: UInt(8) }, out: { q: UInt(8) } }, ({ d }) => ({ q: pipe(d, 0) }));
    const dut = simulate(Delay, { engine });
    const seen: number[] = [];
    dut.run(function* () {
      for (let i = 1; i <= 4; i++) {
        dut.in.d = i;
        yield;
        seen.push(dut.out.q);
      }
    });
    expect(seen).toEqual([0, 1, 2, 3]);
    expect(dut.out.q).toBe(4);
  });

  test("a fifo under random stalls keeps its order, whoever waits for whom", () => {
    const dut = simulate(Fifo(UInt(16), 3), { engine, seed: 9 });
    const got: number[] = [];
    dut.run(
      function* produce() {
        for (let i = 0; i < 200; i++) {
          yield* cycles(dut.random.below(3));
          yield* dut.in.enq.send(i);
        }
      },
      function* consume() {
        while (got.length < 200) {
          if (dut.random.bool(0.4)) yield;
          got.push(yield* dut.out.deq.recv());
        }
      },
      daemon(function* watch() {
        for (;;) {
          expect(dut.out.level).toBeLessThanOrEqual(3);
          yield;
        }
      }),
    );
    expect(got).toEqual(Array.from({ length: 200 }, (_, i) => i));
  });

  test("the watchdog tells what every process waits for", () => {
    const dut = simulate(Fifo(UInt(8), 2), { engine, timeout: 50 });
    const stuck = () =>
      dut.run(
        function* fill() {
          for (;;) yield* dut.in.enq.send(1);
        },
        function* idle() {
          yield* until(() => dut.out.level === 3, "three items");
        },
      );
    expect(stuck).toThrow(TimeoutError);
    expect(stuck).toThrow(/fill.*send on enq.*enq\.ready is 0[\s\S]*idle.*until three items/);
  });
});

test("bad values are one line that names the port", () => {
  const dut = simulate(Mixed);
  expect(() => {
    dut.in.pixel = { level: 16, mode: "Off" };
  }).toThrow(/pixel\.level.*16/);
  expect(() => {
    dut.in.wide = -1n;
  }).toThrow(/wide.*-1/);
  expect(() => dut.peek("latte.level")).toThrow(/did you mean late/);
  expect(() => simulate(Mixed, { gtkw: "x.gtkw" })).toThrow("gtkw needs vcd");
});

test("a send without yield* is an error, not silence", () => {
  const dut = simulate(Fifo(UInt(8), 2));
  expect(() =>
    dut.run(function* () {
      dut.in.enq.send(1);
      yield;
    }),
  ).toThrow("send on enq was called but not waited for; write yield* before it");
});

test("processes inside processes, and results of them", () => {
  const dut = simulate(Fifo(UInt(8), 4));
  let sum = 0;
  dut.run(function* () {
    const [, received] = yield* all(
      function* () {
        yield* dut.in.enq.send(5);
        yield* dut.in.enq.send(6);
      },
      function* () {
        return (yield* dut.out.deq.recv()) + (yield* dut.out.deq.recv());
      },
    );
    sum = received;
  });
  expect(sum).toBe(11);
});

test("a long run lets others go on and ends when it is told to", async () => {
  const Counter = module("Counter", { in: {}, out: { count: UInt(32) } }, () => {
    const count = reg(UInt(32), 0);
    count.next = count.add(1);
    return { count };
  });
  const dut = simulate(Counter, { timeout: 1e9 });
  const controller = new AbortController();
  const other = setInterval(() => {
    if (dut.cycle > 100) controller.abort();
  });
  const forever = function* () {
    for (;;) yield* cycles(1000);
  };
  await expect(dut.runAsync([forever], { ...silent, signal: controller.signal })).rejects.toThrow(Interrupted);
  clearInterval(other);
  expect(dut.cycle).toBeGreaterThan(100);
});

test("reset, checkpoints, memories and covers", () => {
  const Tally = module("Tally", { in: { hit: Bool }, out: { count: UInt(8) } }, ({ hit }) => {
    const count = reg(UInt(8), 3);
    const log = mem(UInt(8), 4);
    when(hit, () => {
      count.next = count.add(1);
      log.write(count.trunc(2), count);
    });
    check(count.lt(100), "stays small");
    return { count };
  });
  const dut = simulate(Tally);
  dut.in.hit = 1;
  dut.step(2);
  const saved = dut.checkpoint();
  dut.step(10);
  expect(dut.out.count).toBe(15);
  dut.restore(saved);
  expect([dut.out.count, dut.peekMemory("log", 3), dut.peekMemory("log", 0)]).toEqual([5, 3, 4]);
  dut.pokeMemory("log", 0, 200);
  expect(dut.peekMemory("log", 0)).toBe(200);
  dut.reset();
  expect(dut.out.count).toBe(3);
  expect(() => dut.step(200)).toThrow("check failed in cycle");
});
