/** Stimuli that share the vectors of one block. */
export type Lanes = 4 | 8 | 16;

/** Bits that one lane has in a vector. */
export type Element = 8 | 16 | 32;

/**
 * How the values of one signal in all lanes of a block lie in vectors of 128 bits: in the narrowest element that holds
 * the width and still fills a vector, `parts` vectors for all lanes; above 32 bits in limbs of 32, the least significant
 * first, each of `parts` vectors. A signal of one bit is a mask: all ones or all zeros in its lane.
 */
export interface Shape {
  readonly element: Element;
  readonly limbs: number;
  readonly parts: number;
}

/** The element in which a lane of a mask is kept: all lanes in one vector. */
export function maskElement(lanes: Lanes): Element {
  return lanes === 4 ? 32 : lanes === 8 ? 16 : 8;
}

/** Vectors that hold one limb of all lanes. */
export function partsOf(element: Element, lanes: Lanes): number {
  return (lanes * element) / 128;
}

export function shapeOf(width: number, lanes: Lanes): Shape {
  const least = maskElement(lanes);
  const needed: Element = width === 1 || width <= least ? least : width <= 16 ? 16 : 32;
  return { element: needed, limbs: Math.max(1, Math.ceil(width / 32)), parts: partsOf(needed, lanes) };
}

/** Vectors of a value in all lanes. */
export function vectorCount(width: number, lanes: Lanes): number {
  const { limbs, parts } = shapeOf(width, lanes);
  return limbs * parts;
}

/** Bytes of a value in all lanes. */
export function slotBytes(width: number, lanes: Lanes): number {
  return 16 * vectorCount(width, lanes);
}

/** Bits of the topmost limb (or the only element) that a value of this width leaves unused. */
export function unusedBits(width: number, lanes: Lanes): number {
  const { element, limbs } = shapeOf(width, lanes);
  return element * limbs - width;
}
