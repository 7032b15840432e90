import { describe, expect, test } from "vitest";
import { replay, seedOf } from "../../../testbench/bench/seed.ts";
import { encode } from "../../../testbench/runtime/instruction.ts";
import { axiResponses } from "../axi.ts";
import { chipConfig } from "../chip-config.ts";
import { chipBench } from "./chip-bench.fuzz.ts";

const seed = seedOf(undefined);
const tile = { side: 4, scratchpadRows: 128, scratchpadBanks: 2, accumulatorRows: 32, instructions: 64 };
const config = chipConfig({
  width: 2,
  height: 1,
  tile: { ...tile, reads: 4, writes: 4, burstBeats: 16, bufferBeats: 32 },
});
const [first, second, memory] = [0x00, 0x01, 0x02] as const;
const [from, to] = [0x8020_0000, 0x8021_0000];

/** Moves 12 rows of 8 bytes from `from` + 256 · n to `to` + 256 · n by way of the tile's own scratchpad. */
const copy = (n: number) => `
  load.scratchpad local=0 dram=${from + 256 * n} rows=12 cols=8 stride=8
  fence queues=1 code=1
  store.scratchpad local=0 dram=${to + 256 * n} rows=12 cols=8 stride=8
  halt code=9`;

const rowsOf = (n: number) => Uint8Array.from({ length: 96 }, (_, i) => (17 * i + 31 * n + 5) & 255);

const bench = chipBench(config, { seed });
const { dut, dram, readAt, writeAt, read, write, field, load, start, wait, abort, counter } = bench;

function fill(): void {
  for (const n of [0, 1, 2]) {
    dram.memory.write(from + 256 * n, rowsOf(n));
    dram.memory.write(to + 256 * n, new Uint8Array(96));
  }
}

const copied = (n: number) => dram.memory.read(to + 256 * n, 96);

/** The tile runs a program as if nothing had been. */
function recovers(node: number): void {
  fill();
  load(node, copy(node));
  expect([start(node), field(node, "cause", "source")]).toEqual([axiResponses.okay, "None"]);
  wait(node);
  expect([field(node, "status", "state"), read(node, "code"), read(node, "interrupt")]).toEqual(["Halted", 9, 1]);
  expect(copied(node)).toEqual(rowsOf(node));
}

describe(`Chip (${replay(seed)})`, () => {
  test("all tiles run programs of their own at once", () => {
    fill();
    for (const node of [first, second, memory]) load(node, copy(node));
    for (const node of [first, second, memory]) expect(start(node)).toBe(axiResponses.okay);
    for (const node of [first, second, memory]) wait(node);
    for (const node of [first, second, memory]) {
      expect(copied(node)).toEqual(rowsOf(node));
      expect(counter(node, "bytesStore")).toBe(96);
      expect(field(node, "id", "node")).toBe(node);
      expect(field(node, "id", "kind")).toBe(node === memory ? "memory" : "compute");
    }
    expect(field(first, "sizes", "scratchpadRows")).toBe(7);
  });

  test("rows go from tile to tile, and to several at once", () => {
    fill();
    load(
      memory,
      `load.scratchpad local=0 dram=${from} rows=12 cols=8 stride=8 push_next
      send.scratchpad node=${first} mask=1 tag=3 local=0 rows=24 pop_prev
      halt`,
    );
    for (const node of [first, second])
      load(
        node,
        `receive.scratchpad node=${memory} tag=3 local=8 rows=24
        fence queues=1
        store.scratchpad local=8 dram=${to + 256 * node} rows=12 cols=8 stride=8
        halt`,
      );
    for (const node of [first, second, memory]) start(node);
    for (const node of [first, second, memory]) wait(node);
    for (const node of [first, second]) {
      expect([field(node, "status", "state"), copied(node)]).toEqual(["Halted", rowsOf(0)]);
      expect(counter(node, "bytesReceive")).toBe(96);
    }
    expect(counter(memory, "bytesSend")).toBe(96);
    expect(counter(memory, "flitsWest")).toBe(24);
  });

  test("the host is told of what it cannot reach", () => {
    const { decodeError, subordinateError } = axiResponses;
    expect(readAt(0x0300_0000)).toEqual({ data: 0, resp: decodeError });
    expect(writeAt(0x1000_0004, 1)).toBe(decodeError);
    expect(readAt(0x0000_0080).resp).toBe(decodeError);
    expect(write(first, "status", 1)).toBe(subordinateError);
  });
});

const nop = encode({ mnemonic: "nop" });
const halt = encode({ mnemonic: "halt" });

interface FaultCase {
  readonly program: string | readonly bigint[];
  /** What the registers say then. */
  readonly found: Readonly<Record<string, string | number>>;
  /** What the DRAM gives an error for. */
  readonly fails?: "read" | "write" | "fetch";
}

