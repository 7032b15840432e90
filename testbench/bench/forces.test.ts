import { describe, expect, test } from "vitest";
import { Bool, Enum, Fifo, inst, mem, module, mux, reg, SInt, UInt, Vec, when } from "../../hdl/index.ts";
import { silent } from "../progress.ts";
import { collect, drive, type Running, simulate } from "./index.ts";

const Phase = Enum("Idle", "Busy", "Done");

/** A counter with a table beside it: state, wires, memories and an enumeration to force. */
const Worker = module(
  "Worker",
  { in: { go: Bool, step: SInt(8) }, out: { sum: SInt(8), phase: Phase, looked: UInt(8) } },
  ({ go, step }) => {
    const phase = reg(Phase, "Idle");
    const sum = reg(SInt(8), 0);
    const words = mem(UInt(8), 16);
    const low = sum.asUInt().bits(0, 4);
    phase.next = mux(go, Phase.lit("Busy"), phase);
    when(phase.eq(Phase.lit("Busy")), () => {
      sum.next = sum.add(step);
      words.write(low, sum.asUInt());
    });
    return { sum, phase, looked: words.read(low) };
  },
);

const Pair = module("Pair", { in: { go: Bool, step: SInt(8) }, out: { sums: Vec(2, SInt(8)) } }, ({ go, step }) => {
  const first = inst(Worker);
  const second = inst(Worker);
  for (const worker of [first, second]) worker.in = { go, step };
  return { sums: [first.out.sum, second.out.sum] };
});

const forces = ["sum", "phase", "step"];
type Forced = Pick<Running, "force" | "release" | "peek" | "peekMemory">;

/** What is done to the lane (or run) number `i` in cycle `at`: nothing in run 0. */
function fault(dut: Forced, i: number, at: number): void {
  if (i === 0) return;
  if (at === 3 && i % 4 === 1) dut.force("sum", -5 * i);
  if (at === 4 && i % 4 === 2) dut.force("step", 0, 1 << (i % 8));
  if (at === 5 && i % 4 === 3) dut.force("phase", i % 3 === 0 ? "Done" : 3);
  if (at === 6) dut.release(i % 4 === 1 ? "sum" : undefined);
}

function trace(dut: Forced): unknown[] {
  return [
    ...["sum", "sum.driven", "phase", "step", "looked"].map((path) => dut.peek(path)),
    dut.peekMemory("words", 7),
  ];
}

