import { describe, expect, test } from "vitest";
import { replay, seedOf } from "../../../testbench/bench/seed.ts";
import { axiResponses } from "../axi.ts";
import { copyChip, first, from, rowsOf, second, to } from "./copy-chip.fuzz.ts";

const seed = seedOf(undefined);
const { dut, read, write, field, load, start, wait, abort, fill, copied, recovers } = copyChip(seed);

/** What does not end, and what the deadlock register says then. */
const deadlocks: readonly (readonly [
  name: string,
  program: string,
  waits: Readonly<Record<string, string | number>>,
])[] = [
  ["a token that never comes", "gemm m=1 k=1 n=1 pop_prev\nhalt", { popPrev: 0b0010, program: "Fence", units: 0 }],
  ["a token from behind", `load.scratchpad dram=${from} rows=1 cols=1 pop_next\nhalt`, { popNext: 0b0001 }],
  [
    "a full queue",
    `loop depth=0 count=40 body=1\nstore.scratchpad dram=${to} rows=1 cols=1 pop_prev\nhalt`,
    { popPrev: 0b1000, program: "Queue", queue: 3 },
  ],
  [
    "tokens that nobody takes",
    `loop depth=0 count=300 body=1\nvec op=copy rows=1 cols=1 push_prev\nhalt`,
    { pushPrev: 0b0100, units: 0b0100 },
  ],
  ["a RECEIVE without a sender", "receive.scratchpad node=1 tag=2 rows=4\nhalt", { units: 0b0001, program: "Fence" }],
  ["a SEND without a receiver", "send.scratchpad node=1 tag=2 rows=4\nhalt", { units: 0b1000, program: "Fence" }],
];

describe(`a program that does not end (${replay(seed)})`, () => {
  test.each(deadlocks)("%s: the watchdog says what waits, an abort recovers", (_, program, waits) => {
    write(first, "watchdog", 400);
    fill();
    load(first, program);
    start(first);
    wait(first, 40_000);
    expect([read(first, "interrupt"), field(first, "cause", "source")]).toEqual([0b1000010, "Deadlock"]);
    const names = ["popPrev", "popNext", "pushPrev", "pushNext", "units", "program", "queue"] as const;
    expect(Object.fromEntries(names.map((name) => [name, field(first, "deadlock", name)]))).toMatchObject(waits);
    abort(first);
    recovers(first);
    write(first, "watchdog", 0);
  });

  test("the watchdog leaves alone what makes progress, however slowly", () => {
    write(first, "watchdog", 150);
    load(first, "loop depth=0 count=20 body=1\nvec op=rsqrt rows=20 cols=4\ngemm m=4 k=4 n=4\nhalt");
    start(first);
    expect(wait(first, 100_000)).toBeGreaterThan(20 * 20 * 90);
    expect(field(first, "status", "state")).toBe("Halted");
    write(first, "watchdog", 0);
  });

  test("an abort at any time, and a start that is refused meanwhile", () => {
    const long = `
      loop depth=0 count=200 body=6
      load.scratchpad local=0 dram=${from} rows=12 cols=8 stride=8 push_next
      load.scratchpad local=32 dram=${from} rows=12 cols=8 stride=8
      gemm a=0 w=16 acc=0 m=12 k=4 n=8 a_stride=12 acc_stride=12 pop_prev push_next os
      gemm a=0 w=16 acc=0 m=12 k=4 n=8 a_stride=12 acc_stride=12
      vec op=rsqrt src=0 dst=0 rows=12 cols=8 dst_int8 pop_prev push_next
      store.scratchpad local=0 dram=${to + 4096} rows=12 cols=8 stride=8 pop_prev
      halt`;
    for (const cycles of [3, 10, 40, 80, 150, 333, 700, 1001]) {
      load(first, long);
      expect(start(first)).toBe(axiResponses.okay);
      dut.step(cycles + dut.random.below(20));
      expect(start(first)).toBe(axiResponses.subordinateError);
      expect(abort(first)).toBeLessThan(1000);
      expect([field(first, "status", "state"), field(first, "cause", "source")]).toEqual(["Idle", "None"]);
      recovers(first);
    }
  });

  test("partners of an exchange that was given up exchange again", () => {
    write(first, "watchdog", 300);
    load(first, "receive.scratchpad node=1 tag=2 rows=4\nhalt");
    start(first);
    wait(first);
    abort(first);
    load(second, "send.scratchpad node=0 tag=2 rows=4\nhalt");
    start(second);
    wait(second);
    fill();
    write(first, "watchdog", 0);
    for (const node of [first, second]) abort(node);
    load(
      second,
      `load.scratchpad dram=${from} rows=24 cols=4 stride=4
      fence queues=1
      send.scratchpad node=0 tag=2 rows=24
      halt`,
    );
    load(
      first,
      `receive.scratchpad node=1 tag=2 rows=24\nfence queues=1\nstore.scratchpad dram=${to} rows=24 cols=4 stride=4\nhalt`,
    );
    start(first);
    start(second);
    wait(first);
    expect(copied(0)).toEqual(rowsOf(0));
  });
});
