import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { installedYosysVersion, type ReadVerilogOptions, readVerilog, type YosysChoice } from "./index.ts";

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "read-verilog-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const write = (name: string, text: string): string => {
  const path = join(directory, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
};

const rom = `\`include "parts/width.vh"
module rom #(parameter FILE = "none.hex", parameter ADD = 0)
  (input clk, input [3:0] a, output reg [\`WIDTH-1:0] q);
  reg [\`WIDTH-1:0] words[0:15];
  initial $readmemh(FILE, words);
  always @(posedge clk) q <= words[a] + ADD;
endmodule
module outer(input clk, input [3:0] a, output [7:0] q);
  rom #(.FILE("parts/data.hex")) inner(.clk(clk), .a(a), .q(q));
endmodule
`;

const tools: YosysChoice[] = installedYosysVersion() === null && !process.env.CI ? ["npm"] : ["npm", "installed"];

describe.each(tools)("readVerilog with Yosys: %s", (yosys) => {
  const read = async (options: Omit<ReadVerilogOptions, "yosys">) => {
    const { json } = await readVerilog({ ...options, yosys });
    return new TextDecoder().decode(json);
  };

  it("finds included files and memory contents beside the source, flattens, and names places by file", async () => {
    const file = write("some rtl/rom.v", rom);
    write("some rtl/parts/width.vh", '`include "eight.vh"\n');
    write("some rtl/parts/eight.vh", "`define WIDTH 8\n");
    write("some rtl/parts/data.hex", "a5 5a 11\n");
    const json = await read({ files: [file], top: "outer" });
    expect(json).toContain(`${"x".repeat(13 * 8)}${"000100010101101010100101"}`);
    expect(json).toMatch(/"src": "rom\.v:\d/);
    expect(Object.keys(JSON.parse(json).modules)).toEqual(["outer"]);
    const kept = JSON.parse(await read({ files: [file], top: "outer", keepHierarchy: true }));
    expect(Object.keys(kept.modules)).toHaveLength(2);
  });

  it("sets parameters, macros and include directories", async () => {
    const file = write("rtl/rom.v", rom);
    write("include/parts/width.vh", "");
    write("rtl/data.hex", "0ff f00 123");
    const includes = [join(directory, "include")];
    const defines = { WIDTH: 12 };
    const json = await read({ files: [file], top: "rom", includes, defines, parameters: { FILE: "data.hex", ADD: 7 } });
    const [module] = Object.values<{ ports: { q: { bits: unknown[] } } }>(JSON.parse(json).modules);
    expect(module?.ports.q.bits).toHaveLength(12);
    expect(json).toContain("111100000000000011111111");
  });

  it("says in one line where Yosys stopped and why", async () => {
    const file = write("bad.v", "module bad(input a);\n  assign = 1;\nendmodule\n");
    await expect(read({ files: [file] })).rejects.toThrow(/^Yosys: .*bad\.v:2: syntax error/);
    const lost = write("lost.v", "module lost(input a);\n  absent x(a);\nendmodule\n");
    await expect(read({ files: [lost] })).rejects.toThrow(/^Yosys: Module `\\absent' referenced in module `\\lost'/);
  });

  it("runs the passes it is given before memories are collected", async () => {
    const file = write("latch.v", "module l(input g, input d, output reg q); always @* if (g) q = d; endmodule");
    expect(await read({ files: [file] })).toContain("$dlatch");
    expect(await read({ files: [file], extraPasses: ["clk2fflogic"] })).not.toContain("$dlatch");
  });
});

describe("readVerilog", () => {
  it.each([
    [{ files: [] }, "give at least one"],
    [{ files: ["/nowhere/at/all.v"] }, "/nowhere/at/all.v: no such file"],
    [{ files: [import.meta.filename], includes: ["/nowhere"] }, "no such include directory"],
    [{ files: [import.meta.filename], top: "a b" }, "plain identifier"],
    [{ files: [import.meta.filename], extraPasses: ["opt; exec"] }, "one Yosys command an entry"],
    [{ files: [import.meta.filename], parameters: { A: 0.5 } }, "no whole number"],
  ] as const)("rejects %j", async (options, message) => {
    await expect(readVerilog(options)).rejects.toThrow(message);
  });
});
