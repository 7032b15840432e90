import type { BinaryNode, CaseNode, MuxNode, NodeId } from "../../hdl/netlist/index.ts";
import { Simd } from "../wasm/simd.ts";
import { equalMasks } from "./compare.ts";
import { widened } from "./element-size.ts";
import type { Computed, LaneValues } from "./values.ts";
import type { Vector } from "./vector-code.ts";

export function complement(values: LaneValues, a: NodeId): Computed {
  const { vectors, sign } = values.get(a);
  return { vectors: vectors.map((vector) => values.to.not(vector)), zero: false, sign };
}

export function bitwise(values: LaneValues, { kind, a, b }: BinaryNode): Computed {
  const [first, second] = [values.get(a), values.get(b)];
  const opcode = kind === "and" ? Simd.and : kind === "or" ? Simd.or : Simd.xor;
  const vectors = first.vectors.map((vector, i) => values.to.op(opcode, vector, second.vectors[i] ?? vector));
  const zero = kind === "and" ? first.zero || second.zero : first.zero && second.zero;
  return { vectors, zero, sign: first.sign && second.sign };
}

/** Selects bit by bit; a constant arm of all zeros or ones takes fewer instructions. */
export function mux(values: LaneValues, { select, a, b, width }: MuxNode): Computed {
  const { to } = values;
  const { element, parts } = values.shapeOf(width);
  const masks = values.masks(select, element);
  const [taken, other] = [values.get(a), values.get(b)];
  const [takenConstant, otherConstant] = [plain(values, a), plain(values, b)];
  const vectors = taken.vectors.map((vector, i): Vector => {
    const mask = masks[i % parts] ?? -1;
    const second = other.vectors[i] ?? vector;
    if (otherConstant === "zeros") return to.and(vector, mask);
    if (takenConstant === "zeros") return to.andNot(second, mask);
    if (takenConstant === "ones") return to.or(second, mask);
    if (otherConstant === "ones") return to.or(vector, to.not(mask));
    return to.select(mask, vector, second);
  });
  return { vectors, zero: taken.zero && other.zero, sign: taken.sign && other.sign };
}

/** Whether every bit of the vectors of a constant is the same. */
function plain(values: LaneValues, id: NodeId): "zeros" | "ones" | null {
  const node = values.node(id);
  if (node.kind !== "const") return null;
  if (node.value === 0n) return "zeros";
  const { element, limbs } = values.shape(id);
  const whole = node.width === 1 || node.width === element * limbs;
  return whole && node.value === (1n << BigInt(node.width)) - 1n ? "ones" : null;
}

/** Each distinct value under the masks of its matches, and the otherwise where none of them matches. */
export function select(values: LaneValues, node: CaseNode): Computed {
  const { to } = values;
  const { element, parts } = values.shapeOf(node.width);
  const matches = new Map<NodeId, Vector>();
  for (const { match, value } of node.arms) {
    if (value === node.otherwise) continue;
    const mask = equalMasks(values, node.selector, match);
    const known = matches.get(value);
    matches.set(value, known === undefined ? mask : to.or(known, mask));
  }
  const others = values.get(node.otherwise);
  let { zero, sign } = others;
  let vectors = others.vectors;
  for (const [value, mask] of matches) {
    const arm = values.get(value);
    const masks = widened(values.to, [mask], values.maskElement, element, true);
    zero &&= arm.zero;
    sign &&= arm.sign;
    vectors = vectors.map((vector, i) => to.select(masks[i % parts] ?? -1, arm.vectors[i] ?? vector, vector));
  }
  return { vectors, zero, sign };
}
