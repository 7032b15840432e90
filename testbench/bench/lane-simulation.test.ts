import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Bool, check, cover, Enum, Fifo, mem, module, reg, SInt, UInt, when } from "../../hdl/index.ts";
import { LaneFailure } from "../../sim/index.ts";
import { collect, drive, type LaneSim, Scoreboard, type Sim, simulate, waves } from "./index.ts";

const Queue = Fifo(UInt(8), 4);
type QueuePorts = (typeof Queue)["ports"];
type QueueSim = Pick<Sim<QueuePorts["in"], QueuePorts["out"]>, "in" | "out" | "random" | "cycle">;

/** Sends random bytes through a queue with random stalls; what comes out, and when the last did. */
function traffic(dut: QueueSim, count: number) {
  const sent = Array.from({ length: count }, () => dut.random.below(256));
  const received: number[] = [];
  let end = -1;
  const processes = [
    drive(dut.in.enq, sent, { probability: 0.3, random: dut.random }),
    function* receive() {
      received.push(...(yield* collect(dut.out.deq, count, { probability: 0.4, random: dut.random })()));
      end = dut.cycle;
    },
  ];
  return { processes, outcome: () => ({ sent, received, end }) };
}

const Guarded = module("Guarded", { in: { level: UInt(4) }, out: { count: UInt(8) } }, ({ level }) => {
  const count = reg(UInt(8), 0);
  count.next = count.add(1);
  check(level.ne(9), "never nine");
  cover(level.gt(3), "high");
  return { count };
});

test("ports of every type are of one lane each, and state of a seed each", () => {
  const Mode = Enum("Off", "Slow", "Fast");
  const Mixed = module(
    "Mixed",
    {
      in: { mode: Mode, wide: UInt(70), small: SInt(5), write: Bool },
      out: { mode: Mode, wider: UInt(70), sum: SInt(5) },
    },
    ({ mode, wide, small, write }) => {
      const held = reg(Mode, "Off");
      held.next = mode;
      const words = mem(SInt(5), 8);
      when(write, () => {
        words.write(UInt(3).lit(3), small);
      });
      const unknown = reg(UInt(70));
      return { mode: held, wider: wide.add(unknown), sum: small.add(words.read(UInt(3).lit(3))) };
    },
  );
  const dut = simulate(Mixed, { lanes: 6, seed: 40 });
  const singles = dut.lanes.map(({ seed }) => simulate(Mixed, { seed }));
  expect(dut.lanes.map(({ seed }) => seed)).toEqual([40, 41, 42, 43, 44, 45]);
  const modes = ["Off", "Slow", "Fast"] as const;
  const apply = (one: Pick<Sim<(typeof Mixed)["ports"]["in"], (typeof Mixed)["ports"]["out"]>, "in">, i: number) => {
    one.in.mode = modes[i % 3] ?? "Off";
    one.in.wide = 2n ** 69n + BigInt(i);
    one.in.small = i - 3;
    one.in.write = i % 2;
  };
  dut.lanes.forEach(apply);
  singles.forEach(apply);
  const seen = (
    one: Pick<LaneSim<(typeof Mixed)["ports"]["in"], (typeof Mixed)["ports"]["out"]>, "out" | "peekMemory" | "peek">,
  ) => [
    one.out.mode,
    one.out.wider,
    one.out.sum,
    one.peek("held"),
    ...[0, 3, 7].map((address) => one.peekMemory("words", address)),
  ];
  expect(dut.lanes.map(seen)).toEqual(singles.map(seen));
  dut.step(2);
  for (const single of singles) single.step(2);
  expect(dut.lanes.map(seen)).toEqual(singles.map(seen));
  expect(dut.lane(2).out.mode).toBe("Fast");
  dut.lane(1).pokeMemory("words", 3, -16);
  expect([0, 1].map((lane) => dut.lane(lane).peekMemory("words", 3) === -16)).toEqual([false, true]);
});

test("processes of every lane see what they see alone, to the cycle", () => {
  const dut = simulate(Queue, { lanes: 5 });
  const running = dut.lanes.map((lane) => traffic(lane, 20 + 5 * lane.index));
  dut.run(({ index }) => running[index]?.processes ?? []);
  const alone = dut.lanes.map(({ seed, index }) => {
    const single = simulate(Queue, { seed });
    const own = traffic(single, 20 + 5 * index);
    single.run(...own.processes);
    return { ...own.outcome(), cycle: single.cycle };
  });
  expect(running.map((own, lane) => ({ ...own.outcome(), cycle: dut.lane(lane).cycle }))).toEqual(alone);
  expect(new Set(alone.map(({ end }) => end)).size).toBe(5);
});

