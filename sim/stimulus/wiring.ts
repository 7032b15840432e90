import type { CatNode, ExtendNode, NodeId, SliceNode } from "../../hdl/netlist/index.ts";
import { ones } from "../../hdl/netlist/index.ts";
import { bitOf } from "./compare.ts";
import { narrowed, widened } from "./element-size.ts";
import type { Element } from "./shape.ts";
import { funnel } from "./shift.ts";
import type { Computed, LaneValues } from "./values.ts";
import type { Vector } from "./vector-code.ts";

export function concatenation(values: LaneValues, { parts, width }: CatNode): Computed {
  const [top] = parts;
  const single = parts.length === 1 && top !== undefined;
  if (single) return values.get(top);
  return values.shapeOf(width).limbs === 1 ? catNarrow(values, parts, width, "any") : catLimbs(values, parts, width);
}

/**
 * Constant parts are put together beforehand, and neighbours that share a narrower element in that. `above` is what may
 * be in the bits above the width.
 */
function catNarrow(values: LaneValues, parts: readonly NodeId[], width: number, above: "any" | "zero"): Computed {
  const { to } = values;
  const { element, parts: count } = values.shapeOf(width);
  const found = runs(values, parts, element);
  let [constant, low] = [0n, width];
  let vectors: readonly Vector[] = [];
  for (const [index, run] of found.entries()) {
    const [part = -1] = run;
    const runWidth = run.reduce((sum, id) => sum + values.width(id), 0);
    low -= runWidth;
    const node = values.node(part);
    if (run.length === 1 && node.kind === "const") {
      constant |= node.value << BigInt(low);
      continue;
    }
    const placed =
      run.length > 1
        ? placedRun(values, run, runWidth, low, element)
        : node.width === 1
          ? placedBit(values, part, low, width)
          : placedPart(values, part, low, width, index === 0 && above === "any");
    vectors = vectors.length === 0 ? placed : vectors.map((vector, i) => to.or(vector, placed[i] ?? -1));
  }
  const [top = -1, ...others] = found[0] ?? [];
  const isClear = above === "zero" || others.length > 0 || values.width(top) === 1;
  const facts = isClear ? { zero: true, sign: false } : values.get(top);
  if (constant === 0n && vectors.length > 0) return { ...facts, vectors };
  const fixed = to.constant(element, constant);
  if (vectors.length === 0) return { ...facts, vectors: new Array<Vector>(count).fill(fixed) };
  return { ...facts, vectors: vectors.map((vector) => to.or(vector, fixed)) };
}

/** Neighbours that fit an element of half the size together, from the lowest part up; all in order. */
function runs(values: LaneValues, parts: readonly NodeId[], element: Element): NodeId[][] {
  if (element === values.maskElement) return parts.map((part) => [part]);
  const found: NodeId[][] = [];
  let width = 0;
  for (const part of parts.toReversed()) {
    const own = values.width(part);
    width += own;
    if (found.length > 0 && width <= element / 2) found[0]?.unshift(part);
    else {
      found.unshift([part]);
      width = own;
    }
  }
  return found;
}

function placedRun(
  values: LaneValues,
  run: readonly NodeId[],
  width: number,
  low: number,
  element: Element,
): readonly Vector[] {
  const { vectors } = catNarrow(values, run, width, "zero");
  const wide = widened(values.to, vectors, values.shapeOf(width).element, element, false);
  return wide.map((vector) => values.to.shift("shl", element, vector, low));
}

function placedBit(values: LaneValues, bit: NodeId, low: number, width: number): readonly Vector[] {
  const { element } = values.shapeOf(width);
  const place = values.to.constant(element, 1n << BigInt(low));
  return values.masks(bit, element).map((mask) => values.to.and(mask, place));
}

function placedPart(values: LaneValues, part: NodeId, low: number, width: number, isTop: boolean): readonly Vector[] {
  const { element } = values.shapeOf(width);
  const form = !isTop ? "zero" : values.get(part).sign && !values.get(part).zero ? "sign" : "any";
  return values.inElement(part, element, form).map((vector) => values.to.shift("shl", element, vector, low));
}

function catLimbs(values: LaneValues, parts: readonly NodeId[], width: number): Computed {
  const { to } = values;
  const { limbs: count, parts: each } = values.shapeOf(width);
  const limbs: (Vector | null)[] = new Array<Vector | null>(count * each).fill(null);
  const put = (limb: number, part: number, vector: Vector): void => {
    if (limb >= count) return;
    const before = limbs[limb * each + part] ?? null;
    limbs[limb * each + part] = before === null ? vector : to.or(before, vector);
  };
  let low = 0;
  for (const part of parts.toReversed()) {
    const node = values.node(part);
    const [first, bits] = [Math.floor(low / 32), low % 32];
    low += node.width;
    if (node.kind === "const" && node.value === 0n) continue;
    if (node.width === 1) {
      const place = to.constant(32, 1n << BigInt(bits));
      values.masks(part, 32).forEach((mask, i) => {
        put(first, i, to.and(mask, place));
      });
      continue;
    }
    values.limbs(part, "zero").forEach((vector, i) => {
      const limb = first + Math.floor(i / each);
      put(limb, i % each, to.shift("shl", 32, vector, bits));
      if (bits > 0) put(limb + 1, i % each, to.shift("shru", 32, vector, 32 - bits));
    });
  }
  return { vectors: limbs.map((limb) => limb ?? to.constant(32, 0n)), zero: true, sign: false };
}

