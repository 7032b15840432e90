import { describe, expect, test } from "vitest";
import { designOf, Sketch } from "../../hdl/netlist/sketch.fuzz.ts";
import { interpret } from "./interpreter.ts";

describe("combinational logic", () => {
  test("a loop of words that is none of bits settles, a real one is named", () => {
    const draft = new Sketch("Ripple");
    const x = draft.input("x", 1);
    const word = draft.nodes.length + 1;
    const low = draft.node({ kind: "slice", width: 7, a: word, low: 0 });
    draft.call(draft.node({ kind: "cat", width: 8, parts: [low, x] }), "word");
    const engine = interpret(designOf(draft));
    engine.poke("x", 1);
    expect(engine.peek("word")).toBe(255n);

    const loop = draft.node({ kind: "not", width: 8, a: draft.nodes.length });
    draft.call(loop, "loop");
    const top = new Sketch("Top");
    top.instance("child", 0, [[top.input("x", 1)]]);
    expect(() => interpret(designOf(draft, top)).settle()).toThrow(
      "child (Ripple) never settles: a combinational loop through loop (Ripple.ts:4:1)",
    );
  });

  test("an instance array is a chain through gathers, each element with state of its own", () => {
    const cell = new Sketch("Cell");
    const before = cell.input("before", 8);
    const held = cell.reg(8, 0, "held", 0, 1n);
    const sum = cell.node({ kind: "add", width: 8, a: before, b: held });
    cell.set(held, { next: sum });
    cell.output("after", sum);

    const top = new Sketch("Row");
    const x = top.input("x", 8);
    const outs = [0, 1, 2].map((element) => top.node({ kind: "instOut", width: 8, instance: 0, port: 1, element }));
    top.instance("pe", 0, [[x, ...outs.slice(0, 2)]], [1, 3]);
    top.output("y", outs[2] ?? 0);
    const engine = interpret(designOf(cell, top));
    engine.poke("x", 10);
    expect([engine.peek("y"), engine.peek("pe[0][1].before")]).toEqual([13n, 11n]);
    engine.step();
    expect([0, 1, 2].map((i) => engine.peek(`pe[0][${i}].held`))).toEqual([11n, 12n, 13n]);
  });
});
