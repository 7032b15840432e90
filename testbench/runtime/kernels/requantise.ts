import { type Int8Range, requantiseSingle, type SingleScale } from "../requantise-single.ts";
import type { VectorInstruction } from "./vec.ts";
import type { KernelPlaces, Shape } from "./vector-kernel.ts";
import type { VectorPlan } from "./vector-plan.ts";

/** What becomes of all sums of a matrix. */
export interface Limits {
  /** −128 to 127, as the two that follow. */
  readonly zeroPoint: number;
  readonly activation: NonNullable<VectorInstruction["act"]>;
  /** Least result, for the activation clip. */
  readonly low: number;
  /** Greatest result, for the activations relu6 and clip. */
  readonly high: number;
}

/** The least and the greatest result that an activation allows, with the zero point. */
export function rangeOf({ zeroPoint, activation, low, high }: Limits): Int8Range {
  return {
    zeroPoint,
    low: activation === "none" ? -128 : activation === "clip" ? low : zeroPoint,
    high: activation === "none" || activation === "relu" ? 127 : high,
  };
}

/** The int8 that the vector unit makes of a sum with its bias, modulo 2^32; see `requantiseSingle`. */
export function requantised(sum: number, bias: number, scale: SingleScale, limits: Limits): number {
  return requantiseSingle((sum + bias) | 0, scale, rangeOf(limits));
}

/**
 * Sums of the accumulators to int8, each column with its own bias and its own scale: one `copy`, a row a
 * cycle. Bit for bit what `requantised` gives.
 */
export function requantise(
  plan: VectorPlan,
  shape: Shape,
  scales: readonly SingleScale[],
  biases: readonly number[],
  limits: Limits,
): KernelPlaces {
  const { rows } = plan.flat(shape);
  const sums = plan.accumulators(rows, 0);
  const y = plan.scratchpad(rows, 0);
  const scale = plan.requantiser(shape.cols, scales, biases);
  plan.requantiseTo(limits.zeroPoint, limits.low, limits.high);
  plan.vec({ op: "copy", act: limits.activation, src: sums, dst: y, ...shape, scale });
  return { inputs: [{ at: sums, ...shape }], output: { at: y, ...shape } };
}
