import { describe, expect, test } from "vitest";
import type { CheckKind, Design, Domain } from "../hdl/netlist/index.ts";
import { clock as clockNamed, designOf, Sketch } from "../hdl/netlist/sketch.fuzz.ts";
import { CheckFailure, type Engine, SimulationError } from "./engine.ts";
import { interpret } from "./interpreter/interpreter.ts";
import { compile } from "./wasm/index.ts";

const clock = clockNamed();

function counter(domain: Domain = clock, width = 8): Sketch {
  const draft = new Sketch("Counter", [domain]);
  const en = draft.input("en", 1);
  const count = draft.reg(width, 0, "count", 0, 0n);
  const sum = draft.node({ kind: "add", width, a: count, b: draft.constant(width, 1) });
  draft.set(count, { next: draft.node({ kind: "mux", width, select: en, a: sum, b: count }) });
  draft.output("value", count);
  return draft;
}

describe.each([
  ["interpreter", interpret],
  ["wasm", compile],
] as const)("%s", (kind, start) => {
  describe("a counter", () => {
    test("counts while enabled, wraps, and tells cycle and time", () => {
      const engine = start(designOf(counter(clock, 2)));
      engine.poke("en", 1);
      engine.step(3);
      expect([engine.peek("count"), engine.cycle, engine.time]).toEqual([3n, 3, 30]);
      engine.step();
      expect(engine.peek("value")).toBe(0n);
      engine.poke("en", 0);
      expect(engine.run(5)).toEqual({ cycles: 5, failure: null });
      expect(engine.peek("value")).toBe(0n);
    });

    test("is driven and read through live views", () => {
      const engine = start(designOf(counter(clock, 40)));
      const [en, count] = [engine.input("en"), engine.signal("count")];
      en[0] = 1;
      engine.touch();
      engine.step(2);
      expect([...count]).toEqual([2, 0]);
      engine.settle();
      expect(engine.signal("count")).toEqual(count);
      expect(engine.kind).toBe(kind);
    });

    test("goes back to a checkpoint, also in another engine", () => {
      const design = designOf(counter());
      const engine = start(design);
      engine.poke("en", 1);
      engine.step(5);
      const saved = engine.checkpoint();
      engine.step(2);
      engine.poke("en", 0);
      engine.restore(saved);
      engine.step();
      const other = start(design);
      other.restore(saved);
      other.step();
      expect([engine.peek("count"), other.peek("count"), other.cycle, other.time]).toEqual([6n, 6n, 6, 60]);
      expect(() => other.restore({ ...saved, state: new Uint8Array([1, 2]) })).toThrow(SimulationError);
    });
  });

  describe("misuse", () => {
    const engine = start(designOf(counter()));
    test("of names suggests the nearest", () => {
      expect(() => engine.poke("em", 1)).toThrow('no input port "em"; did you mean en?');
      expect(() => engine.peek("coumt")).toThrow('no signal "coumt"; did you mean count?');
      expect(() => engine.peekMemory("ram", 0)).toThrow('no memory "ram"; the design has none');
      expect(() => engine.reset(true, "clok")).toThrow('no clock domain "clok"; did you mean clock?');
      expect(() => start(designOf(counter()), { observe: ["cont"] })).toThrow("did you mean count?");
    });
    test("of values is a RangeError", () => {
      expect(() => engine.poke("en", 2)).toThrow("2 does not fit en, which takes 0 to 1 (1 bits)");
      expect(() => engine.poke("en", -1)).toThrow(RangeError);
      expect(() => engine.poke("en", 0.5)).toThrow(RangeError);
      expect(() => engine.step(-1)).toThrow(RangeError);
    });
    test("of designs is refused", () => {
      expect(() => start(designOf(new Sketch("Wires", [])))).toThrow("Wires has no clock domain");
      const box = { ...counter().module(), blackBox: { parameters: {}, modelled: false } };
      const top = new Sketch("Top");
      top.instance("pll", 0, [[top.input("en", 1)]]);
      expect(() => start(designOf(box, top))).toThrow(/pll.*black box|black box pll/);
    });
  });

  describe("reset", () => {
    const reset = (kind: Domain["reset"]) => {
      const engine = start(designOf(counter({ ...clock, reset: kind })));
      engine.poke("en", 1);
      engine.step(3);
      return engine;
    };
    test("synchronous: at the next edge", () => {
      const engine = reset("sync");
      engine.reset(true);
      expect(engine.peek("count")).toBe(3n);
      engine.step();
      expect(engine.peek("count")).toBe(0n);
      engine.reset(false, "clock");
      engine.step();
      expect(engine.peek("count")).toBe(1n);
    });
    test("asynchronous: at once, and for as long as it is asserted", () => {
      const engine = reset("async");
      engine.reset(true);
      expect(engine.peek("count")).toBe(0n);
      engine.step(2);
      engine.reset(false);
      expect(engine.peek("count")).toBe(0n);
      engine.step();
      expect(engine.peek("count")).toBe(1n);
    });
    test("none: there is nothing to assert", () => {
      expect(() => reset("none").reset(true)).toThrow("the clock domain clock of Counter has no reset");
    });
  });

  describe("power-on", () => {
    const draft = new Sketch("Unknown");
    draft.reg(100, 0, "a", 0, null);
    draft.reg(100, 0, "b", 0, null);
    draft.memory("ram", 33, 3, { init: null });
    draft.memory("rom", 8, 3, { init: [7n] });
    const design = designOf(draft);
    const all = (engine: Engine) => [
      engine.peek("a"),
      engine.peek("b"),
      ...[0, 1, 2].map((address) => engine.peekMemory("ram", address)),
    ];
    test("undefined state is random by seed and path, or zero", () => {
      const values = all(start(design, { seed: 7 }));
      expect(new Set(values).size).toBe(5);
      expect(all(start(design, { seed: 7 }))).toEqual(values);
      expect(all(start(design, { seed: 8 }))).not.toEqual(values);
      expect(all(start(design, { randomInit: false }))).toEqual([0n, 0n, 0n, 0n, 0n]);
    });
    test("missing words of a given content are zero", () => {
      const engine = start(design);
      expect([0, 1, 2].map((address) => engine.peekMemory("rom", address))).toEqual([7n, 0n, 0n]);
      engine.pokeMemory("rom", 2, 255n);
      expect(engine.peekMemory("rom", 2)).toBe(255n);
      expect(() => engine.pokeMemory("rom", 2, 256n)).toThrow(RangeError);
      expect(() => engine.peekMemory("rom", 3)).toThrow("rom has no word 3; its addresses are 0 to 2");
    });
  });

  describe("properties", () => {
    function watched(): Design {
      const draft = counter();
      const [en, count] = [0, 1];
      const below = (limit: number) => draft.node({ kind: "ltu", width: 1, a: count, b: draft.constant(8, limit) });
      const property = (kind: CheckKind, condition: number, message: string) =>
        draft.checks.push({
          kind,
          condition,
          enable: en,
          domain: 0,
          message,
          source: { file: "design.ts", line: 1, column: 1 },
        });
      property("cover", below(2), "low");
      property("check", below(4), "stays below 4");
      property("assume", below(4), "assumed below 4");
      return designOf(draft);
    }
    test("a failing check stops before the edge and keeps stopping; a cover counts", () => {
      const engine = start(watched());
      engine.poke("en", 1);
      const { cycles, failure } = engine.run(10);
      expect([cycles, engine.cycle, engine.peek("count")]).toEqual([4, 4, 4n]);
      expect(failure).toMatchObject({ path: "", check: "stays below 4", cycle: 4, property: "check" });
      expect(() => engine.step()).toThrow(CheckFailure);
      expect(() => engine.step()).toThrow("check failed in cycle 4: top: stays below 4 (design.ts:1)");
      expect([...engine.covers()]).toEqual([["top: low", 2]]);
    });
    test("nothing is sampled under reset or while not enabled", () => {
      const engine = start(watched());
      engine.poke("en", 1);
      engine.step(4);
      engine.poke("en", 0);
      engine.step();
      engine.poke("en", 1);
      engine.reset(true);
      engine.step(2);
      expect([...engine.covers().values()]).toEqual([2]);
    });
  });
});
