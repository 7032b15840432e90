import type { Quantisation } from "./quantisation.ts";
import type { Shape, VectorKernel } from "./vector-kernel.ts";
import type { VectorPlan } from "./vector-plan.ts";

/** The largest immediate of `clip`. */
const mostLimit = 2 ** 16 - 1;

/**
 * x limited to [−1, 1] from int8 to int8.
 *
 * | step | what | format |
 * |---|---|---|
 * | add | c = x − zero point | steps of the input |
 * | mul | t = M c | 1 / M steps, M = ⌊65535 · scale⌋, at most 127 |
 * | clip | t limited to ±L, L = M / scale rounded, then requantised by scale / (M · the output's scale) | the same |
 *
 * Bound. L is rounded by half a unit, scale / 2M. Single precision rounds sum, scale and product: 3 · 2^−24 of the result.
 * Int8 rounds by half a step.
 *
 * @throws RangeError for scales that leave the formats
 */
export function hardTanh(plan: VectorPlan, shape: Shape, input: Quantisation, output: Quantisation): VectorKernel {
  const steps = Math.min(127, Math.floor(mostLimit * input.scale));
  if (steps < 1) throw new RangeError(`hard tanh of steps of ${input.scale}: at least 1 / 65535 wanted`);
  const flat = plan.flat(shape);
  const x = plan.scratchpad(flat.rows, 0);
  const y = plan.scratchpad(flat.rows, 1);
  const zeroPoint = plan.bytes(input.zeroPoint, 2);
  const factor = plan.bytes(steps, 2);
  const centred = plan.accumulators(flat.rows, 0);
  const scaled = plan.accumulators(flat.rows, 1);
  const scale = plan.requantiser(shape.cols, input.scale / (steps * output.scale));

  plan.vec({ op: "add", imm: 1, src: x, src2: zeroPoint, broadcast: "block", dst: centred, ...flat });
  plan.vec({ op: "mul", src: centred, src2: factor, broadcast: "block", dst: scaled, ...flat });
  plan.requantiseTo(output.zeroPoint);
  plan.vec({ op: "clip", imm: Math.round(steps / input.scale), src: scaled, dst: y, ...shape, scale });
  return {
    inputs: [{ at: x, ...shape }],
    output: { at: y, ...shape },
    quantisation: output,
    bound: input.scale / (2 * steps) + 3 * 2 ** -24 + output.scale / 2,
  };
}