const faults: readonly (readonly [what: string, given: FaultCase])[] = [
  [
    "an illegal opcode",
    { program: [nop, 0n, halt], found: { source: "Program", fault: "Illegal", illegal: "Opcode", pc: 1 } },
  ],
  [
    "a reserved bit",
    {
      program: [nop, nop, nop | (1n << 127n)],
      found: { source: "Program", fault: "Illegal", illegal: "Reserved", pc: 2 },
    },
  ],
  ...(
    [
      ["HALT with a mask of queues", halt | (1n << 16n)],
      ["FENCE for a queue that there is not", encode({ mnemonic: "fence" }) | (1n << 23n)],
      ["CFG of a bit beyond the fields of its register", encode({ mnemonic: "cfg" }) | (1n << 48n)],
    ] as const
  ).map(([name, word]): readonly [string, FaultCase] => [
    name,
    { program: [nop, word, halt], found: { source: "Program", fault: "Illegal", illegal: "Reserved", pc: 1 } },
  ]),
  [
    "a loop that does not nest",
    { program: "loop depth=1 count=1 body=1\nnop\nhalt", found: { source: "Program", fault: "Loop", pc: 0 } },
  ],
  ["no HALT", { program: "nop", found: { source: "Program", fault: "End", pc: 1 } }],
  [
    "a LOAD beyond the scratchpad",
    {
      program: `load.scratchpad local=0 dram=${from} rows=4 cols=4 stride=4
    load.scratchpad local=125 dram=${from} rows=4 cols=4 stride=4
    fence queues=1
    halt`,
      found: { source: "Load", reason: "Range", fault: "Unit", number: 1 },
    },
  ],
  [
    "a LOAD of nothing",
    { program: "load.scratchpad\nhalt", found: { source: "Load", reason: "Operand", fault: "Unit" } },
  ],
  [
    "a GEMM beyond the accumulators",
    { program: "gemm m=4 k=4 n=4 acc=30\nhalt", found: { source: "Execute", reason: "Range" } },
  ],
  ["a GEMM of nothing", { program: "gemm m=4 k=0 n=4\nhalt", found: { source: "Execute", reason: "Operand" } }],
  [
    "a VEC beyond the accumulators",
    {
      program: "vec op=copy src=0 dst=0 rows=1 cols=1\nvec op=copy src=29 dst=0 rows=4 cols=4\nhalt",
      found: { source: "Vector", reason: "Range", number: 1 },
    },
  ],
  ["a VEC of nothing", { program: "vec op=copy rows=0 cols=1\nhalt", found: { source: "Vector", reason: "Operand" } }],
  [
    "a STORE from beyond the scratchpad",
    {
      program: `store.scratchpad local=127 dram=${to} rows=2 cols=4 stride=4\nhalt`,
      found: { source: "Store", reason: "Range" },
    },
  ],
  [
    "an error of the bus at a read",
    { program: copy(0), found: { source: "Load", reason: "Read", address: from + 40 }, fails: "read" },
  ],
  ["an error of the bus at a write", { program: copy(0), found: { source: "Store", reason: "Write" }, fails: "write" }],
  [
    "an error of the bus at the program",
    {
      program: Array.from({ length: 40 }, () => nop).concat(halt),
      found: { source: "Fetch", reason: "Read", fault: "Unit" },
      fails: "fetch",
    },
  ],
];

describe(`a fault of a tile (${replay(seed)})`, () => {
  test.each(faults)(
    "%s: told by status and interrupt, others go on, a new start recovers",
    (_, { program, found: expected, fails }) => {
      fill();
      const programAt = 0x8000_0000;
      if (fails === "read") dram.fail({ on: "read", address: from + 42, bytes: 1 });
      if (fails === "write") dram.fail({ on: "write", address: to + 42, bytes: 1 });
      if (fails === "fetch") dram.fail({ on: "read", address: programAt + 16 * 20, bytes: 1 });
      load(first, program);
      load(second, copy(second));
      start(second);
      start(first);
      wait(first);
      const found = {
        ...{ source: field(first, "cause", "source"), reason: field(first, "cause", "reason") },
        ...{ fault: field(first, "status", "fault"), illegal: field(first, "status", "illegal") },
        ...{ pc: read(first, "pc"), address: read(first, "faultAddress"), number: read(first, "faultNumber") },
      };
      expect(found).toMatchObject(expected);
      expect([field(first, "status", "state"), read(first, "interrupt")]).toEqual(["Faulted", 2]);
      wait(second);
      expect([field(second, "status", "state"), copied(second)]).toEqual(["Halted", rowsOf(second)]);
      dram.fail();
      while (field(first, "status", "rest") === 0) dut.step();
      recovers(first);
    },
  );

  test("nothing is carried out behind a fault", () => {
    fill();
    load(
      first,
      `store.scratchpad local=127 dram=${to} rows=2 cols=4 stride=4
      store.scratchpad local=0 dram=${to} rows=12 cols=8 stride=8 pop_prev
      load.scratchpad local=0 dram=${from} rows=12 cols=8 stride=8 pop_next
      halt`,
    );
    start(first);
    wait(first);
    while (field(first, "status", "rest") === 0) dut.step();
    expect([copied(0), counter(first, "bytesLoad0")]).toEqual([new Uint8Array(96), 0]);
    recovers(first);
  });
});

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

test("a copy on the interpreter", () => {
  const slow = chipBench(chipConfig({ tile }), { engine: "interpreter", seed });
  slow.dram.memory.write(from, rowsOf(0));
  slow.load(0, copy(0));
  slow.start(0);
  slow.wait(0);
  expect(slow.dram.memory.read(to, 96)).toEqual(rowsOf(0));
});
