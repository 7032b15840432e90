import { describe, expect, test } from "vitest";
import { Bool, check, module, pipe, reg, Stream, UInt, when } from "../../hdl/index.ts";
import { silent } from "../progress.ts";
import { waves } from "./history.ts";
import { daemon } from "./process.ts";
import { simulate } from "./simulate.ts";
import { all, cycles, until } from "./wait.ts";

const Byte = UInt(8);

/** `q` follows `a` one cycle later, `same` in the same cycle. */
const Delay = module("Delay", { in: { a: Byte }, out: { q: Byte, same: Byte } }, ({ a }) => ({
  q: pipe(a, 0),
  same: a,
}));

/** Takes an item in every second cycle and gives none. */
const Sink = module("Sink", { in: { x: Stream(Byte) }, out: { y: Stream(Byte) } }, ({ y }) => {
  const ready = reg(Bool, 0);
  ready.next = ready.not();
  return { x: { ready }, y: { valid: y.ready.and(0), bits: Byte.lit(0) } };
});

const errorOf = (action: () => void): string => {
  try {
    action();
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
  return "nothing was thrown";
};

describe.each(["wasm", "interpreter"] as const)("%s", (engine) => {
  test("a process reads the values before the edge and writes after it", () => {
    const dut = simulate(Delay, { engine, watch: ["a", "q"] });
    const seen: number[][] = [];
    dut.run(function* () {
      for (let i = 1; i <= 3; i++) {
        dut.in.a = i;
        seen.push([dut.cycle, dut.in.a, dut.out.same, dut.out.q]);
        yield;
      }
      seen.push([dut.cycle, dut.in.a, dut.out.same, dut.out.q]);
    });
    expect(seen).toEqual([
      [0, 0, 0, 0],
      [0, 1, 1, 0],
      [1, 2, 2, 1],
      [2, 3, 3, 2],
    ]);
    expect([dut.cycle, dut.out.q]).toEqual([3, 3]);
    expect(waves(dut)).toMatchInlineSnapshot(`
      "cycle 0   1   2
      a     │01 │02 │03 │
      q     │00 │01 │02 │
      "
    `);
  });

  test("the order of processes does not matter to what they read", () => {
    const readings = [false, true].map((writerFirst) => {
      const dut = simulate(Delay, { engine });
      const read: number[] = [];
      const writer = function* () {
        for (let i = 1; i < 5; i++) {
          dut.in.a = i;
          yield;
        }
      };
      const reader = function* () {
        for (let i = 1; i < 5; i++) {
          read.push(dut.out.same);
          yield;
        }
      };
      dut.run(...(writerFirst ? [writer, reader] : [reader, writer]));
      return read;
    });
    expect(readings[0]).toEqual([0, 1, 2, 3]);
    expect(readings[1]).toEqual(readings[0]);
  });

  test("run ends with its last process and stops the daemons", () => {
    const dut = simulate(Delay, { engine });
    let ticks = 0;
    let stopped = false;
    dut.run(
      () => cycles(7),
      daemon(function* () {
        try {
          for (;;) {
            ticks++;
            yield;
          }
        } finally {
          stopped = true;
        }
      }),
      () => cycles(3),
    );
    expect([dut.cycle, ticks, stopped]).toEqual([7, 8, true]);
    dut.run(function* () {});
    expect(dut.cycle).toBe(7);
  });

  test("all runs processes inside one and returns what they return", () => {
    const dut = simulate(Delay, { engine });
    dut.run(function* () {
      const [cycle, text] = yield* all(
        function* () {
          yield* until(() => dut.out.q === 9);
          return dut.cycle;
        },
        function* () {
          yield* cycles(4);
          dut.in.a = 9;
          return "written";
        },
        daemon(() => cycles(1_000)),
      );
      expect([cycle, text]).toEqual([5, "written"]);
    });
    expect(dut.cycle).toBe(6);
  });

  test("the watchdog says what every process waits for", () => {
    const dut = simulate(Sink, { engine, timeout: 1_000 });
    const text = errorOf(() =>
      dut.run(
        function* sender() {
          for (let i = 0; i < 3; i++) yield* dut.in.x.send(i);
          yield* until(() => dut.out.y.valid === 1);
        },
        function* () {
          yield* dut.out.y.recv();
        },
        daemon(function* () {
          for (;;) yield;
        }),
      ),
    );
    expect(text).toMatchInlineSnapshot(`
      "TimeoutError: [Sink] nothing has moved for 1,000 cycles, up to cycle 1,005; mend what waits, or raise timeout:
        process 1 sender (until dut.out.y.valid === 1) has waited 1,000 cycles; it does not hold
        process 2 (recv on y) has waited 1,005 cycles; y.valid is 0
        process 3 (daemon, yield) has waited 1,005 cycles"
    `);
    expect(dut.out.y.ready).toBe(0);
  });

  test("a long wait that ends by itself is no hang, but a run has its limit", () => {
    const dut = simulate(Sink, { engine, timeout: 100, maxCycles: 3_000 });
    dut.run(() => cycles(2_000));
    const text = errorOf(() =>
      dut.run(function* () {
        for (;;) yield* dut.in.x.send(1);
      }),
    );
    expect(text.split("\n")[0]).toBe(
      "TimeoutError: [Sink] the run is not done after 3,000 cycles; mend what waits, or raise maxCycles:",
    );
  });

  test("mistakes of a testbench are told", () => {
    const dut = simulate(Sink, { engine });
    const forgotten = errorOf(() =>
      dut.run(function* () {
        dut.in.x.send(1);
        yield;
      }),
    );
    expect(forgotten).toBe("SimulationError: [Sink] send on x was called but not waited for; write yield* before it");
    const twice = errorOf(() =>
      dut.run(
        () => dut.in.x.send(1),
        () => dut.in.x.send(2),
      ),
    );
    expect(twice).toBe(
      "SimulationError: in.x.send of Sink: another process is in the middle of a send; let one process at a time send",
    );
    const nested = errorOf(() =>
      dut.run(function* () {
        dut.step();
        yield;
      }),
    );
    expect(nested).toContain("[Sink] step is called while processes run; in a process, yield to wait for an edge");
    expect(() => dut.run(() => cycles(-1))).toThrow("cycles(-1): a whole number of cycles from 0 wanted");
    expect(() => dut.step(-1)).toThrow("step(-1): give a whole number of cycles from 0");
    expect(() => simulate(Sink, { engine, timeout: 0 })).toThrow("timeout 0: give a whole number of cycles from 1");
    dut.run(() => dut.in.x.send(3));
  });

  test("a failing check stops the run in its cycle and ends all processes", () => {
    const Limited = module("Limited", { in: { go: Bool }, out: { n: Byte } }, ({ go }) => {
      const n = reg(Byte, 0);
      when(go, () => {
        n.next = n.add(1);
      });
      check(n.ne(5), "five never comes");
      return { n };
    });
    const dut = simulate(Limited, { engine });
    let ended = false;
    expect(() =>
      dut.run(function* () {
        try {
          dut.in.go = 1;
          for (;;) yield;
        } finally {
          ended = true;
        }
      }),
    ).toThrow(/check failed in cycle 5: top: five never comes \(.*process\.test\.ts:\d+\)/);
    expect([dut.cycle, dut.out.n, ended]).toEqual([5, 5, true]);
  });

  test("an asynchronous run does the same and can be interrupted", async () => {
    const dut = simulate(Delay, { engine });
    const reports: number[] = [];
    const report = (done: number) => {
      reports.push(done);
    };
    await dut.runAsync([() => cycles(1_000)], { signal: silent.signal, report });
    expect(dut.cycle).toBe(1_000);
    expect(reports.at(-1)).toBe(1_000);
    const stop = new AbortController();
    const endless = dut.runAsync([() => cycles(1e9)], {
      signal: stop.signal,
      report: (done) => {
        if (done > 100) stop.abort();
      },
    });
    await expect(endless).rejects.toThrow("interrupted");
    dut.step();
  });
});
