import { describe, expect } from "vitest";
import { smallest } from "../../hdl/catalogue/small.fuzz.ts";
import { type Block, blocks, buildBlock, type Design, elaborate } from "../../hdl/index.ts";
import { seedOf } from "../index.ts";
import { caseOf, differencesOf, differenceText, lockstepBatch, type MutationReport, mutationCheck } from "./index.ts";
import { testWith } from "./tool-presence.fuzz.ts";

const seed = seedOf(undefined);
const folder = "out/lockstep/blocks";
const replayed = `replay: SYSTOLE_SEED=${seed}`;

/** What the catalogue's small sizes leave too large for a peer that is built anew in every run. */
const smaller: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  Mesh: { width: 2, height: 2, vcs: 2, vcDepth: 2, payloadBits: 16 },
};

function designOf(block: Block): Design {
  return elaborate(buildBlock(block, { ...smallest(block), ...smaller[block.name] }));
}

/** Whole tiles and chips, which random inputs do not bring to work: `whole-tiles.test.ts` compares them at a program. */
const wholes: readonly string[] = ["ComputeTile", "MemoryTile", "Chip"];

const parts = blocks.filter(({ name }) => !wholes.includes(name));
const designs = parts.map((block) => ({ name: block.name, design: designOf(block) }));
const cases = designs.map(({ name, design }, i) => caseOf(name, design, seed, `b${i}_`));

/** Runs of two processes at a time. */
async function twoAtATime<T, R>(items: readonly T[], use: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const queue = [...items.entries()];
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) results[next[0]] = await use(next[1]);
  };
  await Promise.all([worker(), worker()]);
  return results;
}

/** Cycles that Icarus Verilog, slower by far, simulates of a block: fewer of larger ones. */
function icarusCycles(index: number): number {
  const characters = cases[index]?.texts[0]?.modules.reduce((sum, { text }) => sum + text.length, 0) ?? 0;
  return Math.max(50, Math.min(1000, Math.round(2e7 / characters)));
}

describe(`every block of the catalogue (${replayed})`, () => {
  testWith("verilator")("has the same outputs in Verilator for 10,000 cycles", { timeout: 900_000 }, async () => {
    const options = { peer: "verilator", cycles: 10_000, folder } as const;
    const report = await lockstepBatch(cases, options);
    const found = await differencesOf(cases, report, options);
    expect(found.map(differenceText)).toEqual([]);
    const compared = report.comparisons.map(({ name, cycles }) => [name, cycles]);
    expect(compared).toEqual(cases.map(({ name }) => [name, 10_000]));
  });

  testWith("icarus")("has the same outputs in Icarus Verilog", { timeout: 900_000 }, async () => {
    const found = await twoAtATime([...cases.entries()], async ([i, one]) => {
      const options = { peer: "icarus", cycles: icarusCycles(i), folder } as const;
      return differencesOf([one], await lockstepBatch([one], options), options);
    });
    expect(found.flat().map(differenceText)).toEqual([]);
  });

  testWith("icarus")("differs when an operator of its text is changed", { timeout: 900_000 }, async () => {
    const reports = await twoAtATime(designs, ({ name, design }) =>
      mutationCheck(name, design, { peer: "icarus", seed }),
    );
    console.info(survivors(reports));
    expect(reports.filter(({ caught }) => caught.length === 0).map(({ name }) => name)).toEqual([]);
  });
});

function survivors(reports: readonly MutationReport[]): string {
  const lines = reports.flatMap(({ name, survived }) =>
    survived.map(({ before, after }) => `  ${name}: ${before} → ${after}`),
  );
  const caught = reports.reduce((sum, report) => sum + report.caught.length, 0);
  return [`mutants: ${caught} caught, ${lines.length} survived`, ...lines].join("\n");
}
