import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type Design,
  flatten,
  fold,
  fromJson,
  removeDead,
  shareCommon,
  splitFalseLoops,
  toJson,
} from "../../hdl/netlist/index.ts";
import { interpret } from "../interpreter/interpreter.ts";
import { lockstep } from "./lockstep.fuzz.ts";
import { netlists } from "./netlists.fuzz.ts";
import { stimuli } from "./stimulus.fuzz.ts";

const seed = Number(process.env.SYSTOLE_SEED ?? 11);
const runs = Number(process.env.SYSTOLE_RUNS ?? 1000) / 10;

const flat = (design: Design): Design => ({ modules: [flatten(design).module], top: 0 });
const split = (design: Design): Design => ({ modules: [splitFalseLoops(flatten(design).module)], top: 0 });
const removeUnnamed = (design: Design): Design => removeDead(design, { keepNames: true });

/** Without properties, whose paths a flat design has no place for. */
const withoutChecks = (design: Design): Design => ({
  ...design,
  modules: design.modules.map((module) => ({ ...module, checks: [] })),
});

test.each<[string, (design: Design) => Design, "properties too" | "signals only"]>([
  ["JSON", (design) => fromJson(toJson(design)), "properties too"],
  ["fold", fold, "properties too"],
  ["shareCommon", shareCommon, "properties too"],
  ["removeDead", removeUnnamed, "properties too"],
  ["flatten", flat, "signals only"],
  ["splitFalseLoops", split, "signals only"],
  ["all of them", (design) => removeUnnamed(shareCommon(fold(split(fold(design))))), "signals only"],
])(`%s keeps the meaning of random netlists (replay: SYSTOLE_SEED=${seed})`, (_, pass, scope) => {
  let loops = 0;
  fc.assert(
    fc.property(netlists(), stimuli(10), ({ design, clocks, features }, stimulus) => {
      if (features.has("false loop")) loops++;
      const given = scope === "properties too" ? design : withoutChecks(design);
      const options = { clocks, randomInit: false };
      lockstep([interpret, (design, options) => interpret(pass(design), options)], given, options, stimulus);
    }),
    { seed, numRuns: runs },
  );
  if (runs >= 50) expect(loops).toBeGreaterThan(runs / 10);
});
