import { describe, expect, test } from "vitest";
import { Bool, elaborate, mem, module, reg, UInt, Vec, when } from "../../hdl/index.ts";
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
});
