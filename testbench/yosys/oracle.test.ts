import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fromYosys } from "../../hdl/index.ts";
import { interpret } from "../../sim/index.ts";
import { CaseRandom, type VerilogCase } from "./cell-case.fuzz.ts";
import { gateCells, wordCells } from "./cell-cases.fuzz.ts";
import { cellModels, icarusPresent, runIcarus, stimulus, totals, verilogOf } from "./icarus.fuzz.ts";
import { readVerilog } from "./read-verilog.ts";
import { runYosys, type YosysChoice } from "./run-yosys.ts";
import { expressionCases, idiomCases } from "./verilog-cases.fuzz.ts";

const seed = 20_240_611;

async function netlist(text: string, commands: readonly string[], yosys: YosysChoice): Promise<Uint8Array> {
  const script = [...commands, "write_json out.json"].join("\n");
  const { files } = await runYosys(script, new Map([["cases.v", text]]), yosys);
  return files.get("out.json") ?? new Uint8Array();
}

/** Simulates the netlist beside Icarus' answers and lists the modules whose defined bits differ. */
async function differences(
  json: Uint8Array,
  cases: readonly VerilogCase[],
  inputs: readonly string[],
  told: readonly string[],
) {
  const { design } = await fromYosys(json, { top: "all", clock: "clk" });
  const clocks = Object.fromEntries(
    (design.modules[design.top]?.domains ?? []).map(({ name }) => [
      name,
      { period: 10, phase: name === "clk" ? 0 : name === "clk2" ? 3 : 5 },
    ]),
  );
  const engine = interpret(design, { randomInit: false, clocks });
  const [, outputs] = totals(cases);
  const found = new Set<string>();
  const defined = new Map<string, number>();
  inputs.forEach((digits, cycle) => {
    engine.poke("i", BigInt(`0b${digits}`));
    const ours = engine.peek("o").toString(2).padStart(outputs, "0");
    const theirs = told[cycle] ?? "";
    let low = 0;
    for (const one of cases) {
      const at = outputs - low - one.outputs;
      const [a, b] = [ours.slice(at, at + one.outputs), theirs.slice(at, at + one.outputs)];
      low += one.outputs;
      if ([...b].some((bit, index) => (bit === "0" || bit === "1") && bit !== a[index]))
        found.add(`${one.name} in cycle ${cycle}: ours ${a}, Icarus ${b}\n${one.body}`);
      defined.set(one.name, (defined.get(one.name) ?? 0) + b.replace(/[xz]/g, "").length);
    }
    engine.step();
  });
  // A comparison of bits that Icarus does not know would find nothing; random expressions often are x.
  const total = [...defined.values()].reduce((sum, bits) => sum + bits, 0);
  if (total < (inputs.length * outputs) / 2) found.add(`${total} bits are defined of ${inputs.length * outputs}`);
  for (const one of cases)
    if (!/^e\d/.test(one.name) && (defined.get(one.name) ?? 0) < (inputs.length * one.outputs) / 20)
      found.add(`${one.name} is hardly ever defined`);
  return [...found].slice(0, 5);
}

describe.skipIf(!icarusPresent)("netlists from Yosys against Icarus Verilog", () => {
  it.each(["installed", "npm"] as const)("agrees on every cell of the library of Yosys: %s", async (yosys) => {
    // The cell $bwmux came after the versions that distributions have.
    const cases = [...wordCells(seed, 4), ...gateCells()].filter(
      ({ body }) => yosys === "npm" || !body.includes("$bwmux"),
    );
    const text = verilogOf(cases);
    const inputs = stimulus(totals(cases)[0], 100, new CaseRandom(seed));
    const told = runIcarus([text, ...cellModels()], cases, inputs);
    expect(told).toHaveLength(inputs.length);
    const json = await netlist(text, ["read_verilog -icells cases.v", "hierarchy -top all"], yosys);
    expect(await differences(json, cases, inputs, told)).toEqual([]);
  });

  it.each(["installed", "npm"] as const)(
    "agrees on Verilog read by Yosys: %s, flat and with its modules",
    async (yosys) => {
      const cases = [...expressionCases(seed, 60), ...idiomCases];
      const text = verilogOf(cases);
      const inputs = stimulus(totals(cases)[0], 100, new CaseRandom(seed));
      const told = runIcarus([text], cases, inputs);
      expect(told).toHaveLength(inputs.length);
      const directory = mkdtempSync(join(tmpdir(), "verilog-"));
      try {
        const file = join(directory, "cases.v");
        writeFileSync(file, text);
        for (const keepHierarchy of [false, true]) {
          const { json } = await readVerilog({ files: [file], top: "all", keepHierarchy, yosys });
          expect(await differences(json, cases, inputs, told)).toEqual([]);
        }
      } finally {
        rmSync(directory, { recursive: true });
      }
    },
  );
});
