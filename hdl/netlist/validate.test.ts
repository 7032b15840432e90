import { describe, expect, test } from "vitest";
import type { Design, Module, Node } from "./design.ts";
import { clock, designOf, Sketch } from "./sketch.fuzz.ts";
import { validate } from "./validate.ts";

function adder(): Sketch {
  const s = new Sketch("Adder");
  const x = s.input("x", 8);
  s.output("y", s.op("add", x, x, "sum"));
  return s;
}

function top(): Sketch {
  const s = new Sketch("Top");
  const a = s.input("a", 8);
  s.instance("u", 0, [[a, a]], [2]);
  const ram = s.memory("ram", 8, 4, { init: [1n, 2n] });
  const q = s.node({ kind: "memRead", width: 8, memory: ram, address: a, sync: null }, "q");
  s.output("y", s.reg(8, s.op("xor", s.out(0, 1, 8, 1), q), "r"));
  return s;
}

/** The message for the good design with the top changed by `edit`. */
function message(edit: (s: Sketch) => void, change: (module: Module) => Module = (module) => module): string {
  const s = top();
  edit(s);
  const design: Design = { modules: [adder().module(), change(s.module())], top: 1 };
  try {
    validate(design);
  } catch (error) {
    expect(error).toHaveProperty("name", "DesignError");
    return error instanceof Error ? error.message : "";
  }
  return "valid";
}

const addNode = (node: Node) => (s: Sketch) => {
  s.node(node, "bad");
};

