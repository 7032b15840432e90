import type { ShiftNode } from "../../hdl/netlist/index.ts";
import { Op } from "../wasm/opcodes.ts";
import { clamped, inElement, type LaneNumbers } from "./index-lanes.ts";
import { eachLane } from "./lane-loop.ts";
import { limbCall } from "./limb-call.ts";
import type { Shape } from "./shape.ts";
import type { Computed, Form, LaneValues } from "./values.ts";
import type { Vector, VectorCode } from "./vector-code.ts";

export function shift(values: LaneValues, node: ShiftNode): Computed {
  const { kind, a, b, width } = node;
  const amount = values.node(b);
  if (width === 1) {
    if (kind === "shrs") return values.get(a);
    const { element, parts } = values.shape(b);
    const any = values.vectors(b, "zero").reduce((all: Vector[], vector, i) => {
      all[i % parts] = i < parts ? vector : values.to.or(all[i % parts] ?? -1, vector);
      return all;
    }, []);
    const zero = values.to.constant(element, 0n);
    const none = values.oneMask(
      any.map((vector) => values.to.equal(element, vector, zero)),
      element,
    );
    return { vectors: [values.to.and(values.bit(a), none)], zero: true, sign: true };
  }
  return amount.kind === "const" ? byConstant(values, node, amount.value) : byVariable(values, node);
}

/** What the bits above the width of an operand must be, and those of the result then are. */
function formOf(kind: ShiftNode["kind"]): Form {
  return kind === "shl" ? "any" : kind === "shru" ? "zero" : "sign";
}

function byConstant(values: LaneValues, { kind, a, width }: ShiftNode, amount: bigint): Computed {
  const shape = values.shapeOf(width);
  const beyond = amount >= BigInt(width);
  if (beyond && kind !== "shrs") {
    const zeros = Array.from({ length: shape.limbs * shape.parts }, () => values.to.constant(32, 0n));
    return { vectors: zeros, zero: true, sign: true };
  }
  const places = beyond ? width - 1 : Number(amount);
  const vectors = shifted(values.to, kind, shape, values.vectors(a, formOf(kind)), places);
  const exact = values.get(a).zero && values.unsigned(a) + places <= width;
  return { vectors, zero: kind === "shru" || (kind === "shl" && exact), sign: kind === "shrs" };
}

/** All vectors of a value shifted by a constant below the size of its elements or limbs together. */
export function shifted(
  to: VectorCode,
  kind: ShiftNode["kind"],
  { element, limbs, parts }: Shape,
  vectors: readonly Vector[],
  places: number,
): Vector[] {
  if (limbs === 1) return vectors.map((vector) => to.shift(kind, element, vector, places));
  const [skipped, bits] = [Math.floor(places / 32), places % 32];
  return vectors.map((_, i) => {
    const [limb, part] = [Math.floor(i / parts), i % parts];
    const at = (index: number): Vector => {
      if (index < 0) return to.constant(32, 0n);
      if (index < limbs) return vectors[index * parts + part] ?? -1;
      if (kind !== "shrs") return to.constant(32, 0n);
      return to.shift("shrs", 32, vectors[(limbs - 1) * parts + part] ?? -1, 31);
    };
    if (kind === "shl") {
      const from = limb - skipped;
      return bits === 0 ? at(from) : funnel(to, at(from - 1), at(from), 32 - bits);
    }
    const from = limb + skipped;
    // The topmost limb brings its own sign.
    if (kind === "shrs" && from === limbs - 1) return to.shift("shrs", 32, at(from), bits);
    return funnel(to, at(from), at(from + 1), bits);
  });
}

/** 32 bits from bit `low`, 0 to 31, of a limb and the one above it. */
export function funnel(to: VectorCode, limb: Vector, above: Vector, low: number): Vector {
  if (low === 0) return limb;
  return to.or(to.shift("shru", 32, limb, low), to.shift("shl", 32, above, 32 - low));
}

function byVariable(values: LaneValues, node: ShiftNode): Computed {
  const { kind, a, b, width } = node;
  const { to } = values;
  const shape = values.shapeOf(width);
  if (shape.limbs > 2) return limbCall(values, node);
  const size = shape.element * shape.limbs;
  const form = formOf(kind);
  // Amounts of the size and above shift out everything, which a sign does already with one less.
  const amounts = inElement(values, clamped(values, b, kind === "shrs" ? size - 1 : size), shape.element);
  const vectors =
    size === 32 ? shiftedLanes(values, node, amounts) : barrel(values, kind, shape, values.vectors(a, form), amounts);
  const facts = { zero: kind === "shru", sign: kind === "shrs" };
  if (kind === "shrs" || values.unsigned(b) < Math.log2(size) + 1) return { vectors, ...facts };
  const limit = to.constant(shape.element, BigInt(size));
  const within = amounts.vectors.map((amount) => to.not(to.equal(shape.element, amount, limit)));
  return { vectors: vectors.map((vector, i) => to.and(vector, within[i % shape.parts] ?? -1)), ...facts };
}

/** Shifts by 1, 2, 4 … where the amount has that bit. */
function barrel(
  values: LaneValues,
  kind: ShiftNode["kind"],
  shape: Shape,
  start: readonly Vector[],
  amounts: LaneNumbers,
): readonly Vector[] {
  const { to } = values;
  const { element, limbs, parts } = shape;
  let vectors = start;
  for (let places = 1; places < element * limbs; places *= 2) {
    const bit = to.constant(element, BigInt(places));
    const masks = amounts.vectors.map((amount) => to.equal(element, to.and(amount, bit), bit));
    const moved = shifted(to, kind, shape, vectors, places);
    vectors = vectors.map((vector, i) => to.select(masks[i % parts] ?? -1, moved[i] ?? -1, vector));
  }
  return vectors;
}

/** There is no shift by an amount for each lane: in elements of 32 bits, one lane after the other is the fastest. */
function shiftedLanes(values: LaneValues, { kind, a }: ShiftNode, amounts: LaneNumbers): Vector[] {
  const opcode = kind === "shl" ? Op.i32Shl : kind === "shru" ? Op.i32ShrU : Op.i32ShrS;
  const operand = { vectors: values.vectors(a, formOf(kind)), element: 32 } as const;
  return eachLane(values, operand, amounts, opcode);
}
