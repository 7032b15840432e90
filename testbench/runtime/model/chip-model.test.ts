import { describe, expect, test } from "vitest";
import { npuConfig } from "../../../hdl/index.ts";
import { assemble } from "../assembler.ts";
import { ChipModel } from "./chip-model.ts";

const config = npuConfig({ side: 4, scratchpadRows: 64, accumulatorRows: 16 });
const nodes = [
  { id: 0, kind: "compute" },
  { id: 1, kind: "compute" },
  { id: 2, kind: "memory" },
] as const;

/** Runs programs, a text for each node in turn, with bytes in DRAM from address 0 on; the chip afterwards. */
function run(texts: readonly string[], bytes: readonly number[] = []): ChipModel {
  const chip = new ChipModel(config, nodes);
  chip.dram.write(0, Uint8Array.from(bytes));
  chip.run(texts.map((text, node) => ({ node, program: assemble(`${text}\nhalt`) })));
  return chip;
}

const scratchpad = (chip: ChipModel, row: number, node = 0) => [
  ...chip.tile(node).memory.scratchpad.subarray(4 * row, 4 * row + 4),
];
const sums = (chip: ChipModel, row: number, node = 0) => [
  ...chip.tile(node).memory.accumulator.subarray(4 * row, 4 * row + 4),
];
const load = (local: number, rest = "") => `load.scratchpad local=${local} rows=1 cols=4 ${rest}`;

describe("the model of the chip", () => {
  test("LOAD: blocks of columns, padding, transpose, int32, accumulate", () => {
    const bytes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    const blocks = run(["load.scratchpad local=8 rows=2 cols=5 stride=5 top=1 left=1"], bytes);
    expect([8, 9, 10, 11, 12, 13].map((row) => scratchpad(blocks, row))).toEqual([
      [0, 0, 0, 0],
      [0, 1, 2, 3],
      [0, 6, 7, 8],
      [0, 0, 0, 0],
      [4, 5, 0, 0],
      [9, 10, 0, 0],
    ]);
    const turned = run(["load.scratchpad transpose local=0 rows=2 cols=3 stride=3"], bytes);
    expect([0, 1, 2].map((row) => scratchpad(turned, row))).toEqual([
      [1, 4, 0, 0],
      [2, 5, 0, 0],
      [3, 6, 0, 0],
    ]);
    const added = run(
      [
        `load.accumulator int32 rows=1 cols=2 push_next
        gemm os m=1 k=1 n=1 zero_a accumulate a=1 w=1 pop_prev push_prev
        load.accumulator accumulate rows=1 cols=4 pop_next`.replace(/^/, `${load(1)}\n`),
      ],
      bytes,
    );
    expect(sums(added, 0)).toEqual([0x04030201 + 1, 0x08070605 + 2, 3, 4]);
  });

  test("LOOP moves a GEMM's addresses, and what it holds is int32 modulo 2^32", () => {
    const chip = run(
      [
        `load.scratchpad local=0 rows=1 cols=32 push_next
        fence queues=1
        loop count=2 body=1 a=1 acc=1
        gemm m=1 k=4 n=4 a=0 w=4
        gemm os m=1 k=1 n=1 a=0 w=4 acc=3 pop_prev`,
      ],
      [...[1, 0, 0, 0], ...[0, 1, 0, 0], ...new Array(8).fill(0), ...[1, 2, 3, 4, 5, 6, 7, 8], ...new Array(8).fill(0)],
    );
    expect([0, 1, 3].map((row) => sums(chip, row))).toEqual([
      [1, 2, 3, 4],
      [5, 6, 7, 8],
      [1, 2, 3, 4],
    ]);
  });

  test("SEND to several tiles, and sums that add up", () => {
    const bytes = [1, 2, 3, 4, 5, 6, 7, 8];
    const chip = run(
      [
        `receive.scratchpad node=2 tag=3 local=9 rows=2`,
        `receive.scratchpad node=2 tag=3 local=5 rows=2`,
        `load.scratchpad rows=1 cols=8 push_next
        send.scratchpad node=0 mask=1 tag=3 rows=2 pop_prev`,
      ],
      bytes,
    );
    expect([scratchpad(chip, 9, 0), scratchpad(chip, 10, 0), scratchpad(chip, 6, 1)]).toEqual([
      [1, 2, 3, 4],
      [5, 6, 7, 8],
      [5, 6, 7, 8],
    ]);
  });

  test.each([
    ["a race within a tile", [`${load(0)}\ngemm m=1 k=1 n=1 w=4`], "nothing orders the read of tile 0, instruction 1"],
    [
      "two LOADs to one row",
      [`${load(0)}\n${load(0, "dram=16")}`],
      "nothing orders the write of tile 0, instruction 1",
    ],
    [
      "a race in DRAM",
      [`${load(0)}\nfence queues=1\nstore.scratchpad rows=1 cols=4 dram=2`, load(0, "dram=4")],
      "DRAM from 0x4: nothing orders",
    ],
    [
      "a row that nothing wrote",
      ["store.scratchpad local=5 rows=1 cols=4"],
      "scratchpad row 5 is used, but nothing has written it",
    ],
    ["a row beyond the memory", ["load.scratchpad local=60 rows=5 cols=4"], "scratchpad row 64 is beyond its 64 rows"],
    ["an empty matrix", ["load.scratchpad rows=1"], "a matrix has at least one row and column"],
    [
      "a token that never comes",
      ["gemm pop_prev m=1 k=1 n=1"],
      "execute waits for a token of the queue before before instruction 0",
    ],
    ["a token that is left", [load(0, "push_next")], "halts with 1 tokens not taken"],
    [
      "a queue that is full of what waits for those behind",
      [`${Array.from({ length: 9 }, (_, i) => load(i, "pop_next")).join("\n")}\ngemm push_prev m=1 k=1 n=1`],
      "deadlock",
    ],
    [
      "a RECEIVE that nobody answers",
      ["receive.scratchpad node=1 rows=1", "nop"],
      "load waits for other tiles before instruction 0",
    ],
    [
      "a packet of another size",
      ["receive.scratchpad node=1 rows=1", `${load(0)}\n${load(1)}\nfence queues=1\nsend.scratchpad node=0 rows=2`],
      "does not take what",
    ],
    ["a loop that does not nest", ["loop depth=1 count=1 body=1\nnop"], "it is in 0 loops"],
    ["a GEMM in a memory tile", ["nop", "nop", "gemm m=1 k=1 n=1"], "a memory tile has no array"],
    [
      "a result over its operand",
      [`load.accumulator rows=4 cols=4 int32\nfence queues=1\nvec rows=3 cols=4 dst=1`],
      "the result overlaps an operand",
    ],
  ])("%s is told", (_, texts, message) => {
    expect(() => run(texts)).toThrow(message);
  });

  test.each([
    { mnemonic: "fence", operands: { queues: 16 } },
    { mnemonic: "halt", operands: { queues: 1 } },
    { mnemonic: "cfg", operands: { reg: "pooling", value: 2n ** 40n } },
  ])("$mnemonic with a reserved bit is refused, as the hardware does", (instruction) => {
    const chip = new ChipModel(config, nodes);
    expect(() => chip.run([{ node: 0, program: [instruction] }])).toThrow(`of ${instruction.mnemonic}`);
  });
});
