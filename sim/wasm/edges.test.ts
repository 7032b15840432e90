import { describe, expect, test } from "vitest";
import { Bool, elaborate, mem, module, reg, UInt, Vec, when } from "../../hdl/index.ts";
import { clock, designOf, Sketch } from "../../hdl/netlist/sketch.fuzz.ts";
import { interpret } from "../interpreter/interpreter.ts";
import { compile } from "./index.ts";

const Word = UInt(32);
const workers = 4;

/** Counts in large steps while it is enabled. */
const Worker = module("Worker", { in: { enable: Bool, by: Word }, out: { sum: Word } }, ({ enable, by }) => {
  const sum = reg(Word, 1);
  when(enable, () => {
    sum.next = sum
      .add(by.mul(by).bits(0, 32))
      .add(by.xor(Word.lit(0x9e37_79b1)))
      .sub(by.shr(3));
  });
  return { sum: sum.xor(by) };
});

/** Workers that are enabled one by one, and a memory whose word is looked at all the time. */
const Workshop = module(
  "Workshop",
  { in: { enables: Vec(workers, Bool), by: Word, at: UInt(2) }, out: { sums: Vec(workers, Word), kept: Word } },
  ({ enables, by, at }) => {
    const table = mem(Word, 4, { init: [5n, 6n, 7n, 8n] });
    const kept = reg(Word, 0);
    kept.next = table.read(at);
    return { sums: [...enables].map((enable) => Worker({ enable, by }).sum), kept };
  },
);

const start = () => {
  const engine = compile(elaborate(Workshop), { activity: "always", lanes: "off" });
  engine.poke("at", 1);
  return engine;
};

/** Operations evaluated in so many cycles. */
function evaluatedIn(engine: ReturnType<typeof start>, cycles: number): number {
  const before = engine.activity()?.evaluated ?? 0;
  engine.step(cycles);
  return (engine.activity()?.evaluated ?? 0) - before;
}

