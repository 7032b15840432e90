import fc from "fast-check";
import { expect, test } from "vitest";
import { type Design, flatten, splitFalseLoops } from "../../hdl/netlist/index.ts";
import { interpret } from "../interpreter/interpreter.ts";
import { lockstep } from "./lockstep.fuzz.ts";
import { netlists } from "./netlists.fuzz.ts";
import { stimuli } from "./stimulus.fuzz.ts";

const seed = Number(process.env.SYSTOLE_SEED ?? 11);

const alone = (design: Design): Design => ({ modules: [flatten(design).module], top: 0 });

/** Without properties, whose paths a flat design has no place for. */
const withoutChecks = (design: Design): Design => ({
  ...design,
  modules: design.modules.map((module) => ({ ...module, checks: [] })),
});

test.each([
  ["flatten", alone],
  ["splitFalseLoops", (design: Design) => ({ modules: [splitFalseLoops(flatten(design).module)], top: 0 })],
])(`%s keeps the meaning of random netlists (replay: SYSTOLE_SEED=${seed})`, (_, pass) => {
  let loops = 0;
  fc.assert(
    fc.property(netlists(), stimuli(10), ({ design, clocks, features }, stimulus) => {
      if (features.has("false loop")) loops++;
      const plain = withoutChecks(design);
      lockstep(
        [interpret, (given, options) => interpret(pass(given), options)],
        plain,
        { clocks, randomInit: false },
        stimulus,
      );
    }),
    { seed, numRuns: 150 },
  );
  expect(loops).toBeGreaterThan(20);
});
