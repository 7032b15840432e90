import fc from "fast-check";
import { expect, test } from "vitest";
import type { LaneChoice } from "../engine.ts";
import { interpret } from "../interpreter/interpreter.ts";
import { compile } from "../wasm/index.ts";
import { grids } from "./grid.fuzz.ts";
import { type EngineFactory, lockstep, type Watch } from "./lockstep.fuzz.ts";
import { type Lowering, lowerings, loweringsOf } from "./lowerings.fuzz.ts";
import { arrayNetlists } from "./netlists.fuzz.ts";
import { stimuli } from "./stimulus.fuzz.ts";

const seed = Number(process.env.SYSTOLE_SEED ?? 20_240_607);
const runs = Number(process.env.SYSTOLE_RUNS ?? 1000) / 5;
const cycles = 15;

test(`${runs} random arrays are the same in lanes and one by one (replay: SYSTOLE_SEED=${seed})`, () => {
  const counts = new Map<Lowering, number>(lowerings.map((lowering) => [lowering, 0]));
  fc.assert(
    fc.property(
      fc.oneof(
        arrayNetlists(),
        grids().map((design) => ({ design, clocks: {} })),
      ),
      stimuli(cycles),
      fc.record({
        seed: fc.nat(),
        randomInit: fc.boolean(),
        lanes: fc.constantFrom<LaneChoice[]>("always", "always", "auto"),
      }),
      fc.constantFrom<Watch>("ports", "every signal"),
      ({ design, clocks }, stimulus, { lanes, ...given }, watch) => {
        const options = { ...given, clocks };
        for (const found of loweringsOf(design, { clocks, lanes })) counts.set(found, (counts.get(found) ?? 0) + 1);
        const withLanes =
          (choice: LaneChoice): EngineFactory =>
          (of, own) =>
            compile(of, { ...own, lanes: choice });
        lockstep([interpret, withLanes("off")], design, options, stimulus, watch);
        lockstep([withLanes("off"), withLanes(lanes)], design, options, stimulus, watch);
      },
    ),
    { seed, numRuns: runs },
  );
  if (runs < 100) return;
  expect([...counts].filter(([, count]) => count === 0)).toEqual([]);
}, 300_000);
