import { describe, expect, test } from "vitest";
import { replay, seedOf } from "../../../testbench/bench/seed.ts";
import { axiResponses } from "../axi.ts";
import { chipConfig } from "../chip-config.ts";
import { chipBench } from "./chip-bench.fuzz.ts";
import { copy, copyChip, first, from, memory, rowsOf, second, smallTile, to } from "./copy-chip.fuzz.ts";

const seed = seedOf(undefined);
const { readAt, writeAt, write, field, load, start, wait, counter, fill, copied } = copyChip(seed);

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

test("a copy on the interpreter", () => {
  const slow = chipBench(chipConfig({ tile: smallTile }), { engine: "interpreter", seed });
  slow.dram.memory.write(from, rowsOf(0));
  slow.load(0, copy(0));
  slow.start(0);
  slow.wait(0);
  expect(slow.dram.memory.read(to, 96)).toEqual(rowsOf(0));
});
