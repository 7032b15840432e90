import { describe, expect, test } from "vitest";
import { type ChipConfig, chipConfig, chipNodes } from "../../../hdl/index.ts";
import { Random } from "../../bench/random.ts";
import { replay, seedOf } from "../../bench/seed.ts";
import { DramMap } from "../dram-map.ts";
import { ChipModel } from "../model/chip-model.ts";
import { type ChipPlan, type PlanChoice, planMatmul } from "./chip-plan.ts";
import { type MatmulData, placeMatmul, readResult, referenceResult } from "./matmul-data.ts";
import { MatmulPrograms } from "./matmul-programs.ts";
import { randomMatmul } from "./random-matmul.fuzz.ts";

const seed = seedOf(undefined);
const memory = { latency: 20, channelBytes: 4, bytes: Infinity };
const tile = { side: 4, scratchpadRows: 256, accumulatorRows: 64 };

/** Plans a matmul, runs its programs on the model, and compares the result with the reference. */
function check(data: MatmulData, chip: ChipConfig, choice: PlanChoice, timing = memory): ChipPlan {
  const map = new DramMap();
  const { task, contents } = placeMatmul(data, map, chip.tile.side);
  const demands = { int8: data.output !== null, bias: data.bias !== null };
  const { plan } = planMatmul(task, demands, chip, timing, choice);
  const programs = new MatmulPrograms(chip);
  programs.add(task, plan);
  const nodes = chipNodes(chip).map(({ id, kind }) => ({ id, computes: kind === "compute" }));
  const model = new ChipModel(chip.tile, nodes);
  for (const { address, bytes } of contents) model.dram.write(address, bytes);
  model.run(programs.programs);
  expect(readResult(model.dram, task)).toEqual(referenceResult(data));
  return plan;
}

describe(`matmul programs on the model (${replay(seed)})`, () => {
  test.each(["ws", "os", "auto"] as const)("random shapes on one tile, %s", (dataflow) => {
    const random = new Random(seed);
    for (let i = 0; i < 60; i++) check(randomMatmul(random, 70), chipConfig({ tile }), { dataflow });
  });

  test("plans at random, of those that fit", () => {
    const random = new Random(seed);
    let tried = 0;
    for (let i = 0; i < 300; i++) {
      const data = randomMatmul(random, 40);
      const dataflow = random.bool() ? ("ws" as const) : ("os" as const);
      const m = 1 + random.below(16);
      const choice = {
        tile: {
          dataflow,
          m,
          k: 4 * (1 + random.below(4)),
          n: 1 + random.below(4),
          outer: random.bool() ? ("m" as const) : ("n" as const),
        },
      };
      try {
        check(data, chipConfig({ tile }), choice);
        tried++;
      } catch (error) {
        if (!String(error).includes("fits the chip")) throw error;
      }
    }
    expect(tried).toBeGreaterThan(50);
  });
});
