import { type Quantisation, quantise } from "./quantisation.ts";
import type { Shape, VectorKernel } from "./vector-kernel.ts";
import type { VectorPlan } from "./vector-plan.ts";

/** Bits by which a table's int8 are moved up, so that the requantiser, whose scales are below 1, moves them down again. */
const up = 7;

/**
 * Any function of one number, such as GELU, SiLU and sigmoid, from int8 to int8: one `lut`, a row a cycle.
 *
 * Entry x + 128 of the table is the int8 that stands for the function of what x stands for, times 2^7. The scale 2^−7 gives
 * it back exactly, so the bound is the rounding to int8, half a step of the output.
 */
export function tabulated(
  plan: VectorPlan,
  { rows, cols }: Shape,
  of: (x: number) => number,
  input: Quantisation,
  output: Quantisation,
): VectorKernel {
  const size = rows * plan.blocks(cols);
  const x = plan.scratchpad(size, 0);
  const y = plan.scratchpad(size, 1);
  plan.table((index) => quantise(of(input.scale * (index - 128 - input.zeroPoint)), output) * 2 ** up);
  const scale = plan.requantiser(cols, 2 ** -up);
  plan.requantiseTo(0);
  plan.vec({ op: "lut", imm: 128, src: x, dst: y, rows, cols, scale });
  return {
    inputs: [{ at: x, rows, cols }],
    output: { at: y, rows, cols },
    quantisation: output,
    bound: output.scale / 2,
  };
}
