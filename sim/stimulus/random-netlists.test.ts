import fc from "fast-check";
import { test } from "vitest";
import { netlists } from "../fuzz/netlists.fuzz.ts";
import { stimuli } from "../fuzz/stimulus.fuzz.ts";
import { compile } from "../wasm/index.ts";
import type { Lanes } from "./index.ts";
import { lanesInLockstep } from "./lanes.fuzz.ts";

const seed = Number(process.env.SYSTOLE_SEED ?? 20_241_124);
const runs = Number(process.env.SYSTOLE_RUNS ?? 60);
const cycles = 12;

test(`${runs} random netlists in lanes equal single runs for ${cycles} cycles (replay: SYSTOLE_SEED=${seed})`, () => {
  fc.assert(
    fc.property(
      netlists(),
      stimuli(cycles),
      fc.record({ seed: fc.nat(), randomInit: fc.boolean() }),
      fc.constantFrom(3, 7, 13, 18),
      fc.constantFrom<Lanes>(4, 8, 16),
      ({ design, clocks }, stimulus, options, lanes, blockLanes) => {
        lanesInLockstep(compile, design, lanes, blockLanes, { ...options, clocks }, stimulus);
      },
    ),
    { seed, numRuns: runs },
  );
});
