import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryModule } from "./arbitrary-module.fuzz.ts";
import type { Design } from "./design.ts";
import { deepFreeze } from "./freeze.ts";
import { fromJson, toJson } from "./json.ts";
import { clock, designOf, Sketch } from "./sketch.fuzz.ts";

function full(): Design {
  const leaf = new Sketch("Leaf", [clock("a"), clock("b")]);
  const on = leaf.constant(1, 1);
  const address = leaf.input("address", 2);
  const write = { domain: 1, enable: on, address, data: address, mask: address, source: null };
  const memory = leaf.memory("ram", 2, 4, { writes: [write], init: [1n, 3n] });
  leaf.output(
    "q",
    leaf.node({ kind: "memRead", width: 2, memory, address, sync: { domain: 0, enable: on } }, "q_r", "reg"),
  );
  leaf.check(on, on, "holds");
  const box = new Sketch("Box");
  box.blackBox = { parameters: { DEPTH: 3, MODE: "fast" }, modelled: false };
  const top = new Sketch("Top", [clock("a"), clock("b")]);
  const x = top.input("x", 2);
  top.instance("leaf", 0, [[x, x, x, x, top.slice(x, 0, 2), x]], [2, 3], [1, 0]);
  top.instance("box", 1, []);
  top.output("y", top.cat([top.out(0, 1, 2, 5), top.constant(130, 1n << 129n)]));
  return designOf(leaf, box, top);
}

describe("JSON", () => {
  test("a design with everything in it comes back the same, and frozen", () => {
    const design = full();
    const back = fromJson(toJson(design));
    expect(back).toEqual(design);
    expect(Object.isFrozen(back.modules[2]?.instances[0]?.inputs[0])).toBe(true);
  });

  test("random modules come back the same", () => {
    fc.assert(
      fc.property(arbitraryModule, (module) => {
        expect(fromJson(toJson(designOf(module)))).toEqual(designOf(module));
      }),
      { numRuns: 50 },
    );
  });

  test("gathers of large arrays stay short", () => {
    const leaf = new Sketch("Leaf");
    leaf.output("q", leaf.reg(8, leaf.input("x", 8), "r"));
    const top = new Sketch("Top");
    const outs = Array.from({ length: 4096 }, (_, e) => top.out(0, 1, 8, e));
    top.instance("leaf", 0, [[top.input("x", 8), ...outs.slice(0, -1)]], [4096]);
    expect(toJson({ ...designOf(leaf, top) }).match(/"inputs":\[\[4096,\[0,4095,1\]\]\]/)).not.toBeNull();
  });

  test("what is no netlist is refused by name of the place", () => {
    const good = toJson(full());
    const broken = (change: (document: { [key: string]: unknown }) => void): string => {
      const document = JSON.parse(good);
      change(document);
      return JSON.stringify(document);
    };
    expect(() => fromJson("")).toThrow("the netlist is no JSON");
    expect(() => fromJson("null")).toThrow("the document must be an object");
    expect(() => fromJson("[]")).toThrow("the document must be an object");
    expect(() => fromJson("[".repeat(1_000_000))).toThrow("the netlist is no JSON");
    expect(() => fromJson('{"__proto__":{"version":1}}')).toThrow("version must be a whole number");
    expect(() => fromJson(broken((d) => (d.version = 2)))).toThrow("is of version 2, this reads version 1");
    expect(() => fromJson(broken((d) => (d.top = 7)))).toThrow("the design's top is module 7");
    expect(() => fromJson(broken((d) => (d.modules = [[]])))).toThrow("modules[0] must be an object");
    expect(() => fromJson(good.replace('"memRead"', '"memread"'))).toThrow(
      /modules\[0\]\.nodes\[2\]\.kind must be const or /,
    );
    expect(() => fromJson(good.replace('"0x1"', '"-1"'))).toThrow(
      "modules[0].nodes[0].value must be a number such as 0x1f",
    );
    expect(() => fromJson(good.replace('"width":2', '"width":1e999'))).toThrow("must be a whole number");
    expect(() => fromJson(good.replace('"width":2', '"width":-2'))).toThrow(/Leaf: .*-2 bits wide/);
    expect(() => fromJson(good.replace('"inputs":[[[', '"inputs":[[[0,1000000000000,0],['))).toThrow("a run within");
  });

  test("no truncation and no changed character makes it crash", () => {
    const good = toJson(full());
    const attempt = (text: string): void => {
      try {
        fromJson(text);
      } catch (error) {
        expect(error).toHaveProperty("name", "DesignError");
      }
    };
    fc.assert(
      fc.property(
        fc.nat({ max: good.length - 1 }),
        fc.constantFrom("", "0", "9", "-", '"', "[", "{", "null", "e"),
        (at, put) => {
          attempt(good.slice(0, at));
          attempt(good.slice(0, at) + put + good.slice(at + 1));
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("deepFreeze", () => {
  test("freezes all the way down, circles too", () => {
    const inner: { list: number[]; self?: unknown } = { list: [1] };
    inner.self = inner;
    const outer = deepFreeze({ inner });
    expect([outer, outer.inner, outer.inner.list].every(Object.isFrozen)).toBe(true);
  });
});
