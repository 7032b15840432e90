import { type CompareNode, type Node, type NodeId, ones } from "../../hdl/netlist/index.ts";
import type { Computed, LaneValues } from "./values.ts";
import type { Vector } from "./vector-code.ts";

/** A mask in one vector as the value of one bit that it is. */
export function bitOf(mask: Vector): Computed {
  return { vectors: [mask], zero: true, sign: true };
}

export function comparison(values: LaneValues, node: CompareNode): Computed {
  const { kind, a, b } = node;
  const { to } = values;
  if (values.width(a) === 1) {
    const [first, second] = [values.bit(a), values.bit(b)];
    if (kind === "eq") return bitOf(to.not(to.xor(first, second)));
    return bitOf(kind === "ltu" ? to.andNot(second, first) : to.andNot(first, second));
  }
  if (kind === "eq") {
    const constant = [a, b].map((id) => values.node(id)).find((operand) => operand.kind === "const");
    if (constant?.kind === "const")
      return bitOf(equalMasks(values, values.node(a) === constant ? b : a, constant.value));
    const bothSigned = values.get(a).sign && values.get(b).sign;
    const form = bothSigned ? "sign" : "zero";
    const second = values.vectors(b, form);
    return bitOf(allEqual(values, a, values.vectors(a, form), (i) => second[i] ?? -1));
  }
  return bitOf(less(values, a, b, kind === "lts"));
}

/** A mask, in one vector, of where a value of any width is a constant. */
export function equalMasks(values: LaneValues, id: NodeId, value: bigint): Vector {
  const { to } = values;
  if (values.width(id) === 1) return value === 1n ? values.bit(id) : to.not(values.bit(id));
  const { element, parts } = values.shape(id);
  return allEqual(values, id, values.vectors(id, "zero"), (i) =>
    to.constant(element, value >> BigInt(32 * Math.floor(i / parts))),
  );
}

/** A mask of where all limbs of a value are equal to others. */
function allEqual(values: LaneValues, id: NodeId, vectors: readonly Vector[], other: (i: number) => Vector): Vector {
  const { to } = values;
  const { element, limbs, parts } = values.shape(id);
  const equal = vectors.map((vector, i) => to.equal(element, vector, other(i)));
  const masks = equal.slice(0, parts).map((mask, part) => {
    let all = mask;
    for (let limb = 1; limb < limbs; limb++) all = to.and(all, equal[limb * parts + part] ?? -1);
    return all;
  });
  return values.oneMask(masks, element);
}

/** A mask of where a < b: by the topmost limb in which they differ. */
function less(values: LaneValues, a: NodeId, b: NodeId, signed: boolean): Vector {
  const { to } = values;
  const { element, limbs, parts } = values.shape(a);
  const form = signed ? "sign" : "zero";
  const [first, second] = [values.vectors(a, form), values.vectors(b, form)];
  // With a zero on top, the signed comparison is right too, and one instruction of the machine.
  const room = Math.max(values.unsigned(a), values.unsigned(b)) < element * limbs;
  const masks = Array.from({ length: parts }, (_, part) => {
    let below = -1;
    for (let limb = 0; limb < limbs; limb++) {
      const [x, y] = [first[limb * parts + part] ?? -1, second[limb * parts + part] ?? -1];
      const here =
        limb === limbs - 1 && (signed || room) ? to.lessSigned(element, x, y) : to.lessUnsigned(element, x, y);
      below = below < 0 ? here : to.or(here, to.and(to.equal(element, x, y), below));
    }
    return below;
  });
  return values.oneMask(masks, element);
}

export function reduction(values: LaneValues, { op, a }: Extract<Node, { kind: "reduce" }>): Computed {
  const { to } = values;
  const width = values.width(a);
  if (op === "and") return bitOf(equalMasks(values, a, ones(width)));
  const { element, limbs, parts } = values.shape(a);
  const vectors = values.vectors(a, "zero");
  const folded = Array.from({ length: parts }, (_, part) => {
    let all = vectors[part] ?? -1;
    for (let limb = 1; limb < limbs; limb++) {
      const next = vectors[limb * parts + part] ?? -1;
      all = op === "or" ? to.or(all, next) : to.xor(all, next);
    }
    if (op === "or") return to.not(to.equal(element, all, to.constant(element, 0n)));
    const bits = Math.min(element, limbs > 1 ? element : width);
    for (let half = element / 2; half >= 1; half /= 2)
      if (half < bits) all = to.xor(all, to.shift("shru", element, all, half));
    const one = to.constant(element, 1n);
    return to.equal(element, to.and(all, one), one);
  });
  return bitOf(values.oneMask(folded, element));
}
