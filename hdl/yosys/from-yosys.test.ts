import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { interpret } from "../../sim/index.ts";
import { DesignError } from "../netlist/index.ts";
import { fromYosys } from "./index.ts";
import { type CellSketch, dff, type ModuleSketch, not, smallText, yosysJson } from "./yosys-sketch.fuzz.ts";

async function failure(
  json: Parameters<typeof fromYosys>[0],
  options: Parameters<typeof fromYosys>[1] = {},
): Promise<string> {
  try {
    await fromYosys(json, options);
  } catch (error) {
    expect(error).toBeInstanceOf(DesignError);
    return error instanceof Error ? error.message : "";
  }
  return "no error";
}

const one = (cells: Readonly<Record<string, CellSketch>>, more: Partial<ModuleSketch> = {}): string =>
  yosysJson({
    m: {
      ports: { clk: ["input", [2]], d: ["input", [3]], q: ["output", [4]] },
      cells,
      nets: { e: { bits: [9] } },
      ...more,
    },
  });

describe("fromYosys", () => {
  it("makes a clock domain of a clock input, keeps names, sources and power-on values", async () => {
    const { design, clocks, warnings } = await fromYosys(smallText);
    const [module] = design.modules;
    expect(clocks).toEqual([{ port: "clk", rising: "clk", falling: null }]);
    expect(warnings).toEqual([]);
    expect(module?.ports.map((port) => port.name)).toEqual(["d", "q"]);
    expect(module?.names.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      "d port",
      "q port",
      "held reg",
      "inverted wire",
    ]);
    expect(module?.sources).toEqual([{ file: "rtl/it.v", line: 7, column: 3 }]);
    const engine = interpret(design);
    engine.poke("d", 0);
    expect(engine.peek("held")).toBe(2n);
    engine.step();
    expect(engine.peek("q")).toBe(3n);
  });

  it("reads the same from text, bytes and a stream of small pieces", async () => {
    const bytes = new TextEncoder().encode(smallText);
    async function* pieces() {
      for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7);
    }
    const text = await fromYosys(smallText);
    expect(await fromYosys(bytes)).toEqual(text);
    expect(await fromYosys(pieces())).toEqual(text);
  });

  it("counts undefined bits in one line, and leaves registers and memories without contents undefined", async () => {
    const json = one({ a: dff({ CLK: [2], D: [9], Q: [4] }), b: not(["x", 3], [10, 11]) });
    const { design, warnings } = await fromYosys(json);
    expect(warnings).toEqual([
      "2 undefined bits (x) read as 0: 1 in unconnected or undriven bits (first: m: cell a ($dff, rtl/it.v:7:3), pin D), 1 in constants (first: m: cell b ($not, rtl/it.v:7:3), pin A)",
    ]);
    expect(design.modules[0]?.nodes.find((node) => node.kind === "reg")).toMatchObject({ init: null });
  });

  it("connects the clocks of kept modules, also through an inverter inside", async () => {
    const json = yosysJson({
      child: {
        ports: { ck: ["input", [2]], d: ["input", [3]], q: ["output", [4]], unused: ["input", [6]] },
        cells: { i: not([2], [5]), state: dff({ CLK: [5], D: [3], Q: [4] }) },
        nets: { q: { bits: [4] } },
      },
      top: {
        ports: { clk: ["input", [2]], d: ["input", [3]], q: ["output", [4, 5]] },
        cells: {
          u: { type: "child", connections: { ck: [2], d: [3], q: [4], unused: [2] } },
          state: dff({ CLK: [2], D: [4], Q: [5] }),
        },
      },
    });
    const { design, clocks } = await fromYosys(json, { clock: "clk" });
    expect(clocks).toEqual([{ port: "clk", rising: "clk", falling: "clk_falling" }]);
    const engine = interpret(design, { randomInit: false });
    engine.poke("d", 1);
    engine.step();
    // The falling edge comes first in a cycle.
    expect([engine.peek("q"), engine.peek("u.q")]).toEqual([3n, 1n]);
  });

  it("makes one domain of the $ff cells of clk2fflogic", async () => {
    const json = one({ state: { type: "$ff", parameters: { WIDTH: "1" }, connections: { D: [3], Q: [4] } } });
    const { design, clocks } = await fromYosys(json);
    expect(clocks).toEqual([]);
    expect(design.modules[0]?.domains.map((domain) => domain.name)).toEqual(["clock"]);
    expect(design.modules[0]?.ports.map((port) => port.name)).toContain("clk");
  });
});

