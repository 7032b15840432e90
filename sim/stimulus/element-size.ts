import type { Element } from "./shape.ts";
import type { Vector, VectorCode } from "./vector-code.ts";

/** The same numbers in elements of another size, no smaller. */
export function widened(
  to: VectorCode,
  vectors: readonly Vector[],
  from: Element,
  size: Element,
  signed: boolean,
): readonly Vector[] {
  if (from === size) return vectors;
  const wider = vectors.flatMap((vector) => to.widen(from, vector, signed));
  return widened(to, wider, from === 8 ? 16 : 32, size, signed);
}

/** Elements of a size no greater, of numbers (or masks, which are signed) that fit it. */
export function narrowed(
  to: VectorCode,
  vectors: readonly Vector[],
  from: Element,
  size: Element,
  signed: boolean,
): readonly Vector[] {
  if (from === size) return vectors;
  const narrower: Vector[] = [];
  for (let i = 0; i + 1 < vectors.length; i += 2) {
    const [low = 0, high = 0] = [vectors[i], vectors[i + 1]];
    narrower.push(to.narrow(from, low, high, signed));
  }
  return narrowed(to, narrower, from === 32 ? 16 : 8, size, signed);
}

/** A mask for elements of twice the size. */
export function doubled(to: VectorCode, masks: readonly Vector[], from: 8 | 16): readonly Vector[] {
  return masks.flatMap((mask) => to.twice(from, mask));
}
