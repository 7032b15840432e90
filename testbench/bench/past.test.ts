import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { Fifo, UInt } from "../../hdl/index.ts";
import { silent } from "../progress.ts";
import { MatmulDevice } from "../runtime/matmul-device.ts";
import { randomInt8Matrix } from "../workloads/matrix.ts";
import { type Clocked, Random, simulate, waves } from "./index.ts";
import type { RecordOptions } from "./recorder.ts";

const folder = mkdtempSync(join(tmpdir(), "systole-past-"));
afterAll(() => rmSync(folder, { recursive: true }));
const bytes = (path: string) => readFileSync(path, "latin1");

/** Fifteen items through a FIFO of four, and what came out. */
function fifoRun(options: Parameters<typeof simulate>[1]) {
  const dut = simulate(Fifo(UInt(8), 4), { seed: 7, ...options });
  const got: number[] = [];
  dut.run(
    function* () {
      for (let i = 0; i < 15; i++) yield* dut.in.enq.send(10 + i);
    },
    function* () {
      while (got.length < 15) {
        if (dut.random.below(3) === 0) yield;
        got.push(yield* dut.out.deq.recv());
      }
    },
  );
  return { dut, got };
}

test("a run of processes is looked at again, forwards and back, and goes on where it was", () => {
  const { dut, got } = fifoRun({ travel: { interval: 4 }, watch: ["level", "deq.bits"] });
  const levels = dut["~history"].sampled(["level"]).signals[0]?.values ?? [];
  const { cycle } = dut;
  expect([dut.earliest, dut.newest]).toEqual([0, cycle]);
  for (const target of [3, 11, 2, cycle - 1, 0]) {
    dut.seek(target);
    expect([dut.cycle, dut.peek("level"), dut.out.level]).toEqual([
      target,
      Number(levels[target]),
      Number(levels[target]),
    ]);
  }
  expect(() => dut.step()).toThrow(`[Fifo] step in cycle 0, which is in the past; seek(${cycle}) to go on from there`);
  expect(() => {
    dut.in.enq.bits = 3;
  }).toThrow("[Fifo] an input is driven in cycle 0, which is in the past");
  expect(() => dut.run()).toThrow("run in cycle 0, which is in the past");
  dut.seek(cycle);
  dut.in.enq.bits = 3;
  dut.step(2);
  expect([got.length, dut.cycle]).toEqual([15, cycle + 2]);
});

test("waves draws signals that nobody watched, in any window of the past", () => {
  const { dut: watched } = fifoRun({ watch: ["head", "level"] });
  const { dut } = fifoRun({ travel: true });
  const window = { from: 5, to: 14 };
  expect(waves(dut, ["head", "level"], window)).toBe(waves(watched, ["head", "level"], window));
  expect(waves(dut, [], window)).toContain("deq.valid");
  expect(dut.cycle).toBe(watched.cycle);
  expect(() => waves(dut, ["heda"])).toThrow("head");
  expect(() => waves(dut, ["head"], { from: 5000 })).toThrow(`those that are known are 0 to ${dut.newest}`);
});

test.each<[string, Omit<RecordOptions, "vcd">]>([
  ["everything", {}],
  ["a window", { from: 40, to: 60, signals: ["**.state", "array.**"] }],
  ["one cycle", { from: 17, to: 17 }],
  ["from a trigger on", { trigger: "busy", from: 3, to: 30, depth: 1 }],
])("waves recorded afterwards are those recorded at the time, byte for byte: %s", async (name, trace) => {
  const live = join(folder, `live ${name}.vcd`);
  const later = join(folder, `later ${name}.vcd`);
  const multiply = async (options: ConstructorParameters<typeof MatmulDevice>[1]) => {
    const device = new MatmulDevice({ rows: 3, cols: 2 }, { seed: 5, ...options });
    const random = new Random(5);
    await device.multiply(randomInt8Matrix(random, 7, 5), randomInt8Matrix(random, 5, 4), silent);
    return device.dut;
  };
  (await multiply({ vcd: live, trace })).close();
  const dut = await multiply({ travel: true });
  const before = dut.cycle;
  dut.record({ vcd: later, ...trace });
  expect(dut.cycle).toBe(before);
  expect(bytes(later)).toBe(bytes(live));
});

test("models around the design take no part: what they drove is replayed", () => {
  const dut = simulate(Fifo(UInt(8), 4), { travel: true });
  let calls = 0;
  const model: Clocked = {
    sample: () => {},
    drive: () => {
      calls++;
      dut.engine.poke("enq.valid", calls % 2);
      dut.engine.poke("enq.bits", calls);
    },
  };
  dut.attach(model);
  dut.step(9);
  dut.seek(4);
  expect([calls, dut.in.enq.valid, dut.in.enq.bits, dut.out.level]).toEqual([10, 1, 5, 2]);
});

test("the cycles before a run that timed out can be looked at", () => {
  const dut = simulate(Fifo(UInt(8), 4), { travel: true, timeout: 50 });
  expect(() =>
    dut.run(function* () {
      for (;;) yield* dut.in.enq.send(1);
    }),
  ).toThrow("nothing has moved");
  dut.seek(2);
  expect(dut.out.level).toBe(2);
});

test("without travel, and while waves are recorded, it is said what to do", () => {
  const dut = simulate(Fifo(UInt(8), 4));
  expect(() => dut.seek(0)).toThrow("seek needs the past of Fifo; start with simulate(module, { travel: true })");
  const recorded = simulate(Fifo(UInt(8), 4), { travel: true, vcd: join(folder, "recorded.vcd") });
  recorded.step(3);
  expect(() => recorded.seek(0)).toThrow("seek would turn back time while waves are recorded; simulate without vcd");
  recorded.close();
});