describe("fromYosys refuses, naming the cell, its line and a way out", () => {
  const latch: CellSketch = { type: "$dlatch", connections: { EN: [2], D: [3], Q: [4] } };
  const gate: CellSketch = {
    type: "$and",
    parameters: { A_WIDTH: "1", B_WIDTH: "1", Y_WIDTH: "1" },
    connections: { A: [2], B: [3], Y: [9] },
  };
  it.each<[string, string, RegExp]>([
    ["a latch", one({ l: latch }), /m: cell l \(\$dlatch, rtl\/it\.v:7:3\): a latch.*clk2fflogic/],
    ["tristate", one({ t: { type: "$tribuf", connections: { A: [3], EN: [2], Y: [4] } } }), /cell t .*tribuf -logic/],
    ["a constant z", one({ n: not(["z"], [4]) }), /high-impedance constant.*tribuf/],
    ["an inout", one({}, { ports: { p: ["inout", [2]] } }), /port p is an inout/],
    [
      "a gated clock",
      one({ g: gate, r: dff({ CLK: [9], D: [3], Q: [4] }) }),
      /cell r .*its clock CLK comes from g \(\$and\).*enable/,
    ],
    [
      "a derived clock",
      one({ a: dff({ CLK: [2], D: [3], Q: [9] }), b: dff({ CLK: [9], D: [3], Q: [4] }) }),
      /cell b .*comes from a \(\$dff\)/,
    ],
    [
      "a clock as data",
      one({ r: dff({ CLK: [2], D: [2], Q: [4] }) }),
      /input clk is a clock and m: cell r .*pin D reads it as data/,
    ],
    ["an undriven clock", one({ r: dff({ CLK: [9], D: [3], Q: [4] }) }), /its clock CLK is not driven/],
    ["an unknown cell", one({ u: { type: "$odd", connections: {} } }), /cell u \(\$odd.*not supported/],
    ["a missing module", one({ u: { type: "fifo", connections: {} } }), /there is no module fifo in the file/],
    [
      "two drivers",
      one({ a: not([3], [4]), b: not([2], [4]) }),
      /output Y of cell b drives a net that output Y of cell a drives/,
    ],
    ["a dangling net", one({ a: not([77], [4]) }), /net that no cell drives and no wire holds/],
    [
      "a wrong width",
      one({ a: { ...not([3], [4]), parameters: { A_WIDTH: "10", Y_WIDTH: "1" } } }),
      /pin A is 1 bits wide and must be 2/,
    ],
    [
      "a missing pin",
      one({ a: { type: "$not", parameters: { Y_WIDTH: "1" }, connections: { Y: [4] } } }),
      /input A is not connected/,
    ],
    [
      "a bad parameter",
      one({ a: { ...not([3], [4]), parameters: { A_WIDTH: "two", Y_WIDTH: "1" } } }),
      /A_WIDTH is "two", not a binary number/,
    ],
    ["a combinational loop", one({ a: not([9], [4]), b: not([4], [9]) }), /combinational loop/],
    ["a module in itself", one({ u: { type: "m", connections: {} } }), /every module .* is used by another/],
    ["no modules", "{}", /has no "modules"/],
    ["a list", "[]", /must be an object/],
  ])("%s", async (_, json, message) => {
    expect(await failure(json)).toMatch(message);
  });

  it("an unknown top or clock", async () => {
    expect(await failure(smallText, { top: "large" })).toMatch(/no module large; it has small/);
    expect(await failure(smallText, { clock: "d" })).toMatch(/input d clocks nothing; its clocks are: clk/);
  });

  it("a memory too large to hold, without trying to", async () => {
    const bits = (width: number, value: string) => value.repeat(width);
    const memory = (size: number, width: number): CellSketch => ({
      type: "$mem_v2",
      parameters: {
        MEMID: "\\big",
        SIZE: size.toString(2),
        WIDTH: width.toString(2),
        ABITS: "1",
        OFFSET: "0",
        INIT: "x",
        RD_PORTS: "1",
        WR_PORTS: "0",
        RD_CLK_ENABLE: "0",
        RD_CLK_POLARITY: "0",
        RD_TRANSPARENCY_MASK: "0",
        RD_INIT_VALUE: bits(width, "x"),
        RD_SRST_VALUE: bits(width, "x"),
        RD_ARST_VALUE: bits(width, "x"),
      },
      connections: { RD_ADDR: [3], RD_DATA: [4], RD_EN: ["1"], RD_CLK: ["0"], RD_ARST: ["0"], RD_SRST: ["0"] },
    });
    expect(await failure(one({ a: memory(2 ** 40, 1) }))).toMatch(/memory big has 1099511627776 words of 1 bits/);
    const port = {
      type: "$memrd",
      parameters: { MEMID: "\\big", ABITS: "1", WIDTH: "1", CLK_ENABLE: "0", TRANSPARENT: "0" },
      connections: { ADDR: [3], DATA: [4], EN: ["1"], CLK: ["0"] },
    };
    const memories = { big: { width: 1, size: 2 ** 40, start_offset: 0 } };
    expect(await failure(one({ a: port }, { memories }))).toMatch(/more than 268435456 bits in total/);
  });

  it("a hierarchy that explodes, is too deep or goes round", async () => {
    const tower = (height: number, wide: number) => {
      const cells = (level: number): Record<string, CellSketch> =>
        Object.fromEntries(
          Array.from({ length: wide }, (_, n) => [`u${n}`, { type: `m${level - 1}`, connections: {} }] as const),
        );
      return yosysJson(
        Object.fromEntries(
          Array.from({ length: height }, (_, level) => [
            `m${level}`,
            { ports: {}, cells: level === 0 ? {} : cells(level), top: level === height - 1 },
          ]),
        ),
      );
    };
    expect(await failure(tower(40, 2))).toMatch(/has \d+ instances, at most/);
    expect(await failure(tower(20_000, 1))).toMatch(/nests 251 deep/);
    const round = yosysJson({
      a: { ports: {}, cells: { u: { type: "b", connections: {} } } },
      b: { ports: {}, cells: { u: { type: "b", connections: {} } } },
    });
    expect(await failure(round)).toMatch(/contains b, and so itself/);
  });

  it("a file that is cut off at any byte, with the place", async () => {
    const bytes = new TextEncoder().encode(smallText);
    for (let length = 0; length < bytes.length; length++)
      expect(await failure(bytes.subarray(0, length))).toMatch(/Yosys JSON/);
  });

  it("JSON that is no netlist", async () => {
    const text = fc.oneof(
      fc.json(),
      fc
        .tuple(fc.nat(smallText.length), fc.nat(8), fc.string({ maxLength: 6 }))
        .map(([at, gone, put]) => smallText.slice(0, at) + put + smallText.slice(at + gone)),
      fc.integer({ min: 1, max: 100_000 }).map((depth) => "[{".repeat(depth)),
      fc.integer({ min: 1, max: 100_000 }).map((depth) => '{"modules":'.repeat(depth)),
    );
    await fc.assert(
      fc.asyncProperty(text, async (json) => {
        await failure(json);
      }),
      { numRuns: 400 },
    );
  });

  it("netlists with any value changed", async () => {
    const values = fc.oneof(
      fc.integer({ min: -2, max: 12 }),
      fc.constantFrom("0", "1", "x", "z", "", "11", null, [], {}, 2 ** 40, 0.5),
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(), values, async (which, value) => {
        let index = 0;
        const count = smallText.split(/[[{:,]/).length;
        const changed = JSON.stringify(JSON.parse(smallText), (_, old: unknown) =>
          index++ === which % count ? value : old,
        );
        await failure(changed ?? "");
      }),
      { numRuns: 600 },
    );
  });
});
