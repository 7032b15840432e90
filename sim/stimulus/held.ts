import type { Element } from "./shape.ts";
import type { Computed, Form } from "./values.ts";
import type { Vector } from "./vector-code.ts";

/** A value in locals, with what was derived of it. */
export interface Held extends Computed {
  readonly forms: Map<Form, readonly Vector[]>;
  /** Of a value of one bit, by element. */
  readonly masks: Map<Element, readonly Vector[]>;
  /** By their size, then from the lowest up. */
  readonly pieces: Readonly<Record<PieceBits, Map<number, readonly Vector[]>>>;
}

/** Bits of a piece of a value, in elements of as many. */
export type PieceBits = 8 | 16;

/** All of its locals. */
export function* vectorsIn({ vectors, forms, masks, pieces }: Held): Generator<Vector> {
  yield* vectors;
  for (const others of [pieces[8], pieces[16]]) for (const other of others.values()) yield* other;
  for (const other of forms.values()) yield* other;
  for (const other of masks.values()) yield* other;
}