export function slice(values: LaneValues, { a, low, width }: SliceNode): Computed {
  const { to } = values;
  const from = values.shape(a);
  if (values.width(a) === 1) return values.get(a);
  if (width === 1) return bitOf(bitAt(values, a, low));
  const target = values.shapeOf(width);
  const narrow = sliceOfPiece(values, a, low, width);
  if (narrow) return narrow;
  if (from.limbs > 1) {
    const limbs = values.limbs(a, "zero");
    const at = (limb: number, part: number): Vector =>
      limb < from.limbs ? (limbs[limb * from.parts + part] ?? -1) : to.constant(32, 0n);
    const first = Math.floor(low / 32);
    const vectors = Array.from({ length: target.limbs * from.parts }, (_, i) => {
      const [limb, part] = [first + Math.floor(i / from.parts), i % from.parts];
      const crosses = (low % 32) + Math.min(32, width - 32 * (limb - first)) > 32;
      const limbAt = at(limb, part);
      return crosses ? funnel(to, limbAt, at(limb + 1, part), low % 32) : to.shift("shru", 32, limbAt, low % 32);
    });
    if (target.element === 32) return { vectors, zero: low + width >= values.unsigned(a), sign: false };
    const cut = vectors.map((vector) => to.and(vector, to.constant(32, ones(width))));
    return { vectors: narrowed(values.to, cut, 32, target.element, false), zero: true, sign: false };
  }
  const { zero, sign } = values.get(a);
  const nothingAbove = low + width >= values.unsigned(a);
  const topmost = low + width === values.width(a);
  const kind = topmost && sign && !zero ? "shrs" : "shru";
  const vectors = values.get(a).vectors.map((vector) => to.shift(kind, from.element, vector, low));
  const clear = zero && nothingAbove;
  if (target.element === from.element) return { vectors, zero: clear, sign: kind === "shrs" };
  const cut = clear ? vectors : vectors.map((vector) => to.and(vector, to.constant(from.element, ones(width))));
  return { vectors: narrowed(values.to, cut, from.element, target.element, false), zero: true, sign: false };
}

/** A slice within an aligned byte or half word of something wider, in the narrowest element. */
function sliceOfPiece(values: LaneValues, a: NodeId, low: number, width: number): Computed | null {
  const { element } = values.shape(a);
  const target = values.shapeOf(width).element;
  for (const size of [8, 16] as const) {
    if (size < target || size >= element || (low % size) + width > size) continue;
    const shifted = values.piece(a, size, Math.floor(low / size)).map((vector) => {
      const places = low % size;
      if (places === 0) return vector;
      // Bytes are shifted as halves of words, and what strays in is cut off below.
      return values.to.shift("shru", size === 8 ? 16 : size, vector, places);
    });
    const clear = (low % size === 0 || size === 16) && (low % size) + width === size;
    const cut = clear ? shifted : shifted.map((vector) => values.to.and(vector, values.to.constant(size, ones(width))));
    return { vectors: narrowed(values.to, cut, size, target, false), zero: true, sign: false };
  }
  return null;
}

/** One bit of a value as a mask in one vector. */
function bitAt(values: LaneValues, a: NodeId, low: number): Vector {
  const { to } = values;
  const { element, parts } = values.shape(a);
  const limb = Math.floor(low / 32);
  const size = values.maskElement;
  if (size !== 32 && element > size) {
    const [piece = -1] = values.piece(a, size, Math.floor(low / size));
    const place = to.constant(size, 1n << BigInt(low % size));
    return low % size === size - 1
      ? to.lessSigned(size, piece, to.constant(size, 0n))
      : to.equal(size, to.and(piece, place), place);
  }
  const bit = to.constant(element, 1n << BigInt(low % 32));
  const vectors = values.get(a).vectors.slice(limb * parts, (limb + 1) * parts);
  // The topmost bit of an element is its sign.
  const masks = vectors.map((vector) =>
    low % 32 === element - 1
      ? to.lessSigned(element, vector, to.constant(element, 0n))
      : to.equal(element, to.and(vector, bit), bit),
  );
  return values.oneMask(masks, element);
}

export function extension(values: LaneValues, { kind, a, width }: ExtendNode): Computed {
  const { to } = values;
  const { element, limbs, parts } = values.shapeOf(width);
  const form = kind === "zext" ? "zero" : "sign";
  const facts = { zero: kind === "zext", sign: kind === "sext" };
  if (width === 1) return values.get(a);
  if (limbs === 1) return { vectors: values.inElement(a, element, form), ...facts };
  const own = values.limbs(a, form);
  const vectors = Array.from({ length: limbs * parts }, (_, i) => {
    const limb = own[i];
    if (limb !== undefined) return limb;
    if (kind === "zext") return to.constant(32, 0n);
    return to.shift("shrs", 32, own[own.length - parts + (i % parts)] ?? -1, 31);
  });
  return { vectors, ...facts };
}
