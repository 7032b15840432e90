import { describe, expect, test } from "vitest";
import { interpret } from "../../sim/index.ts";
import { topOf } from "./design.ts";
import { forceInputs, insertForces } from "./force-sites.ts";
import { designOf, Sketch } from "./sketch.fuzz.ts";

/** Adds its input to what it holds; the sum goes out too. */
function accumulator(): Sketch {
  const s = new Sketch("Accumulator");
  const x = s.input("x", 8);
  const held = s.reg(8, 0, "held");
  const sum = s.op("add", held, x, "sum");
  s.set(held, { next: sum });
  s.output("y", sum);
  s.output("q", held);
  return s;
}

/** A row of three of them, the sum of each going into the next. */
function row(): Sketch {
  const s = new Sketch("Row");
  const x = s.input("x", 8);
  const outs = [0, 1, 2].map((element) => s.out(0, 1, 8, element));
  s.instance("acc", 0, [[x, ...outs.slice(0, 2)]], [3]);
  s.output("y", outs[2] ?? -1);
  return s;
}

/** Two rows of different inputs. */
function rows() {
  const s = new Sketch("Rows");
  const x = s.input("x", 8);
  const one = s.constant(8, 1);
  s.instance("row", 1, [[x, one]], [2]);
  s.output("a", s.out(0, 1, 8, 0, "first"));
  s.output("b", s.out(0, 1, 8, 1, "second"));
  return designOf(accumulator(), row(), s);
}

const path = "row[1].acc[1].sum";

describe("forcible signals", () => {
  test("leave everything as it is until one is forced, and then all but what follows from it", () => {
    const plain = interpret(rows());
    const forced = interpret(insertForces(rows(), [path, "first", "row[0].acc[2].held"]));
    const both = [plain, forced];
    const step = (cycles: number): void => {
      for (const engine of both) {
        engine.poke("x", 3);
        engine.step(cycles);
      }
    };
    const seen = ["a", "b", "row[0].acc[1].sum", "row[1].acc[0].held", "row[1].acc[1].held", path];
    const differing = () => seen.filter((signal) => plain.peek(signal) !== forced.peek(signal));
    step(5);
    expect(differing()).toEqual([]);
    forced.poke(forceInputs(path).value, 0xf0);
    forced.poke(forceInputs(path).mask, 0xff);
    expect(differing()).toEqual(["b", path]);
    expect([forced.peek(path), forced.peek(`${path}.driven`)]).toEqual([0xf0n, plain.peek(path)]);
    step(1);
    expect(forced.peek("row[1].acc[1].held")).toBe(0xf0n);
    expect(differing()).toEqual(["b", "row[1].acc[1].held", path]);
  });

  test("are forced bit by bit, and a register holds what was forced", () => {
    const s = new Sketch("Hold");
    const held = s.reg(8, 0, "held", 0, 0x0fn);
    s.set(held, { next: held });
    s.call(held, "alias");
    s.output("y", held);
    const engine = interpret(insertForces(designOf(s), ["held"]));
    const { mask, value } = forceInputs("held");
    engine.poke(mask, 0x81);
    engine.poke(value, 0xf0);
    expect(["held", "alias", "y", "held.driven"].map((name) => engine.peek(name))).toEqual([
      0x8en,
      0x8en,
      0x8en,
      0x0fn,
    ]);
    engine.step();
    engine.poke(mask, 0);
    expect(["held", "alias", "y", "held.driven"].map((name) => engine.peek(name))).toEqual([
      0x8en,
      0x8en,
      0x8en,
      0x8en,
    ]);
  });

  test("may be ports, two names of one node, and written to memories and looked at by checks", () => {
    const s = new Sketch("Everywhere");
    const [enable, address, data] = [s.input("enable", 1), s.input("address", 2), s.input("data", 8)];
    const write = { domain: 0, enable, address, data, mask: null, source: null };
    s.memory("ram", 8, 4, { init: [], writes: [write] });
    s.call(data, "alias");
    s.check(s.not(enable, "idle"), s.constant(1, 1), "never enabled");
    s.output("idle_out", s.node({ kind: "slice", width: 1, a: data, low: 0 }));
    const forced = insertForces(designOf(s), ["enable", "data", "alias", "idle"]);
    expect(topOf(forced).names.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["enable.driven", "data.driven", "alias.driven", "force.alias.mask"]),
    );
    const engine = interpret(forced);
    engine.poke("data", 0x55);
    engine.poke(forceInputs("enable").value, 1);
    engine.poke(forceInputs("enable").mask, 1);
    expect(() => engine.step()).toThrow("never enabled");
    engine.poke(forceInputs("idle").value, 1);
    engine.poke(forceInputs("idle").mask, 1);
    engine.poke(forceInputs("data").value, 0x0f);
    engine.poke(forceInputs("data").mask, 0x0f);
    engine.poke(forceInputs("alias").mask, 0xc0);
    engine.step();
    expect(engine.peekMemory("ram", 0)).toBe(0x1fn);
    expect(engine.peek("data")).toBe(0x1fn);
  });

  test("are refused where there is no signal of that name", () => {
    expect(() => insertForces(rows(), ["row[2].acc[0].sum"])).toThrow("Rows has no signal row[2].acc[0].sum");
    expect(() => insertForces(rows(), ["row[1].acc[0].some"])).toThrow("Accumulator has no signal some");
  });
});
