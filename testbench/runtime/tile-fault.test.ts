import { describe, expect, test } from "vitest";
import { type Csr, type CsrName, csrs } from "../../hdl/npu/tile/index.ts";
import { replay, seedOf } from "../bench/seed.ts";
import { hostBench } from "../models/host-bench.fuzz.ts";
import { assemble } from "./assembler.ts";
import { describeFault } from "./tile-fault.ts";
import { TileRegisters } from "./tile-registers.ts";

const seed = seedOf(undefined);
const node = 0x21;

/** What a tile's registers hold, by register and field: numbers, or the names of their values. */
type Held = Readonly<Partial<Record<CsrName, Readonly<Record<string, number | string>>>>>;

function wordOf(name: CsrName, held: Readonly<Record<string, number | string>>): number {
  const { fields }: Csr = csrs[name];
  return Object.entries(held).reduce((word, [field, value]) => {
    const found = fields.find((one) => one.name === field);
    const number = typeof value === "number" ? value : (found?.values?.indexOf(value) ?? -1);
    if (!found || number < 0) throw new Error(`${name} has no ${field} ${value}`);
    return word + number * 2 ** found.low;
  }, 0);
}

/** What is said of a tile with such registers that ran the program. */
function told(engine: "interpreter" | "wasm", program: string, held: Held): string {
  const { host, registers, run } = hostBench({ engine, seed });
  for (const name of ["status", "cause", "pc", "faultAddress", "faultNumber", "deadlock"] as const)
    registers.set(node * 2 ** 24 + csrs[name].offset, wordOf(name, held[name] ?? {}));
  let text = "";
  run(function* () {
    text = yield* describeFault(new TileRegisters(host, node), assemble(program));
  });
  return text;
}

const looped = `load.scratchpad rows=1 cols=1
loop count=3 body=2
gemm m=1 k=1 n=1
gemm m=2 k=2 n=2
vec op=copy rows=1 cols=1
gemm m=3 k=0 n=3
halt`;

const cases: readonly (readonly [what: string, program: string, held: Held, text: string])[] = [
  [
    "an illegal instruction",
    looped,
    { cause: { source: "Program" }, status: { fault: "Illegal", illegal: "Reserved" }, pc: { pc: 4 } },
    "tile (1, 2), instruction 4 (vec op=copy rows=1 cols=1): it is illegal (Reserved)",
  ],
  [
    "a loop that does not nest",
    looped,
    { cause: { source: "Program" }, status: { fault: "Loop" }, pc: { pc: 1 } },
    "tile (1, 2), instruction 1 (loop count=3 body=2): the loop does not nest, or is longer than the instruction memory",
  ],
  [
    "an end without HALT, beyond the program",
    looped,
    { cause: { source: "Program" }, status: { fault: "End" }, pc: { pc: 7 } },
    "tile (1, 2), instruction 7: the program ends without halt",
  ],
  [
    "the program cannot be fetched",
    looped,
    { cause: { source: "Fetch", reason: "Read" }, faultAddress: { address: 0x8000_0100 } },
    "tile (1, 2): the program could not be fetched: the bus answered a read with an error at 0x80000100",
  ],
  [
    "a unit's first instruction",
    looped,
    { cause: { source: "Load", reason: "Range" } },
    "tile (1, 2), load unit, instruction 0 (load.scratchpad rows=1 cols=1): it goes beyond a local memory",
  ],
  [
    "an instruction within a loop, in its third turn",
    looped,
    { cause: { source: "Execute", reason: "Range" }, faultNumber: { number: 5 } },
    "tile (1, 2), execute unit, instruction 3 (gemm m=2 k=2 n=2): it goes beyond a local memory",
  ],
  [
    "an instruction behind a loop",
    looped,
    { cause: { source: "Execute", reason: "Operand" }, faultNumber: { number: 6 } },
    "tile (1, 2), execute unit, instruction 5 (gemm m=3 k=0 n=3): a size, flag or tag that it cannot have",
  ],
  [
    "more instructions than the program has",
    looped,
    { cause: { source: "Store", reason: "Write" }, faultNumber: { number: 2 }, faultAddress: { address: 16 } },
    "tile (1, 2), store unit, instruction number 2 of its own: the bus answered a write with an error at 0x10",
  ],
  [
    "a flit of another tile",
    "receive.scratchpad rows=1\nhalt",
    { cause: { source: "Load", reason: "Reject" } },
    "tile (1, 2), load unit, instruction 0 (receive.scratchpad rows=1): a flit came from another tile",
  ],
  [
    "a deadlock of everything",
    looped,
    {
      cause: { source: "Deadlock" },
      pc: { pc: 6 },
      deadlock: {
        popPrev: 0b0010,
        popNext: 0b0001,
        pushPrev: 0b1000,
        pushNext: 0b0100,
        units: 0b1001,
        program: "Fence",
      },
    },
    "tile (1, 2): deadlock at instruction 6 (halt): execute waits for a token of the queue before; " +
      "load waits for a token of the queue behind; store has no room for a token to the queue before; " +
      "vector has no room for a token to the queue behind; load has an instruction under way that does not end; " +
      "store has an instruction under way that does not end; the program waits for a fence",
  ],
  [
    "a full queue",
    looped,
    { cause: { source: "Deadlock" }, pc: { pc: 4 }, deadlock: { program: "Queue", queue: 2 } },
    "tile (1, 2): deadlock at instruction 4 (vec op=copy rows=1 cols=1): the program waits for room in the vector queue",
  ],
  [
    "a fetch that hangs",
    looped,
    { cause: { source: "Deadlock" }, deadlock: { program: "Fetch" } },
    "tile (1, 2): deadlock at instruction 0 (load.scratchpad rows=1 cols=1): the program waits for its next instruction",
  ],
];

describe.each(["interpreter", "wasm"] as const)(`a tile's fault on the %s engine (${replay(seed)})`, (engine) => {
  test.each(cases)("%s", (_, program, held, text) => {
    expect(told(engine, program, held)).toBe(text);
  });
});
