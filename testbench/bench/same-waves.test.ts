import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { blocks, buildBlock } from "../../hdl/catalogue/index.ts";
import { smallest } from "../../hdl/catalogue/small.fuzz.ts";
import { type Design, elaborate } from "../../hdl/index.ts";
import { netlists } from "../../sim/fuzz/netlists.fuzz.ts";
import { type Stretch, stimuli } from "../../sim/fuzz/stimulus.fuzz.ts";
import type { Clock } from "../../sim/index.ts";
import { plan } from "../../sim/plan/plan.ts";
import { type SimulatorName, sameWaves } from "./same-waves.fuzz.ts";

const seed = Number(process.env.SYSTOLE_SEED ?? 20_240_607);
const runs = Number(process.env.SYSTOLE_RUNS ?? 1000);
const netlistCycles = 8;
const blockCycles = 200;
const interpretedCycles = 10;

const folder = mkdtempSync(join(tmpdir(), "systole-same-waves-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** All simulators; where no lanes pay, "lanes where they pay" is the code of "no lanes". */
function different(design: Design, clocks: Readonly<Record<string, Clock>>): SimulatorName[] {
  const pay = plan(design, { clocks }).lanes.groups.length > 0;
  const auto = pay ? (["lanes where they pay"] as const) : [];
  return ["interpreter", "no lanes", ...auto, "lanes everywhere", "parts that sleep", "one stimulus lane"];
}

test(`${runs} random netlists have the same waves in every simulator (replay: SYSTOLE_SEED=${seed})`, () => {
  let bytes = 0;
  fc.assert(
    fc.property(
      netlists(),
      stimuli(netlistCycles),
      fc.record({ seed: fc.nat(), randomInit: fc.boolean() }),
      ({ design, clocks }, stimulus, options) => {
        const wanted = { design, clocks, options, stimulus, memories: true };
        bytes += sameWaves(different(design, clocks), folder, wanted).waves.length;
      },
    ),
    { seed, numRuns: runs },
  );
  expect(bytes).toBeGreaterThan(1000 * runs);
}, 600_000);

/** Random inputs do not respect properties, and a run in which one fails goes no further. */
function withoutChecks({ modules, top }: Design): Design {
  return { modules: modules.map((module) => ({ ...module, checks: [] })), top };
}

const stimulus = Array.from({ length: blockCycles }, (_, cycle): Stretch => {
  return { inputs: ((seed + cycle * 97) * 40_503) % 65_536, resets: cycle < 2 ? 7 : 0, cycles: 1, action: "none" };
});

test.each(blocks)(
  `$name has the same waves in every simulator (replay: SYSTOLE_SEED=${seed})`,
  (block) => {
    const design = withoutChecks(elaborate(buildBlock(block, smallest(block))));
    const wanted = { design, clocks: {}, options: { seed }, memories: false };
    sameWaves(["no lanes", "lanes everywhere", "parts that sleep", "one stimulus lane"], folder, {
      ...wanted,
      stimulus,
    });
    sameWaves(["interpreter", "no lanes"], folder, { ...wanted, stimulus: stimulus.slice(0, interpretedCycles) });
  },
  600_000,
);
