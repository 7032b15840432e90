import { SimdLane } from "../wasm/simd.ts";
import { type LaneNumbers, pushLane } from "./index-lanes.ts";
import type { LaneValues } from "./values.ts";
import type { Vector } from "./vector-code.ts";

/** A scalar instruction on two numbers of 32 bits, lane by lane. */
export function eachLane(values: LaneValues, a: LaneNumbers, b: LaneNumbers, opcode: number): Vector[] {
  const { code, to } = values;
  return a.vectors.map((_, part) => {
    const result = to.constant(32, 0n);
    for (let lane = 0; lane < 4; lane++) {
      code.get(result);
      pushLane(values, a, 4 * part + lane);
      pushLane(values, b, 4 * part + lane);
      code.op(opcode);
      code.simdLane(SimdLane.replace32, lane);
      code.set(result);
    }
    return result;
  });
}
