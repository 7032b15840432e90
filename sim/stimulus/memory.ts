import type { NodeId } from "../../hdl/netlist/index.ts";
import { Op } from "../wasm/opcodes.ts";
import { Simd, SimdAccess, SimdLane } from "../wasm/simd.ts";
import { narrowed, widened } from "./element-size.ts";
import { type LaneNumbers, pushLane } from "./index-lanes.ts";
import type { MemoryPlace } from "./layout.ts";
import { type Element, partsOf } from "./shape.ts";
import type { LaneValues } from "./values.ts";
import type { Vector } from "./vector-code.ts";

const loads = { 8: SimdLane.load8, 16: SimdLane.load16, 32: SimdLane.load32 } as const;
const stores = { 8: SimdLane.store8, 16: SimdLane.store16, 32: SimdLane.store32 } as const;

export function placeOf(values: LaneValues, memory: number): MemoryPlace {
  const place = values.lanes.layout.memories[memory];
  if (!place) throw new RangeError(`malformed netlist: there is no memory ${memory}`);
  return place;
}

/** About how many instructions of the machine it takes to move the words of all lanes one by one. */
function singlyCost(values: LaneValues, { shape }: MemoryPlace): number {
  return values.lanes.layout.lanes * (3 + 2 * shape.limbs);
}

/** And with so many operations on the vectors of each of so many rows. */
function rowsCost(values: LaneValues, { row, shape }: MemoryPlace, rows: number, operations: number): number {
  const widening = 2 * (partsOf(shape.element, values.lanes.layout.lanes) - 1);
  return rows * (2 + widening + (row / 16) * operations);
}

/** The words of a memory at the indices of all lanes, which are below `rows` or of no interest. */
export function gather(values: LaneValues, place: MemoryPlace, indices: LaneNumbers, rows: number): readonly Vector[] {
  const shallow = rowsCost(values, place, rows - 1, 4) < singlyCost(values, place);
  return shallow ? gatherRows(values, place, indices, rows) : gatherSingly(values, place, indices);
}

/** Selects among all rows. */
function gatherRows(values: LaneValues, place: MemoryPlace, indices: LaneNumbers, rows: number): readonly Vector[] {
  const { to } = values;
  const { address, row, shape } = place;
  const load = (index: number): Vector[] =>
    Array.from({ length: row / 16 }, (_, i) => to.load(address + row * index + 16 * i));
  let words = load(0);
  for (let index = 1; index < rows; index++) {
    const masks = rowMasks(values, indices, index, shape.element);
    const own = load(index);
    words = words.map((word, i) => to.select(masks[i % shape.parts] ?? -1, own[i] ?? word, word));
  }
  return words;
}

/** Masks, for elements of some size, of the lanes that have an index. */
function rowMasks(values: LaneValues, { vectors, element }: LaneNumbers, index: number, other: Element) {
  const { to } = values;
  const masks = vectors.map((vector) => to.equal(element, vector, to.constant(element, BigInt(index))));
  if (other >= element) return widened(values.to, masks, element, other, true);
  return narrowed(values.to, masks, element, other, true);
}

/** Lanes that read the same word, as those in step with each other do, are read together. */
function gatherSingly(values: LaneValues, place: MemoryPlace, indices: LaneNumbers): readonly Vector[] {
  const { code, to } = values;
  const { address, row, shape } = place;
  const words = Array.from({ length: shape.limbs * shape.parts }, () => to.local());
  const start = to.scalar();
  pushLane(values, indices, 0);
  scale(values, row);
  code.set(start);
  pushSame(values, indices);
  to.branch(
    () => {
      words.forEach((word, i) => {
        code.get(start);
        code.simdAccess(SimdAccess.load128, address + 16 * i);
        code.set(word);
      });
    },
    () => {
      for (const word of words) {
        code.get(to.constant(8, 0n));
        code.set(word);
      }
      eachAccess(values, place, indices, (word, offset, lane) => {
        code.get(words[word] ?? -1);
        code.simdLaneAccess(loads[shape.element], offset, lane);
        code.set(words[word] ?? -1);
      });
    },
  );
  return words;
}

