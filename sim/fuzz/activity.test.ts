import fc from "fast-check";
import { expect, test } from "vitest";
import { interpret } from "../interpreter/interpreter.ts";
import { type CompiledEngine, compile } from "../wasm/index.ts";
import { lockstep, type Watch } from "./lockstep.fuzz.ts";
import { netlists } from "./netlists.fuzz.ts";
import { type Stretch, stimuli } from "./stimulus.fuzz.ts";

const seed = Number(process.env.SYSTOLE_SEED ?? 20_240_607);
const runs = Number(process.env.SYSTOLE_RUNS ?? 300);
const cycles = 40;

/** Stretches most of which leave the inputs as they are, some of them for long. */
const quiet = fc
  .tuple(stimuli(cycles), fc.array(fc.nat(9), { minLength: cycles, maxLength: cycles }))
  .map(([stretches, styles]) => {
    let held = 0;
    return stretches.map((stretch, at): Stretch => {
      const style = styles[at] ?? 0;
      if (style < 3) held = stretch.inputs;
      return { ...stretch, inputs: held, cycles: style === 9 ? 12 : stretch.cycles };
    });
  });

test(`${runs} random netlists agree where parts of them sleep (replay: SYSTOLE_SEED=${seed})`, () => {
  let [evaluated, whole, slept] = [0, 0, 0];
  fc.assert(
    fc.property(
      netlists(),
      quiet,
      fc.record({ seed: fc.nat(), randomInit: fc.boolean(), lanes: fc.constantFrom("auto", "always") }),
      fc.constantFrom<Watch>("ports", "every signal"),
      ({ design, clocks }, stimulus, options, watch) => {
        const engines: CompiledEngine[] = [];
        const sleeping: typeof compile = (own, wanted) => {
          const engine = compile(own, { ...wanted, activity: "always" });
          engines.push(engine);
          return engine;
        };
        lockstep([interpret, sleeping], design, { ...options, clocks }, stimulus, watch);
        for (const engine of engines) {
          const activity = engine.activity();
          evaluated += activity?.evaluated ?? 0;
          whole += activity?.whole ?? 0;
          if (activity && activity.evaluated < activity.whole) slept++;
        }
      },
    ),
    { seed, numRuns: runs },
  );
  // Operations were left out in most designs, and a good part of all.
  expect(slept).toBeGreaterThan(runs / 2);
  expect(evaluated).toBeLessThan(0.8 * whole);
}, 600_000);
