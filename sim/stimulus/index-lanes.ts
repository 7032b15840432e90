import type { NodeId } from "../../hdl/netlist/index.ts";
import { SimdLane } from "../wasm/simd.ts";
import { narrowed, widened } from "./element-size.ts";
import type { Element } from "./shape.ts";
import type { LaneValues } from "./values.ts";
import type { Vector } from "./vector-code.ts";

/** Small numbers in all lanes. */
export interface LaneNumbers {
  readonly vectors: readonly Vector[];
  readonly element: Element;
}

/** The smaller of a value of any width and a limit below 2^31, in every lane. */
export function clamped(values: LaneValues, id: NodeId, limit: number): LaneNumbers {
  const { to } = values;
  const { element, limbs, parts } = values.shape(id);
  const bound = BigInt(limit);
  const least =
    values.width(id) === 1 ? values.inElement(id, element, "zero") : values.vectors(id, "zero").slice(0, parts);
  if (values.unsigned(id) < 32 && 2 ** values.unsigned(id) - 1 <= limit) return { vectors: least, element };
  const vectors = least.map((vector, part) => {
    const most = to.constant(element, bound);
    const low = to.minimumUnsigned(element, vector, most);
    if (limbs === 1) return low;
    const upper = Array.from({ length: limbs - 1 }, (_, limb) => values.vectors(id, "zero")[(limb + 1) * parts + part]);
    const any = upper.reduce((all: Vector, limb) => to.or(all, limb ?? -1), to.constant(element, 0n));
    return to.select(to.equal(element, any, to.constant(element, 0n)), low, most);
  });
  return { vectors, element };
}

/** How many different numbers `clamped` may give. */
export function rangeOf(values: LaneValues, id: NodeId, limit: number): number {
  return values.unsigned(id) < 31 ? Math.min(2 ** values.unsigned(id), limit + 1) : limit + 1;
}

/** The same numbers, which fit it, in another element. */
export function inElement(values: LaneValues, { vectors, element }: LaneNumbers, other: Element): LaneNumbers {
  if (other >= element) return { vectors: widened(values.to, vectors, element, other, false), element: other };
  return { vectors: narrowed(values.to, vectors, element, other, false), element: other };
}

/** Pushes the number of one lane. */
export function pushLane(values: LaneValues, { vectors, element }: LaneNumbers, lane: number): void {
  const each = 128 / element;
  values.code.get(vectors[Math.floor(lane / each)] ?? -1);
  const opcode = { 8: SimdLane.extract8, 16: SimdLane.extract16, 32: SimdLane.extract32 }[element];
  values.code.simdLane(opcode, lane % each);
}
