import { describe, expect, test } from "vitest";
import { npuConfig } from "../../../hdl/index.ts";
import { Random } from "../../bench/random.ts";
import { replay, seedOf } from "../../bench/seed.ts";
import { silent } from "../../progress.ts";
import { randomInt8Matrix } from "../../workloads/matrix.ts";
import { kernelCases } from "../../workloads/vector/kernel-cases.ts";
import { SliceDevice } from "../../workloads/vector/slice-device.fuzz.ts";
import { DramMap } from "../dram-map.ts";
import { kernelProgram } from "./kernel-program.ts";
import { programOnModel } from "./on-model.fuzz.ts";
import { VectorPlan } from "./vector-plan.ts";

const seed = seedOf(undefined);
const config = npuConfig({ side: 4, scratchpadRows: 1024, accumulatorRows: 256 });

describe(`kernels as programs with their tensors in DRAM (${replay(seed)})`, () => {
  test("give on the model of a tile what the hardware of the vector unit gives", async () => {
    const random = new Random(seed);
    const device = new SliceDevice(config, { seed });
    for (const one of kernelCases({ rows: 10, cols: 6 }, random)) {
      const plan = new VectorPlan(config);
      const places = one.plan(plan, one.shape);
      const inputs = one.inputs.map(() => randomInt8Matrix(random, one.shape.rows, one.shape.cols));
      const { output } = await device.run(plan, places, inputs, silent);
      const program = kernelProgram(plan, places, new DramMap());
      expect([
        one.name,
        programOnModel(
          config,
          program,
          inputs.map(({ data }) => data),
        ),
      ]).toEqual([one.name, output.data]);
    }
  });

  test("in parts give what they give at once", () => {
    const random = new Random(seed);
    const [rows, cols] = [23, 6];
    for (const one of kernelCases({ rows, cols }, random)) {
      if (one.whole) continue;
      const inputs = one.inputs.map(() => randomInt8Matrix(random, rows, cols).data);
      const of = (part: number) => {
        const plan = new VectorPlan(config);
        return programOnModel(
          config,
          kernelProgram(plan, one.plan(plan, { rows: part, cols }), new DramMap(), rows),
          inputs,
        );
      };
      expect([one.name, of(7)]).toEqual([one.name, of(rows)]);
    }
    const plan = new VectorPlan(config);
    const [softmax] = kernelCases({ rows: 8, cols }, random);
    const places = softmax?.plan(plan, { rows: 8, cols });
    if (!places) throw new Error("there is no softmax");
    expect(() => kernelProgram(plan, places, new DramMap(), 7)).toThrow("7 rows are fewer than a part of 8");
    plan.accumulators(1000, 0);
    expect(() => kernelProgram(plan, places, new DramMap())).toThrow(
      "a kernel needs 1,026 rows of an accumulator bank",
    );
  });
});
