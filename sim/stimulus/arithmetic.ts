import type { BinaryNode, NodeId } from "../../hdl/netlist/index.ts";
import { Simd } from "../wasm/simd.ts";
import { limbCall } from "./limb-call.ts";
import type { Computed, Form, LaneValues } from "./values.ts";
import type { Vector } from "./vector-code.ts";

/** The low 32 bits of each pair of 64, and the high ones, of two vectors. */
const evenWords = Uint8Array.of(0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27);
const oddWords = evenWords.map((byte) => byte + 4);

export function arithmetic(values: LaneValues, node: BinaryNode): Computed {
  const { kind, a, b, width } = node;
  const { to } = values;
  if (width === 1) {
    const vector = kind === "mul" ? to.and(values.bit(a), values.bit(b)) : to.xor(values.bit(a), values.bit(b));
    return { vectors: [vector], zero: true, sign: true };
  }
  const { limbs } = values.shapeOf(width);
  if (kind === "mul") {
    if (limbs > 2) return limbCall(values, node);
    return limbs === 2 ? multiplyDouble(values, a, b) : multiply(values, node);
  }
  return limbs === 1 ? addNarrow(values, node) : addLimbs(values, node);
}

/** The form of both operands in which the result, by the bounds of its operands, is in that form too. */
function exactForm(values: LaneValues, { kind, a, b, width }: BinaryNode): Form {
  const bits = (of: (id: NodeId) => number): number => (kind === "mul" ? of(a) + of(b) : Math.max(of(a), of(b)) + 1);
  const [first, second] = [values.get(a), values.get(b)];
  if (first.zero && second.zero && kind !== "sub" && bits((id) => values.unsigned(id)) <= width) return "zero";
  if (first.sign && second.sign && bits((id) => values.signed(id)) <= width) return "sign";
  return "any";
}

function facts(form: Form): { readonly zero: boolean; readonly sign: boolean } {
  return { zero: form === "zero", sign: form === "sign" };
}

function addNarrow(values: LaneValues, node: BinaryNode): Computed {
  const { to } = values;
  const { element } = values.shapeOf(node.width);
  const form = exactForm(values, node);
  const second = values.vectors(node.b, form);
  const vectors = values.vectors(node.a, form).map((vector, i) => {
    const other = second[i] ?? -1;
    return node.kind === "add" ? to.add(element, vector, other) : to.subtract(element, vector, other);
  });
  return { vectors, ...facts(form) };
}

/** With a carry or borrow from limb to limb, as a mask, which counts as −1. */
function addLimbs(values: LaneValues, { kind, a, b, width }: BinaryNode): Computed {
  const { to } = values;
  const { limbs, parts } = values.shapeOf(width);
  const [first, second] = [values.vectors(a, "any"), values.vectors(b, "any")];
  const sums: Vector[] = [];
  const carries: (Vector | null)[] = new Array<Vector | null>(parts).fill(null);
  for (let limb = 0; limb < limbs; limb++)
    for (let part = 0; part < parts; part++) {
      const [x, y] = [first[limb * parts + part] ?? -1, second[limb * parts + part] ?? -1];
      const carry = carries[part] ?? null;
      const plain = kind === "add" ? to.add(32, x, y) : to.subtract(32, x, y);
      const sum = carry === null ? plain : kind === "add" ? to.subtract(32, plain, carry) : to.add(32, plain, carry);
      sums.push(sum);
      if (limb === limbs - 1) continue;
      const over = kind === "add" ? to.lessUnsigned(32, plain, x) : to.lessUnsigned(32, x, y);
      // A carry that came in overflows only what is all ones, or all zeros, without it.
      const edge = to.constant(32, kind === "add" ? -1n : 0n);
      carries[part] = carry === null ? over : to.or(over, to.and(carry, to.equal(32, plain, edge)));
    }
  return { vectors: sums, zero: false, sign: false };
}

function multiply(values: LaneValues, node: BinaryNode): Computed {
  const { to } = values;
  const { element } = values.shapeOf(node.width);
  const form = exactForm(values, node);
  const [first, second] = [values.vectors(node.a, form), values.vectors(node.b, form)];
  const opcode = element === 32 ? Simd.multiply32 : Simd.multiply16;
  if (element !== 8)
    return { vectors: first.map((vector, i) => to.op(opcode, vector, second[i] ?? -1)), ...facts(form) };
  const byte = to.constant(16, 0xffn);
  const vectors = first.map((vector, i) => {
    const [x, y] = [to.widen(8, vector, false), to.widen(8, second[i] ?? -1, false)];
    const [low, high] = [to.op(opcode, x[0], y[0]), to.op(opcode, x[1], y[1])];
    return to.narrow(16, to.and(low, byte), to.and(high, byte), false);
  });
  return { vectors, ...facts(form) };
}

/** Two limbs: a₀b₀ + 2³²(a₀b₁ + a₁b₀), modulo 2⁶⁴. */
function multiplyDouble(values: LaneValues, a: NodeId, b: NodeId): Computed {
  const { to } = values;
  const [first, second] = [values.vectors(a, "any"), values.vectors(b, "any")];
  const parts = first.length / 2;
  const [lows, highs]: [Vector[], Vector[]] = [[], []];
  for (let part = 0; part < parts; part++) {
    const [a0, a1] = [first[part] ?? -1, first[parts + part] ?? -1];
    const [b0, b1] = [second[part] ?? -1, second[parts + part] ?? -1];
    const lower = to.op(Simd.multiplyLowUnsigned32To64, a0, b0);
    const upper = to.op(Simd.multiplyHighUnsigned32To64, a0, b0);
    const words = (sources: Uint8Array): Vector => {
      to.code.get(lower);
      to.code.get(upper);
      to.code.shuffle(sources);
      return to.take();
    };
    const crossed = to.add(32, to.op(Simd.multiply32, a0, b1), to.op(Simd.multiply32, a1, b0));
    lows.push(words(evenWords));
    highs.push(to.add(32, words(oddWords), crossed));
  }
  return { vectors: [...lows, ...highs], zero: false, sign: false };
}
