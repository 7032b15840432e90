import type { NpuConfig } from "../../../hdl/index.ts";
import { DramMap } from "../dram-map.ts";
import { ChipModel } from "../model/chip-model.ts";
import { type KernelProgram, kernelProgram } from "./kernel-program.ts";
import type { KernelPlaces } from "./vector-kernel.ts";
import { VectorPlan } from "./vector-plan.ts";

/** The output of a program on the model of a tile, which finds races and rows that nothing has written. */
export function programOnModel(
  config: NpuConfig,
  { program, constants, inputs, output }: KernelProgram,
  given: readonly Int8Array[],
): Int8Array {
  const chip = new ChipModel(config, [{ id: 0, kind: "compute" }]);
  for (const { address, bytes } of constants) chip.dram.write(address, bytes);
  for (const [i, { address }] of inputs.entries()) chip.dram.write(address, new Uint8Array(given[i] ?? []));
  chip.run([{ node: 0, program }]);
  return new Int8Array(chip.dram.read(output.address, output.rows * output.cols).buffer);
}

/** The output of a kernel on the model of a tile. */
export function onModel(
  config: NpuConfig,
  kernel: (plan: VectorPlan) => KernelPlaces,
  ...inputs: readonly (readonly number[])[]
): number[] {
  const plan = new VectorPlan(config);
  const program = kernelProgram(plan, kernel(plan), new DramMap());
  const output = programOnModel(
    config,
    program,
    inputs.map((one) => Int8Array.from(one)),
  );
  return [...output];
}
