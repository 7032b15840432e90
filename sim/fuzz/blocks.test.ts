import fc from "fast-check";
import { test } from "vitest";
import { blocks, buildBlock } from "../../hdl/catalogue/index.ts";
import { smallest } from "../../hdl/catalogue/small.fuzz.ts";
import { elaborate } from "../../hdl/index.ts";
import { compile } from "../wasm/index.ts";
import { type EngineFactory, lockstep } from "./lockstep.fuzz.ts";
import { stimuli } from "./stimulus.fuzz.ts";

const seed = Number(process.env.SYSTOLE_SEED ?? 5);
const [stimulus = []] = fc.sample(stimuli(10), { seed, numRuns: 1 });
const within =
  (lanes: "off" | "always"): EngineFactory =>
  (design, options) =>
    compile(design, { ...options, lanes });

test.each(blocks)(`$name is the same in lanes and one by one (replay: SYSTOLE_SEED=${seed})`, (block) => {
  const design = elaborate(buildBlock(block, smallest(block)));
  lockstep([within("off"), within("always")], design, { seed }, stimulus, "ports");
});
