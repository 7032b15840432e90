import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CaseRandom } from "./cell-case.fuzz.ts";
import { gateCells, wordCells } from "./cell-cases.fuzz.ts";
import { cellModels, icarusPresent, runIcarus, stimulus, totals, verilogOf } from "./icarus.fuzz.ts";
import { differences, stepGlobally } from "./netlist-comparison.fuzz.ts";
import { readVerilog } from "./read-verilog.ts";
import { runYosys, type YosysChoice } from "./run-yosys.ts";
import { expressionCases, idiomCases } from "./verilog-cases.fuzz.ts";

const seed = 20_240_611;

async function netlist(text: string, commands: readonly string[], yosys: YosysChoice): Promise<Uint8Array> {
  const script = [...commands, "write_json out.json"].join("\n");
  const { files } = await runYosys(script, new Map([["cases.v", text]]), yosys);
  return files.get("out.json") ?? new Uint8Array();
}

describe.skipIf(!icarusPresent)("netlists from Yosys against Icarus Verilog", () => {
  it.each(["installed", "npm"] as const)("agrees on every cell of the library of Yosys: %s", async (yosys) => {
    // The cell $bwmux came after the versions that distributions have.
    const cases = [...wordCells(seed, 3), ...gateCells()].filter(
      ({ body }) => yosys === "npm" || !body.includes("$bwmux"),
    );
    const text = verilogOf(cases);
    const inputs = stimulus(totals(cases)[0], 100, new CaseRandom(seed));
    const told = runIcarus([text, ...cellModels()], cases, inputs);
    expect(told).toHaveLength(inputs.length);
    const json = await netlist(text, ["read_verilog -icells cases.v", "hierarchy -top all"], yosys);
    expect(await differences(json, cases, inputs, told)).toEqual([]);
  });

  it.each(["installed", "npm"] as const)("agrees on Verilog read by Yosys: %s", async (yosys) => {
    const cases = [...expressionCases(seed, 50), ...idiomCases];
    const text = verilogOf(cases);
    const inputs = stimulus(totals(cases)[0], 100, new CaseRandom(seed));
    const told = runIcarus([text], cases, inputs);
    expect(told).toHaveLength(inputs.length);
    const directory = mkdtempSync(join(tmpdir(), "verilog-"));
    try {
      const file = join(directory, "cases.v");
      writeFileSync(file, text);
      for (const keepHierarchy of yosys === "npm" ? [true] : [false, true]) {
        const { json } = await readVerilog({ files: [file], top: "all", keepHierarchy, yosys });
        expect(await differences(json, cases, inputs, told)).toEqual([]);
      }
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it.each([
    ["memory ports that are cells of their own", ["proc", "opt_clean"]],
    ["memories with wide and shared ports", ["proc", "flatten", "opt", "memory -nomap", "opt"]],
    ["multiplexer trees and unmapped flip-flops", ["proc", "memory -nomap", "dffunmap", "pmuxtree", "opt"]],
    ["gates", ["proc", "flatten", "memory -nomap", "opt", "techmap", "opt"]],
    ["$alu and $macc", ["proc", "flatten", "memory -nomap", "alumacc", "opt"]],
  ] as const)("agrees on the idioms as %s", async (form, passes) => {
    // Yosys takes long to make gates of dividers.
    const gates = idiomCases.filter(({ body }) => !/[%]|\*\*/.test(body));
    const cases = form === "gates" ? gates : [...expressionCases(seed + 1, 20), ...idiomCases];
    const text = verilogOf(cases);
    const inputs = stimulus(totals(cases)[0], 60, new CaseRandom(seed));
    const told = runIcarus([text], cases, inputs);
    const json = await netlist(text, ["read_verilog cases.v", "hierarchy -top all", ...passes], "installed");
    expect(await differences(json, cases, inputs, told)).toEqual([]);
  });

  it.each(["installed", "npm"] as const)(
    "agrees on designs made of one global clock by clk2fflogic: %s",
    async (yosys) => {
      const text = verilogOf(idiomCases);
      const inputs = stimulus(totals(idiomCases)[0], 60, new CaseRandom(seed));
      const told = runIcarus([text], idiomCases, inputs);
      const passes = ["proc", "flatten", "opt", "memory -nomap -nordff", "clk2fflogic", "opt"];
      const json = await netlist(text, ["read_verilog cases.v", "hierarchy -top all", ...passes], yosys);
      expect(await differences(json, idiomCases, inputs, told, stepGlobally)).toEqual([]);
    },
  );
});