describe("a force", () => {
  test("of one lane equals that of a run of its own, interpreted too, and leaves the others as they are", () => {
    const dut = simulate(Worker, { lanes: 9, forces, seed: 5 });
    const alone = dut.lanes.flatMap(({ seed }) =>
      (["wasm", "interpreter"] as const).map((engine) => simulate(Worker, { engine, seed, forces })),
    );
    const free = simulate(Worker, { lanes: 9, forces, seed: 5 });
    const untouched: unknown[] = [];
    for (let at = 0; at < 10; at++) {
      for (const one of [...dut.lanes, ...alone, ...free.lanes]) {
        one.in.go = at > 0 ? 1 : 0;
        one.in.step = at - 4;
      }
      for (const [i, lane] of dut.lanes.entries()) fault(lane, i, at);
      for (const [i, run] of alone.entries()) fault(run, i >> 1, at);
      const laned = dut.lanes.map(trace);
      expect(alone.map(trace)).toEqual(laned.flatMap((lane) => [lane, lane]));
      untouched.push(...laned.filter((lane, i) => JSON.stringify(lane) === JSON.stringify(trace(free.lane(i)))));
      dut.step();
      free.step();
      for (const run of alone) run.step();
    }
    // All but lane 0 differ somewhere, and lane 0 nowhere.
    expect(dut.lanes.map(trace).slice(1)).not.toEqual(free.lanes.map(trace).slice(1));
    expect(trace(dut.lane(0))).toEqual(trace(free.lane(0)));
    expect(untouched.length).toBeGreaterThan(3 * 9);
    expect(untouched.length).toBeLessThan(10 * 9);
  });

  test("takes effect from the next edge on in a process, and ends where it is released", () => {
    const dut = simulate(Worker, { lanes: 3, forces: ["step"] });
    const seen = dut.lanes.map((): unknown[] => []);
    dut.run((lane) => {
      lane.in.go = 1;
      lane.in.step = 1;
      return function* stuck() {
        for (let i = 0; i < 6; i++) {
          if (i === 2 && lane.index === 1) lane.force("step", 100);
          if (i === 4) lane.release();
          seen[lane.index]?.push(lane.peek("step"));
          yield;
        }
      };
    });
    expect(seen).toEqual([
      [1, 1, 1, 1, 1, 1],
      [1, 1, 1, 100, 100, 1],
      [1, 1, 1, 1, 1, 1],
    ]);
  });

  test("is of one instance, and part of a checkpoint and of the past", () => {
    const path = "second.sum";
    const dut = simulate(Pair, { forces: [path], travel: true });
    dut.in.go = 1;
    dut.in.step = 2;
    dut.step(4);
    const [first, second] = dut.out.sums;
    expect(second).toBe(first);
    dut.force(path, 77);
    expect(dut.out.sums).toEqual([first, 77]);
    const forced = dut.checkpoint();
    dut.step(2);
    dut.release();
    dut.step(2);
    const after = dut.out.sums;
    dut.seek(3);
    const [unforced, other] = dut.out.sums;
    expect(other).toBe(unforced);
    dut.seek(5);
    expect(dut.out.sums[1]).toBe(77);
    dut.seek(dut.newest);
    expect(dut.out.sums).toEqual(after);
    const again = simulate(Pair, { forces: [path] });
    again.restore(forced);
    expect(again.out.sums).toEqual([first, 77]);
  });

  test("says what cannot be forced, and what to do about it", () => {
    const bare = simulate(Worker);
    expect(() => bare.force("sum", 1)).toThrow(
      '[Worker] sum cannot be forced; start with simulate(module, { forces: ["sum"] })',
    );
    const dut = simulate(Worker, { forces: ["sum", "phase"], lanes: 2 }).lane(1);
    expect(() => dut.force("step", 1)).toThrow("[Worker] step cannot be forced; did you mean sum? Or start with");
    expect(() => dut.force("smu", 1)).toThrow("there is no signal smu; did you mean sum?");
    expect(() => dut.force("sum", 128)).toThrow("force of sum in Worker: 128 does not fit");
    expect(() => dut.force("sum", 1, 256)).toThrow("mask of the force of sum in Worker: 256 does not fit");
    expect(() => dut.force("phase", "Bussy")).toThrow("force of phase in Worker");
    expect(() => dut.release("step")).toThrow("step cannot be forced");
    expect(() => simulate(Worker, { forces: ["smu"] })).toThrow("there is no signal smu; did you mean sum?");
    expect(() => simulate(Worker, { forces: ["words"] })).toThrow("words is a memory");
    expect(() => simulate(Worker, { forces: ["sum", "sum"] })).toThrow("forces has sum twice; name it once");
  });
});

describe("runAsync of lanes", () => {
  const Queue = Fifo(UInt(8), 4);
  const sent = Array.from({ length: 200 }, (_, i) => (i * 7) % 256);

  test("does what run does, and lets the program go on", async () => {
    const received: number[][] = [[], [], []];
    const dut = simulate(Queue, { lanes: 3 });
    let ticks = 0;
    const reports: number[] = [];
    const timer = setInterval(() => ticks++, 0);
    const progress = { ...silent, report: (done: number) => void reports.push(done) };
    await dut.runAsync(
      (lane) => [
        drive(lane.in.enq, sent.slice(0, 100 + 50 * lane.index)),
        function* receive() {
          received[lane.index]?.push(...(yield* collect(lane.out.deq, 100 + 50 * lane.index)()));
        },
      ],
      progress,
    );
    clearInterval(timer);
    expect(received).toEqual([0, 1, 2].map((i) => sent.slice(0, 100 + 50 * i)));
    expect(reports.at(-1)).toBe(Math.max(...dut.lanes.map(({ cycle }) => cycle)));
    expect(reports.length).toBeGreaterThan(1);
    dut.step();
  });

  test("ends where it is asked to, and its processes with it", async () => {
    const dut = simulate(Queue, { lanes: 2 });
    const stop = new AbortController();
    let ended = 0;
    const run = dut.runAsync(
      () =>
        function* forever() {
          try {
            for (;;) yield;
          } finally {
            ended++;
          }
        },
      { signal: stop.signal, report: (done) => done > 100 && stop.abort() },
    );
    await expect(run).rejects.toThrow("interrupted");
    expect(ended).toBe(2);
    dut.step();
  });
});
