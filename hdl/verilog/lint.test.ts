import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { netlists } from "../../sim/fuzz/netlists.fuzz.ts";
import { blocks, buildBlock } from "../catalogue/index.ts";
import { smallest } from "../catalogue/small.fuzz.ts";
import { elaborate } from "../lang/index.ts";
import { type Design, summariesOf, wordCycles } from "../netlist/index.ts";
import { hostileDesign } from "./hostile.fuzz.ts";
import { lacks, lint } from "./lint.fuzz.ts";
import { toVerilog, verilogText } from "./verilog.ts";

const seed = 20_261_124;

/** No word goes round through an instance: the text has no way to take such a loop apart, and Yosys warns of it. */
function ordered(design: Design): boolean {
  const summaries = summariesOf(design);
  return design.modules.every((module) =>
    wordCycles(design, module, summaries).every((cycle) => cycle.every((id) => module.nodes[id]?.kind !== "instOut")),
  );
}

const everyBlock = blocks
  .map((block, i) => verilogText(toVerilog(elaborate(buildBlock(block, smallest(block))), { prefix: `b${i}_` })))
  .join("\n");

describe.each([
  { tool: "verilator", count: 60 },
  { tool: "iverilog", count: 60 },
  { tool: "yosys", count: 8 }, // which takes long
] as const)("$tool finds nothing to complain of", ({ tool, count }) => {
  test.skipIf(lacks(tool))("every block", { timeout: 300_000 }, () => {
    expect(lint(tool, everyBlock)).toBe("");
  });

  test.skipIf(lacks(tool))(`random netlists (seed ${seed})`, () => {
    const designs = fc.sample(netlists(), { seed, numRuns: count }).filter(({ design }) => ordered(design));
    expect(designs.length).toBeGreaterThan(count / 2);
    const texts = designs.map(({ design }, i) => verilogText(toVerilog(design, { prefix: `b${i}_` })));
    expect(lint(tool, texts.join("\n"))).toBe("");
  });

  test.skipIf(lacks(tool))(`random netlists in which everything has a hostile name (seed ${seed})`, () => {
    const designs = fc.sample(hostileDesign(), { seed, numRuns: count }).filter(ordered);
    expect(designs.length).toBeGreaterThan(count / 2);
    const texts = designs.map((design, i) => verilogText(toVerilog(design, { prefix: `b${i}_` })));
    expect(lint(tool, texts.join("\n"))).toBe("");
  });
});
