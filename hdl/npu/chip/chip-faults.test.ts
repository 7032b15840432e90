import { describe, expect, test } from "vitest";
import { replay, seedOf } from "../../../testbench/bench/seed.ts";
import { encode } from "../../../testbench/runtime/instruction.ts";
import { programsAt } from "./chip-bench.fuzz.ts";
import { copy, copyChip, first, from, rowsOf, second, to } from "./copy-chip.fuzz.ts";

const seed = seedOf(undefined);
const { dut, dram, read, field, load, start, wait, counter, fill, copied, recovers } = copyChip(seed);
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
      if (fails === "read") dram.fail({ on: "read", address: from + 42, bytes: 1 });
      if (fails === "write") dram.fail({ on: "write", address: to + 42, bytes: 1 });
      if (fails === "fetch") dram.fail({ on: "read", address: programsAt + 16 * 20, bytes: 1 });
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
