import { expect, test } from "vitest";
import { npuConfig } from "../../../hdl/index.ts";
import { DramMap } from "../dram-map.ts";
import { ChipModel } from "../model/chip-model.ts";
import { kernelProgram } from "./kernel-program.ts";
import { paddedRows, rowReciprocals } from "./row-reciprocals.ts";
import { VectorPlan } from "./vector-plan.ts";

test.each([
  [2, 3],
  [4, 9],
  [8, 8],
  [16, 5],
  [32, 33],
  [64, 1],
])("%d lanes, %d rows: every row gets its own, in all lanes", (side, rows) => {
  const config = npuConfig({ side, accumulatorRows: 1024, scratchpadRows: 1024 });
  const numbers = Array.from({ length: rows }, (_, i) => (i === 0 ? 2 ** 31 - 1 : 3 ** (i % 19)));
  for (const [op, of] of [
    ["recip", (x: number) => Math.min(2 ** 31 - 1, Math.floor(2 ** 31 / x))],
    ["rsqrt", (x: number) => Math.floor(2 ** 30 / Math.sqrt(x))],
  ] as const) {
    const plan = new VectorPlan(config);
    const values = plan.accumulators(rows, 1);
    plan.images.push({
      memory: "accumulator",
      row: values.row,
      rows: numbers.map((one) => new Array<number>(side).fill(one)),
    });
    rowReciprocals(plan, op, rows, values, plan.accumulators(paddedRows(plan, rows), 0));
    const place = { at: values, rows, cols: side };
    const { program, constants, output } = kernelProgram(plan, { inputs: [], output: place }, new DramMap());
    const chip = new ChipModel(config, [{ id: 0, kind: "compute" }]);
    for (const { address, bytes } of constants) chip.dram.write(address, bytes);
    chip.run([{ node: 0, program }]);
    const results = new Int32Array(chip.dram.read(output.address, 4 * rows * side).buffer);
    expect([...results]).toEqual(numbers.flatMap((one) => new Array<number>(side).fill(of(one))));
  }
});
