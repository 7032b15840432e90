import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Design, DesignError, fromJson, type Memory, toJson } from "../hdl/netlist/index.ts";
import { clock, designOf, Sketch } from "../hdl/netlist/sketch.fuzz.ts";
import { compile, interpret, SimulationError } from "./index.ts";

const engines = { compile, interpret };

/** What stops the design from the JSON on to its second cycle: a message, or null where it runs. */
function stops(json: string, engine: keyof typeof engines): string | null {
  try {
    const simulation = engines[engine](fromJson(json));
    simulation.step(2);
    return null;
  } catch (error) {
    if (error instanceof DesignError || error instanceof SimulationError) return error.message;
    throw error;
  }
}

const both = (design: Design) => {
  const json = toJson(design);
  return Object.keys(engines).map((name) => stops(json, name === "compile" ? "compile" : "interpret") ?? "runs");
};

/** Levels of modules of which each holds an array of the one below; the lowest has a register. */
function nested(levels: number, dims: readonly number[], inside = true): Design {
  const leaf = new Sketch("Leaf");
  if (inside) leaf.output("q", leaf.reg(1, leaf.constant(1, 1), "r"));
  const modules = [leaf];
  for (let level = 1; level < levels; level++) {
    const module = new Sketch(`Level${level}`);
    module.instance("below", level - 1, [], dims);
    modules.push(module);
  }
  return designOf(...modules);
}

function withMemory(width: number, depth: number, more: Partial<Memory> = {}): Design {
  const top = new Sketch("Top");
  const address = top.input("address", 8);
  const memory = top.memory("ram", width, depth, more);
  top.output("q", top.node({ kind: "memRead", width, memory, address, sync: null }, "word"));
  return designOf(top);
}

describe("a hostile netlist", () => {
  it("nested 500 levels deep still runs", () => {
    expect(both(nested(500, []))).toEqual(["runs", "runs"]);
  });

  it("nested 10,000 levels deep is refused with the place", () => {
    for (const message of both(nested(10_000, [])))
      expect(message).toMatch(
        /^Level9999: instances are nested 10000 deep, more than 1000, in below\.below\.below\.… \(Level9999\.ts:1:1\); make/,
      );
  });

  it("of 2^40 instances is refused with the place, whether they hold anything or not", () => {
    for (const design of [nested(41, [2]), nested(3, [2 ** 20]), nested(2, [2 ** 40]), nested(2, [2 ** 40], false)])
      for (const message of both(design))
        expect(message).toMatch(/^Level\d+: more than \d+ instances in all, .* in below\b.*; use smaller/);
  });

  it("with two instances a level, doubled 40 times, is refused", () => {
    const modules = [new Sketch("Leaf")];
    for (let level = 1; level <= 40; level++) {
      const module = new Sketch(`Level${level}`);
      module.instance("left", level - 1, []);
      module.instance("right", level - 1, []);
      modules.push(module);
    }
    for (const message of both(designOf(...modules))) expect(message).toMatch(/^Level40: more than \d+ instances/);
  });

  it("with a memory of 2^40 bits is refused by name, in every shape", () => {
    for (const [width, depth] of [
      [2 ** 20, 2 ** 20],
      [256, 2 ** 32],
      [1, 2 ** 40],
    ] as const)
      for (const message of both(withMemory(width, depth))) expect(message).toMatch(/\bram\b|Top needs|Top: /);
  });

  it("with a selector of fewer than no bits, written after the case that it selects, is refused", () => {
    const top = new Sketch("Top");
    top.node({ kind: "case", width: 8, selector: 2, arms: [{ match: 1n, value: 1 }], otherwise: 1 }, "picked");
    top.output("q", top.constant(8, 1));
    top.constant(9, 2);
    const json = toJson(designOf(top));
    for (const width of [-1, -1e12, 1e12]) {
      const late = json.replace('"width":9', `"width":${width}`);
      expect(late).not.toBe(json);
      expect(stops(late, "compile")).toMatch(/^Top: .* bits .* \(Top\.ts:\d:1\)$/);
    }
  });

  it("cut off at any byte is refused", () => {
    const json = toJson(mixed());
    for (let at = 0; at < json.length; at++)
      expect(stops(json.slice(0, at), "compile")).toMatch(/^the netlist is no JSON .*; dump it again$/);
    expect(stops(json, "compile")).toBeNull();
    expect(stops(json, "interpret")).toBeNull();
  });

  it("with any number, string or null of it changed, or two, is refused by a message or runs", () => {
    const json = toJson(mixed());
    const numbers = [...json.matchAll(/-?\d+|"[^"]*"|null|true|false/g)];
    const put = fc.constantFrom(
      "-1",
      "0",
      "1",
      "2",
      "64",
      "1048577",
      "1e12",
      "-1e12",
      "0.5",
      "null",
      '"0x0"',
      '"0xffffffffff"',
      '"__proto__"',
      "[]",
      "[[0,16777216,0]]",
      "{}",
    );
    fc.assert(
      fc.property(
        fc.nat({ max: numbers.length - 1 }),
        fc.nat({ max: numbers.length - 1 }),
        put,
        put,
        fc.constantFrom("compile" as const, "interpret" as const),
        (first, second, one, other, engine) => {
          const at = numbers[first];
          const to = numbers[second];
          if (!at || !to) return;
          const changed = json.slice(0, at.index) + one + json.slice(at.index + at[0].length);
          stops(changed, engine);
          if (at.index + at[0].length > to.index) return;
          const twice =
            json.slice(0, at.index) +
            one +
            json.slice(at.index + at[0].length, to.index) +
            other +
            json.slice(to.index + to[0].length);
          stops(twice, engine);
        },
      ),
      { numRuns: 150 },
    );
  });
});

/** Some of everything: an array, a memory, a case, registers, a check. */
function mixed(): Design {
  const leaf = new Sketch("Leaf");
  const x = leaf.input("x", 8);
  const r = leaf.reg(8, x, "r", 0, 5n);
  const picked = leaf.node({
    kind: "case",
    width: 8,
    selector: leaf.slice(x, 0, 2),
    arms: [
      { match: 0n, value: r },
      { match: 3n, value: x },
    ],
    otherwise: leaf.op("mul", r, x),
  });
  leaf.output("y", picked);
  const top = new Sketch("Top", [clock("clock")]);
  const enable = top.input("enable", 1);
  const address = top.input("address", 4);
  const a = top.input("a", 8);
  top.instance("pe", 0, [[a, a, a, a, a, a]], [2, 3]);
  const write = { domain: 0, enable, address, data: a, mask: null, source: null };
  const memory = top.memory("ram", 8, 16, { writes: [write], init: [1n, 2n] });
  const read = top.node({ kind: "memRead", width: 8, memory, address, sync: { domain: 0, enable } }, "word", "reg");
  const wide = top.cat([top.out(0, 1, 8, 5), read, top.constant(70, 1n << 60n)]);
  top.output("wide", wide);
  top.output("shifted", top.node({ kind: "shrs", width: 86, a: wide, b: address }));
  top.check(top.node({ kind: "reduce", op: "or", width: 1, a: wide }), enable, "some bit is set");
  return designOf(leaf, top);
}
