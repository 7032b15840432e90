import { describe, expect, test } from "vitest";
import { type Design, type Domain, type Memory, poison } from "../../hdl/netlist/index.ts";
import { clock, designOf, Sketch } from "../../hdl/netlist/sketch.fuzz.ts";
import { interpret } from "./interpreter.ts";

describe("a memory", () => {
  /** 16-bit words, two write ports at the same inputs: the second one masked by bytes. */
  function ram(readUnderWrite: Memory["readUnderWrite"]): Design {
    const draft = new Sketch("Ram");
    const [address, read, a, b] = ["address", "read", "a", "b"].map((name) =>
      draft.input(name, name.length > 1 ? 3 : 16),
    );
    const [writeA, mask, enable] = [draft.input("writeA", 1), draft.input("mask", 2), draft.input("enable", 1)];
    if (address === undefined || read === undefined || a === undefined || b === undefined) throw new RangeError();
    const port = { domain: 0, address, source: null };
    const one = draft.constant(1, 1);
    const memory = draft.memory("ram", 16, 5, {
      readUnderWrite,
      init: [],
      writes: [
        { ...port, enable: writeA, data: a, mask: null },
        { ...port, enable: one, data: b, mask },
      ],
    });
    draft.output("now", draft.node({ kind: "memRead", width: 16, memory, address: read, sync: null }));
    const sync = { domain: 0, enable };
    draft.output("later", draft.node({ kind: "memRead", width: 16, memory, address: read, sync }));
    return designOf(draft);
  }
  test("later ports win, bit for bit of the mask", () => {
    const engine = interpret(ram("old"));
    for (const [port, value] of Object.entries({ address: 4, read: 4, a: 0x1122, b: 0x3344, writeA: 1, mask: 1 }))
      engine.poke(port, value);
    engine.step();
    expect(engine.peek("now")).toBe(0x1144n);
    engine.poke("writeA", 0);
    engine.poke("mask", 2);
    engine.step();
    expect(engine.peek("now")).toBe(0x3344n);
  });
  test("beyond its depth it reads poison and drops writes", () => {
    const engine = interpret(ram("old"));
    for (const [port, value] of Object.entries({ address: 5, read: 5, a: 1, writeA: 1, enable: 1 }))
      engine.poke(port, value);
    engine.step();
    expect([engine.peek("now"), engine.peek("later")]).toEqual([poison(16), poison(16)]);
    expect([0, 1, 2, 3, 4].map((word) => engine.peekMemory("ram", word))).toEqual([0n, 0n, 0n, 0n, 0n]);
  });
  test.each([
    ["old", 0n],
    ["new", 0x1122n],
    ["undefined", poison(16)],
  ] as const)("a synchronous read of a word being written yields the %s word", (kind, value) => {
    const engine = interpret(ram(kind));
    for (const [port, bits] of Object.entries({ address: 1, read: 1, a: 0x1122, writeA: 1, enable: 1 }))
      engine.poke(port, bits);
    engine.step();
    expect(engine.peek("later")).toBe(value);
    engine.poke("enable", 0);
    engine.step();
    expect(engine.peek("later")).toBe(value);
  });
});

describe("several clocks", () => {
  const falling: Domain = { name: "fall", edge: "falling", reset: "none", polarity: "high" };
  /** Two registers that swap their values, each in its own domain. */
  function swap(): Design {
    const draft = new Sketch("Swap", [clock(), falling]);
    const a = draft.reg(4, 0, "a", 0, 1n);
    const b = draft.reg(4, 0, "b", 1, 2n);
    draft.set(a, { next: draft.node({ kind: "cross", width: 4, a: b }) });
    draft.set(b, { next: draft.node({ kind: "cross", width: 4, a }) });
    return designOf(draft);
  }
  test("edges apart: the later one sees what the earlier one did", () => {
    const engine = interpret(swap());
    engine.step();
    expect([engine.peek("a"), engine.peek("b"), engine.time]).toEqual([1n, 1n, 10]);
  });
  test("edges at the same time: all sample before any changes", () => {
    const engine = interpret(swap(), { clocks: { fall: { period: 10, phase: 0 } } });
    engine.step();
    expect([engine.peek("a"), engine.peek("b")]).toEqual([2n, 1n]);
  });
});