describe("a lane that fails", () => {
  const levels = [1, 9, 4, 9, 2];

  test("stops, and the others go on", () => {
    const dut = simulate(Guarded, { lanes: 5 });
    dut.step(3);
    dut.lanes.forEach((lane, i) => {
      lane.in.level = levels[i] ?? 0;
    });
    expect(() => dut.step(4)).toThrow(
      /^lane 1 \(seed 1\): check failed in cycle 3: top: never nine \(.*\); lanes 3 failed too$/,
    );
    expect(dut.lanes.map(({ cycle }) => cycle)).toEqual([7, 3, 7, 3, 7]);
    expect(dut.lanes.map(({ out }) => out.count)).toEqual([7, 3, 7, 3, 7]);
    dut.lane(1).in.level = 5;
    dut.lane(3).in.level = 0;
    dut.step();
    expect(dut.lanes.map(({ out }) => out.count)).toEqual([8, 4, 8, 4, 8]);
    expect(dut.lanes.map((lane) => lane.covers().get("top: high"))).toEqual([0, 1, 5, 0, 0]);
  });

  test("ends its own processes alone", () => {
    const dut = simulate(Guarded, { lanes: 3, seeds: [7, 3, 5] });
    const seen: number[][] = [[], [], []];
    const failing = () =>
      dut.run(
        (lane) =>
          function* count() {
            for (let i = 0; i < 6; i++) {
              lane.in.level = lane.seed === 3 ? 6 + i : i;
              yield;
              seen[lane.index]?.push(lane.out.count);
            }
          },
      );
    expect(failing).toThrow(LaneFailure);
    expect(seen).toEqual([
      [0, 1, 2, 3, 4, 5],
      [0, 1, 2, 3],
      [0, 1, 2, 3, 4, 5],
    ]);
    expect(dut.lanes.map(({ cycle }) => cycle)).toEqual([6, 3, 6]);
  });

  test("is named with its seed by what its testbench throws", () => {
    const dut = simulate(Queue, { lanes: 4, seed: 10 });
    expect(() =>
      dut.run(
        (lane) =>
          function* wrong() {
            const scoreboard = new Scoreboard<number>("bytes");
            scoreboard.expect(1);
            yield;
            if (lane.index === 2) scoreboard.got({ cycle: lane.cycle, value: 2 });
          },
      ),
    ).toThrow(/^lane 2 \(seed 12; replay with SYSTOLE_SEED=12\): /);
    dut.step();
    expect(dut.lanes.map(({ cycle }) => cycle)).toEqual([1, 1, 1, 1]);
  });
});

test("waves of one lane are those of its own run, byte for byte", () => {
  const folder = mkdtempSync(join(tmpdir(), "systole-lanes-"));
  try {
    const [laned, single] = [join(folder, "lane.vcd"), join(folder, "single.vcd")];
    const dut = simulate(Queue, { lanes: 4, vcd: laned, vcdLane: 3, watch: ["deq.valid"] });
    const alone = simulate(Queue, { seed: 3, vcd: single, watch: ["deq.valid"] });
    dut.run((lane) => traffic(lane, 12).processes);
    alone.run(...traffic(alone, 12).processes);
    dut.close();
    alone.close();
    expect(readFileSync(laned, "utf8")).toBe(readFileSync(single, "utf8"));
    expect(waves(dut.lane(3))).toBe(waves(alone));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a lane goes on from another one's checkpoint, and all are reset together", () => {
  const dut = simulate(Guarded, { lanes: 4 });
  dut.step(5);
  const early = dut.lane(0).checkpoint();
  dut.step(3);
  dut.lane(2).restore(early);
  expect(dut.lanes.map(({ out, cycle }) => [out.count, cycle])).toEqual([
    [8, 8],
    [8, 8],
    [5, 5],
    [8, 8],
  ]);
  dut.reset();
  expect(dut.lanes.map(({ out, cycle }) => [out.count, cycle])).toEqual([
    [0, 9],
    [0, 9],
    [0, 6],
    [0, 9],
  ]);
});

test("numbers of lanes and seeds that do not fit are refused", () => {
  expect(() => simulate(Guarded, { lanes: 0 })).toThrow("lanes 0: give a whole number from 1 to 1024");
  expect(() => simulate(Guarded, { lanes: 4, seeds: [1] })).toThrow("1 seeds for 4 lanes; give one for each");
  expect(() => simulate(Guarded, { lanes: 2, vcdLane: 2 })).toThrow("vcdLane 2: there are lanes 0 to 1");
  expect(() => simulate(Guarded, { lanes: 2 }).lane(2)).toThrow("there is no lane 2; they are 0 to 1");
  const dut = simulate(Guarded, { lanes: 2 });
  expect(() =>
    dut.run(
      () =>
        function* nested() {
          yield;
          dut.step();
        },
    ),
  ).toThrow("step is called while processes run");
});
