import { type Quantisation, realOf } from "./quantisation.ts";
import type { Shape, VectorKernel } from "./vector-kernel.ts";
import type { VectorPlan } from "./vector-plan.ts";

/**
 * relu(x)² from int8 to int8.
 *
 * | step | what | format |
 * |---|---|---|
 * | add | c = x − zero point | steps of the input |
 * | relu | the larger of c and 0, at most 255 | the same |
 * | mul | its square, requantised by scale² / the output's scale | squares of steps |
 *
 * Bound. All is exact until single precision rounds scale and product, 2 · 2^−24 of the result. Int8 rounds by half a step.
 *
 * @throws RangeError where scale² is more than the output's scale
 */
export function squaredRelu(plan: VectorPlan, shape: Shape, input: Quantisation, output: Quantisation): VectorKernel {
  const flat = plan.flat(shape);
  const x = plan.scratchpad(flat.rows, 0);
  const y = plan.scratchpad(flat.rows, 1);
  const zeroPoint = plan.bytes(input.zeroPoint, 2);
  const centred = plan.accumulators(flat.rows, 0);
  const positive = plan.accumulators(flat.rows, 1);
  const scale = plan.requantiser(shape.cols, input.scale ** 2 / output.scale);

  plan.vec({ op: "add", imm: 1, src: x, src2: zeroPoint, broadcast: "block", dst: centred, ...flat });
  plan.vec({ op: "relu", src: centred, dst: positive, ...flat });
  plan.requantiseTo(output.zeroPoint);
  plan.vec({ op: "mul", src: positive, src2: positive, dst: y, ...shape, scale });
  return {
    inputs: [{ at: x, ...shape }],
    output: { at: y, ...shape },
    quantisation: output,
    bound: Math.max(realOf(127, output), -realOf(-128, output)) * 2 ** -23 + output.scale / 2,
  };
}