describe("parts of a design", () => {
  test("are evaluated while something changes for them", () => {
    const engine = start();
    engine.step(3);
    expect(evaluatedIn(engine, 50)).toBe(0);
    engine.poke("enables[2]", 1);
    const one = evaluatedIn(engine, 50);
    expect(one).toBeGreaterThan(0);
    engine.poke("enables[0]", 1);
    const two = evaluatedIn(engine, 50);
    expect(two).toBeGreaterThan(1.5 * one);
    const { evaluated, whole } = engine.activity() ?? { evaluated: 0, whole: 0 };
    expect(evaluated).toBeLessThan(whole / 2);
    engine.poke("enables[0]", 0);
    engine.poke("enables[2]", 0);
    engine.step(2);
    expect(evaluatedIn(engine, 50)).toBe(0);
  });

  test("are woken by what no signal tells of: a word written from outside, a checkpoint, a reset", () => {
    const engine = start();
    engine.step(5);
    expect(engine.peek("kept")).toBe(6n);
    engine.pokeMemory("table", 1, 99n);
    engine.step(1);
    expect(engine.peek("kept")).toBe(99n);
    const saved = engine.checkpoint();
    engine.pokeMemory("table", 1, 3n);
    engine.step(4);
    engine.restore(saved);
    engine.step(1);
    expect(engine.peek("kept")).toBe(99n);
    engine.reset(true);
    engine.step(1);
    expect(engine.peek("kept")).toBe(0n);
    engine.reset(false);
    engine.step(1);
    expect(engine.peek("kept")).toBe(99n);
  });

  test("are woken by a word that another part writes", () => {
    const Writer = module("Writer", { in: { enable: Bool, by: Word }, out: { enable: Bool, data: Word } }, (io) => {
      const count = reg(Word, 0);
      when(io.enable, () => {
        count.next = count
          .add(io.by.xor(count.shr(3)))
          .add(Word.lit(3))
          .sub(io.by.shr(2));
      });
      return { enable: io.enable.and(count.bit(0).not()), data: count.add(io.by).xor(count.shr(5)) };
    });
    const Shared = module("Shared", { in: { enable: Bool, by: Word, at: UInt(2) }, out: { kept: Word } }, (io) => {
      const table = mem(Word, 4, { init: [5n, 6n, 7n, 8n] });
      const { enable, data } = Writer({ enable: io.enable, by: io.by });
      const kept = reg(Word, 0);
      const word = table.read(io.at);
      kept.next = word.add(word.shr(3)).xor(word.shr(1)).sub(word.shr(7)).add(io.by);
      when(enable, () => table.write(io.at, data));
      return { kept };
    });
    const design = elaborate(Shared);
    const [engine, reference] = [compile(design, { activity: "always" }), interpret(design)];
    for (const [enable, cycles] of [
      [0, 4],
      [1, 1],
      [0, 3],
      [1, 5],
      [0, 3],
    ] as const) {
      for (const sim of [engine, reference]) {
        sim.poke("at", 1);
        sim.poke("enable", enable);
        sim.step(cycles);
      }
      expect(engine.peek("kept")).toBe(reference.peek("kept"));
    }
  });

  test("see an input that was settled in between with another value", () => {
    const engine = start();
    const reference = interpret(elaborate(Workshop));
    for (const sim of [engine, reference]) {
      sim.poke("at", 1);
      sim.poke("enables[1]", 1);
      sim.step(3);
      sim.poke("by", 77);
      sim.peek("sums[1]");
      sim.poke("by", 0);
      sim.step(3);
    }
    expect(engine.peek("sums[1]")).toBe(reference.peek("sums[1]"));
  });

  test("are not told apart where most of them never sleep, or where there is little to be saved", () => {
    const many = 500;
    const Busy = module("Busy", { in: { by: Word }, out: { sum: Word } }, ({ by }) => {
      const states = Array.from({ length: many }, (_, i) => {
        const state = reg(Word, i).named(`state${i}`);
        state.next = state
          .mul(state)
          .bits(0, 32)
          .add(by.xor(state.shr(7)))
          .xor(state.shr(11))
          .sub(state.shr(3))
          .add(i);
        return state;
      });
      return { sum: states.reduce((sum, state) => sum.xor(state), states[0] ?? by) };
    });
    const design = elaborate(Busy);
    const [engine, whole] = [compile(design), compile(design, { activity: "off" })];
    expect([engine.activity() !== null, whole.activity()]).toEqual([true, null]);
    for (const sim of [engine, whole]) sim.step(5000);
    const { evaluated } = engine.activity() ?? { evaluated: 0 };
    expect(evaluated).toBeGreaterThan(0);
    for (const sim of [engine, whole]) sim.step(1000);
    expect(engine.activity()?.evaluated).toBe(evaluated);
    expect(engine.peek("sum")).toBe(whole.peek("sum"));
    expect(compile(elaborate(Workshop)).activity()).toBeNull();
  });

  test("are told apart again after a while, however long a run is", () => {
    const parts = 60;
    const Phases = module("Phases", { in: { busy: Bool, by: Word }, out: { sum: Word } }, ({ busy, by }) => {
      const states = Array.from({ length: parts }, (_, i) => {
        let next = by.add(i);
        const state = reg(Word, i).named(`state${i}`);
        for (let step = 0; step < 12; step++) next = next.mul(state).bits(0, 32).xor(state.shr(step)).add(step);
        when(busy, () => {
          state.next = next;
        });
        return state;
      });
      return { sum: states.reduce((sum, state) => sum.xor(state), states[0] ?? by) };
    });
    const design = elaborate(Phases);
    const engine = compile(design, { lanes: "off" });
    const whole = compile(design, { activity: "off", lanes: "off" });
    for (const sim of [engine, whole]) {
      sim.poke("by", 12345);
      sim.poke("busy", 1);
      sim.step(300_000);
    }
    const { evaluated } = engine.activity() ?? { evaluated: 0 };
    expect(evaluated).toBeGreaterThan(0);
    for (const sim of [engine, whole]) {
      sim.poke("busy", 0);
      sim.step(200_000);
      sim.poke("busy", 1);
      sim.step(3);
    }
    expect(engine.peek("sum")).toBe(whole.peek("sum"));
    expect(engine.activity()?.evaluated).toBeGreaterThan(evaluated);
    expect(engine.activity()?.whole).toBeGreaterThan(10 * (engine.activity()?.evaluated ?? 0));
  });

  test("have their flags in every domain, where many values are taken by registers of each", () => {
    const [domains, steps, width] = [3, 200, 512];
    const s = new Sketch(
      "Shared",
      Array.from({ length: domains }, (_, i) => clock(i === 0 ? "clock" : `clock${i}`)),
    );
    const [a, b] = [s.input("a", width), s.input("b", width)];
    let shared = a;
    for (let i = 0; i < steps; i++) shared = s.op(i % 2 === 0 ? "add" : "xor", shared, i % 3 === 0 ? a : b);
    for (let domain = 0; domain < domains; domain++) {
      const register = s.reg(width, shared, `r${domain}`, domain);
      s.set(register, { next: s.op("add", shared, register) });
      s.output(`y${domain}`, register);
    }
    const design = designOf(s);
    const engines = [compile(design, { activity: "always", lanes: "off" }), interpret(design)];
    for (let cycle = 0; cycle < 30; cycle++) {
      for (const engine of engines) {
        if (cycle % 7 === 0) engine.poke("a", BigInt(cycle * cycle + 1) << 300n);
        if (cycle % 7 === 0) engine.poke("b", BigInt(cycle + 5) * (2n ** 260n + 1n));
        engine.step(1);
      }
      const [own, reference] = engines.map((engine) => [0, 1, 2].map((domain) => engine.peek(`y${domain}`)));
      expect(own).toEqual(reference);
    }
  });
});
