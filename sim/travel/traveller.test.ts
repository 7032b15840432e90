import fc from "fast-check";
import { expect, test } from "vitest";
import { type Design, topOf } from "../../hdl/netlist/index.ts";
import { designOf, Sketch } from "../../hdl/netlist/sketch.fuzz.ts";
import type { Engine } from "../engine.ts";
import { netlists } from "../fuzz/netlists.fuzz.ts";
import { drive, inputValue, stimuli } from "../fuzz/stimulus.fuzz.ts";
import { interpret } from "../interpreter/interpreter.ts";
import { compile } from "../wasm/index.ts";
import { travelling } from "./traveller.ts";

const seed = Number(process.env.SYSTOLE_SEED ?? 20_240_907);

/** A sum of its input, and a memory beside it. */
function accumulator(): Design {
  const sketch = new Sketch("Accumulator");
  const sum = sketch.reg(32, 0, "sum", 0, 0n);
  sketch.set(sum, { next: sketch.op("add", sum, sketch.input("step", 32)) });
  sketch.output("total", sum);
  return designOf(sketch);
}

function state(engine: Engine, paths: readonly string[]): string {
  const covers = [...engine.covers()].sort().join();
  return `${engine.cycle} ${engine.time} ${paths.map((path) => engine.peek(path)).join(" ")} ${covers}`;
}

test("every cycle of random designs is as it was", () => {
  let looked = 0;
  fc.assert(
    fc.property(
      netlists(),
      stimuli(24),
      fc.constantFrom(interpret, compile),
      fc.record({ interval: fc.integer({ min: 1, max: 9 }), bytes: fc.constantFrom(1, 600, 2 ** 20) }),
      fc.array(fc.nat(1000), { minLength: 6, maxLength: 6 }),
      ({ design, clocks }, stimulus, engine, options, targets) => {
        const { ports, names, memories } = topOf(design);
        const paths = [...new Set([...ports, ...names].map(({ name }) => name))];
        const plain = engine(design, { clocks, seed: 3, observe: paths });
        const travels = travelling(engine(design, { clocks, seed: 3, observe: paths }), design, options);
        const known = new Map<number, string>();
        for (const stretch of stimulus) {
          const word = memories[stretch.inputs % Math.max(1, memories.length)];
          for (const one of [plain, travels]) {
            if (stretch.action === "write memory" && word)
              one.pokeMemory(word.name, stretch.inputs % word.depth, inputValue(word, stretch.inputs));
            drive(one, design, stretch);
          }
          for (let i = 0; i < stretch.cycles; i++) {
            known.set(plain.cycle, state(plain, paths));
            if (plain.run(1).failure) break;
          }
          travels.run(stretch.cycles);
        }
        const present = travels.newest;
        known.set(present, state(plain, paths));
        for (const target of [...targets, 0].map(
          (nat) => travels.earliest + (nat % (present - travels.earliest + 1)),
        )) {
          travels.seek(target);
          expect(state(travels, paths)).toBe(known.get(target));
          looked++;
        }
        travels.seek(present);
        expect(state(travels, paths)).toBe(known.get(present));
        expect(travels.checkpoint()).toEqual(plain.checkpoint());
        travels.run(3);
        plain.run(3);
        expect(state(travels, paths)).toBe(state(plain, paths));
      },
    ),
    { seed, numRuns: 40 },
  );
  expect(looked).toBe(280);
});

test("a long run in little memory keeps its whole past, at a coarser resolution", () => {
  const design = accumulator();
  const engine = travelling(compile(design), design, { interval: 4, bytes: 4096 });
  let sum = 0;
  const sums: number[] = [];
  for (let cycle = 0; cycle < 2000; cycle++) {
    engine.poke("step", Math.floor(cycle / 100));
    sums.push(sum);
    sum += Math.floor(cycle / 100);
    engine.step();
  }
  expect(engine.earliest).toBe(0);
  for (const cycle of [0, 1, 99, 100, 101, 1999, 1234, 1235, 7]) {
    engine.seek(cycle);
    expect([engine.peek("total"), engine.peek("step")]).toEqual([
      BigInt(sums[cycle] ?? -1),
      BigInt(Math.floor(cycle / 100)),
    ]);
  }
  engine.seek(2000);
  expect(engine.peek("total")).toBe(BigInt(sum));
});

test("where the log of inputs is too long, the oldest part of the past goes", () => {
  const design = accumulator();
  const engine = travelling(compile(design), design, { interval: 16, bytes: 8192 });
  for (let cycle = 0; cycle < 5000; cycle++) {
    engine.poke("step", cycle);
    engine.step();
  }
  expect(engine.earliest).toBeGreaterThan(4000);
  expect(engine.earliest).toBeLessThan(4990);
  for (const cycle of [engine.earliest, 4990]) {
    engine.seek(cycle);
    expect(engine.peek("total")).toBe(BigInt((cycle * (cycle - 1)) / 2));
  }
  expect(() => engine.seek(0)).toThrow(/seek\(0\): the cycles that can be looked at are \d+ to 5000; give time travel/);
});

test("inputs that are set after the last edge are there again on return", () => {
  const design = accumulator();
  const engine = travelling(compile(design), design);
  engine.poke("step", 2);
  engine.step(10);
  engine.poke("step", 5);
  engine.seek(3);
  expect([engine.peek("total"), engine.peek("step"), engine.newest]).toEqual([6n, 2n, 10]);
  engine.seek(10);
  engine.step();
  expect(engine.peek("total")).toBe(25n);
});

test("nothing moves in the past", () => {
  const design = accumulator();
  const engine = travelling(compile(design), design);
  engine.step(10);
  const checkpoint = engine.checkpoint();
  engine.seek(3);
  const moves = [
    () => engine.step(),
    () => engine.poke("step", 1),
    () => engine.reset(true),
    () => engine.pokeMemory("none", 0, 0n),
    () => engine.restore(checkpoint),
  ];
  for (const move of moves) expect(move).toThrow(/ in cycle 3, which is in the past; seek\(10\) to go on from there/);
  expect(() => engine.seek(11)).toThrow("seek(11): the cycles that can be looked at are 0 to 10; step the simulation");
  expect(() => engine.seek(1.5)).toThrow("seek(1.5)");
});

test("a checkpoint that is restored begins another past", () => {
  const design = accumulator();
  const engine = travelling(interpret(design), design);
  engine.poke("step", 1);
  engine.step(10);
  const checkpoint = engine.checkpoint();
  engine.step(10);
  engine.restore(checkpoint);
  expect(engine.earliest).toBe(10);
  engine.poke("step", 3);
  engine.step(10);
  engine.seek(12);
  expect(engine.peek("total")).toBe(16n);
});

test("options out of range are told", () => {
  const design = accumulator();
  expect(() => travelling(compile(design), design, { bytes: 0 })).toThrow("time travel in 0 bytes");
  expect(() => travelling(compile(design), design, { interval: 0.5 })).toThrow("a stored state every 0.5 cycles");
});