/** Stores the words of all lanes at their indices: those from `rows` up are nowhere. */
export function scatter(
  values: LaneValues,
  place: MemoryPlace,
  indices: LaneNumbers,
  words: readonly Vector[],
  rows: number,
): void {
  const { code, to } = values;
  if (rowsCost(values, place, rows, 5) < singlyCost(values, place)) {
    for (let index = 0; index < rows; index++) {
      const masks = rowMasks(values, indices, index, place.shape.element);
      words.forEach((word, i) => {
        const address = place.address + place.row * index + 16 * i;
        to.store(address, to.select(masks[i % place.shape.parts] ?? -1, word, to.load(address)));
      });
    }
    return;
  }
  eachAccess(values, place, indices, (word, offset, lane) => {
    code.get(words[word] ?? -1);
    code.simdLaneAccess(stores[place.shape.element], offset, lane);
  });
}

/** For every lane and limb: pushes the address, of which `access` takes the offset, the vector and the lane in it. */
function eachAccess(
  values: LaneValues,
  { address, row, shape }: MemoryPlace,
  indices: LaneNumbers,
  access: (word: number, offset: number, lane: number) => void,
): void {
  const { code, to } = values;
  const { lanes } = values.lanes.layout;
  const { element, limbs, parts } = shape;
  const each = 128 / element;
  for (let lane = 0; lane < lanes; lane++) {
    const start = to.scalar();
    pushLane(values, indices, lane);
    scale(values, row);
    code.set(start);
    for (let limb = 0; limb < limbs; limb++) {
      const word = limb * parts + Math.floor(lane / each);
      code.get(start);
      access(word, address + 16 * word + (element / 8) * (lane % each), lane % each);
    }
  }
}

/** Turns an index on the stack into bytes. */
function scale({ code }: LaneValues, row: number): void {
  const places = Math.log2(row);
  code.i32(Number.isInteger(places) ? places : row);
  code.op(Number.isInteger(places) ? Op.i32Shl : Op.i32Mul);
}

/** Pushes whether all lanes have the number of the first. */
function pushSame(values: LaneValues, { vectors, element }: LaneNumbers): void {
  const { code, to } = values;
  pushLane(values, { vectors, element }, 0);
  code.simd({ 8: Simd.splat8, 16: Simd.splat16, 32: Simd.splat32 }[element]);
  const first = to.take();
  const differs = vectors.map((vector) => to.xor(vector, first)).reduce((all, vector) => to.or(all, vector));
  to.pushAny(differs);
  code.op(Op.i32Eqz);
}

/** Each bit of a mask repeated over its share of a word, as vectors of the word's shape. */
export function spreadMask(values: LaneValues, mask: NodeId, width: number): readonly Vector[] {
  const { to } = values;
  const maskWidth = values.width(mask);
  if (maskWidth === width) return values.vectors(mask, "any");
  const { element, limbs, parts } = values.shapeOf(width);
  if (maskWidth === 1) {
    const masks = values.masks(mask, element);
    return Array.from({ length: limbs * parts }, (_, i) => masks[i % parts] ?? -1);
  }
  const share = width / maskWidth;
  const spread: Vector[] = Array.from({ length: limbs * parts }, () => to.constant(element, 0n));
  for (let bit = 0; bit < maskWidth; bit++) {
    const masks = bitMasks(values, mask, bit, element);
    const places = ((1n << BigInt(share)) - 1n) << BigInt(bit * share);
    for (let limb = 0; limb < limbs; limb++) {
      const own = BigInt.asUintN(32, places >> BigInt(32 * limb));
      if (own === 0n) continue;
      const constant = to.constant(element, own);
      masks.forEach((vector, part) => {
        const at = limb * parts + part;
        spread[at] = to.or(spread[at] ?? -1, to.and(vector, constant));
      });
    }
  }
  return spread;
}

/** One bit of a value of several as masks in some element. */
function bitMasks(values: LaneValues, id: NodeId, bit: number, element: Element): readonly Vector[] {
  const { to } = values;
  const shape = values.shape(id);
  const limb = Math.floor(bit / 32);
  const constant = to.constant(shape.element, 1n << BigInt(bit % 32));
  const masks = values
    .vectors(id, "any")
    .slice(limb * shape.parts, (limb + 1) * shape.parts)
    .map((vector) => to.equal(shape.element, to.and(vector, constant), constant));
  if (shape.element <= element) return widened(values.to, masks, shape.element, element, true);
  return narrowed(values.to, masks, shape.element, element, true);
}