describe("validate", () => {
  test("accepts a good design", () => {
    expect(message(() => {})).toBe("valid");
  });

  test("names module, signal, line and the mend", () => {
    expect(message(addNode({ kind: "add", width: 9, a: 0, b: 0 }))).toBe(
      "Top: bad: operand a of add is 8 bits wide and must be 9; extend or truncate it (Top.ts:6:1)",
    );
    expect(message((s) => s.node({ kind: "mux", width: 8, select: 0, a: 0, b: 0 }))).toBe(
      "Top: node 5 (mux): the select of mux is 8 bits wide and must be 1; extend or truncate it (Top.ts:6:1)",
    );
  });

  test.each<[string, Node, string]>([
    ["dangling operand", { kind: "not", width: 8, a: 99 }, "operand a is node 99, but there are 6"],
    ["negative operand", { kind: "not", width: 8, a: -1 }, "operand a is node -1"],
    ["fractional operand", { kind: "not", width: 8, a: 0.5 }, "operand a is node 0.5"],
    ["constant too wide", { kind: "const", width: 2, value: 4n }, "the constant 4 does not fit 2 bits"],
    ["negative constant", { kind: "const", width: 2, value: -1n }, "the constant -1 does not fit 2 bits"],
    ["no width", { kind: "const", width: 0, value: 0n }, "0 bits wide"],
    ["endless width", { kind: "const", width: Number.POSITIVE_INFINITY, value: 0n }, "Infinity bits wide"],
    ["second input node", { kind: "input", width: 8, port: 0 }, "exactly one input node"],
    ["unequal compare", { kind: "eq", width: 1, a: 0, b: 5 }, "operand b of eq is 1 bits wide and must be 8"],
    ["slice beyond", { kind: "slice", width: 4, a: 0, low: 5 }, "bits 5 to 8 are not all in a value of 8 bits"],
    ["narrowing extension", { kind: "zext", width: 4, a: 0 }, "zext narrows 8 bits to 4; use a slice"],
    ["cat sum", { kind: "cat", width: 15, parts: [0, 0] }, "the parts of cat have 16 bits together and it has 15"],
    ["init range", { kind: "reg", width: 8, domain: 0, next: 0, init: 256n }, "initial value 256 does not fit 8 bits"],
    [
      "register domain",
      { kind: "reg", width: 8, domain: 1, next: 0, init: null },
      "clock domain 1, but the module has 1",
    ],
    ["memory index", { kind: "memRead", width: 8, memory: 1, address: 0, sync: null }, "reads memory 1"],
    ["memory width", { kind: "memRead", width: 7, memory: 0, address: 0, sync: null }, "whose words have 8"],
    [
      "read enable",
      { kind: "memRead", width: 8, memory: 0, address: 0, sync: { domain: 0, enable: 0 } },
      "the read enable of memRead is 8 bits wide",
    ],
    ["instance index", { kind: "instOut", width: 8, instance: 1, port: 1, element: 0 }, "reads instance 1"],
    ["element", { kind: "instOut", width: 8, instance: 0, port: 1, element: 2 }, "element 2 of u, which has 2"],
    ["an input read", { kind: "instOut", width: 8, instance: 0, port: 0, element: 0 }, "which is no output"],
    ["output width", { kind: "instOut", width: 9, instance: 0, port: 1, element: 0 }, "output y of u 8"],
    [
      "same match twice",
      {
        kind: "case",
        width: 8,
        selector: 0,
        arms: [
          { match: 1n, value: 0 },
          { match: 1n, value: 0 },
        ],
        otherwise: 0,
      },
      "two arms of a case match 1",
    ],
    [
      "match out of range",
      { kind: "case", width: 8, selector: 0, arms: [{ match: 256n, value: 0 }], otherwise: 0 },
      "matches 256, which a selector of 8 bits never is",
    ],
  ])("rejects %s", (_, node, expected) => {
    const text = message(addNode(node));
    expect(text).toMatch(/^Top: (bad|node 5)/);
    expect(text).toContain(expected);
  });

  test("rejects inconsistent instances", () => {
    const instance = (change: object) =>
      message(
        () => {},
        (module) => ({ ...module, instances: module.instances.map((i) => ({ ...i, ...change })) }),
      );
    expect(instance({ definition: 1 })).toContain("list definitions before their users");
    expect(instance({ definition: 5 })).toContain("its definition is module 5");
    expect(instance({ dims: [3] })).toContain("input x is driven for 2 of 3 elements");
    expect(instance({ dims: [2, 0] })).toContain("a dimension is 0");
    expect(instance({ inputs: [] })).toContain("0 inputs are connected, Adder has 1");
    expect(instance({ inputs: [[0, 77]] })).toContain("input x of u[1] is node 77");
    expect(instance({ domains: [] })).toContain("0 clock domains are connected, Adder has 1");
    expect(instance({ domains: [3] })).toContain("connected to domain 3");
    expect(
      message(
        () => {},
        (module) => ({ ...module, domains: [{ ...clock(), edge: "falling" }] }),
      ),
    ).toContain("connect a domain of the same edge and reset");
  });

  test("rejects inconsistent memories, checks, names, ports and sources", () => {
    expect(message((s) => s.memory("ram", 8, 4))).toContain("the name ram is taken by another memory");
    expect(message((s) => s.memory("rom", 8, 1, { init: [1n, 2n] }))).toContain("2 words are given for a depth of 1");
    expect(message((s) => s.memory("rom", 8, 1, { init: [256n] }))).toContain("word 0 is 256");
    const write = { domain: 0, enable: 5, address: 0, data: 0, mask: null, source: null };
    const withWrite = (change: object) =>
      message((s) => {
        s.constant(1, 1);
        s.constant(3, 1);
        s.memory("w", 8, 2, { writes: [{ ...write, ...change }] });
      });
    expect(withWrite({})).toBe("valid");
    expect(withWrite({ enable: 0 })).toContain("the enable of write port 0 of memory w is 8 bits wide");
    expect(withWrite({ data: 5 })).toContain("the data of write port 0 of memory w is 1 bits wide and must be 8");
    expect(withWrite({ mask: 6 })).toContain("has 3 bits, which do not divide 8");
    expect(withWrite({ domain: 1 })).toContain("is in clock domain 1");
    expect(message((s) => s.check(0, 0, "m"))).toContain('the condition of check "m" is 8 bits wide');
    expect(message((s) => s.call(0, "r"))).toContain("the name r is taken by another signal");
    expect(message((s) => s.call(50, "z"))).toContain("the node of signal z is node 50");
    expect(
      message((s) => s.ports.push({ name: "b", direction: "in", width: 8, node: 0, format: { kind: "uint" } })),
    ).toContain("must have an input node of its own");
    expect(
      message(
        () => {},
        (module) => ({ ...module, nodeSources: [] }),
      ),
    ).toContain("5 nodes have 0 sources");
    expect(
      message(
        () => {},
        (module) => ({ ...module, name: "Adder" }),
      ),
    ).toBe("two modules are named Adder; give each definition a name of its own");
  });

  test("rejects a black box that claims to have no model and has one", () => {
    expect(
      message((s) => {
        s.blackBox = { parameters: {}, modelled: false };
      }),
    ).toContain("must be a constant 0");
  });

  test("a chain of 200,000 nodes neither overflows nor takes long", () => {
    const s = new Sketch("Deep");
    let a = s.input("a", 8);
    for (let i = 0; i < 200_000; i++) a = s.not(a);
    s.output("y", a);
    validate(designOf(s));
  });

  test("rejects a design without modules or top", () => {
    expect(() => validate({ modules: [], top: 0 })).toThrow("no modules");
    expect(() => validate({ modules: [adder().module()], top: 1 })).toThrow("the design's top is module 1");
  });
});
