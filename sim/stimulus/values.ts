import { type Node, type NodeId, ones } from "../../hdl/netlist/index.ts";
import type { Plan } from "../plan/plan.ts";
import type { Code } from "../wasm/code.ts";
import type { Runtime } from "../wasm/runtime.ts";
import type { ConstantPool } from "./constant-pool.ts";
import { doubled, narrowed, widened } from "./element-size.ts";
import { type Held, type PieceBits, vectorsIn } from "./held.ts";
import type { LaneLayout } from "./layout.ts";
import { Ownership } from "./ownership.ts";
import type { Places } from "./places.ts";
import { type Element, maskElement, type Shape, shapeOf, unusedBits } from "./shape.ts";
import type { Vector, VectorCode } from "./vector-code.ts";

/** All that code for lanes is generated from. */
export interface LanePlan {
  readonly plan: Plan;
  readonly layout: LaneLayout;
  readonly places: Places;
  readonly constants: ConstantPool;
}

/** What is wanted of the bits above a value's width: all zero, all copies of its sign bit, or nothing. */
export type Form = "zero" | "sign" | "any";

/** A computed value: limb by limb, and within a limb lane by lane, and what is known of the bits above its width. */
export interface Computed {
  readonly vectors: readonly Vector[];
  readonly zero: boolean;
  readonly sign: boolean;
}

/** Values of nodes within one function, each in locals from when it is computed or first loaded to its last use. */
export class LaneValues {
  readonly to: VectorCode;
  readonly ownership: Ownership;
  readonly lanes: LanePlan;
  readonly runtime: Runtime;
  readonly #held = new Map<NodeId, Held>();
  /** Values that the item being written has to do with. */
  readonly #touched = new Set<NodeId>();

  constructor(to: VectorCode, lanes: LanePlan, runtime: Runtime) {
    this.to = to;
    this.ownership = new Ownership(to);
    this.lanes = lanes;
    this.runtime = runtime;
  }

  get code(): Code {
    return this.to.code;
  }

  node(id: NodeId): Node {
    const node = this.lanes.plan.nodes[id];
    if (!node) throw new RangeError(`malformed netlist: there is no node ${id}`);
    return node;
  }

  width(id: NodeId): number {
    return this.node(id).width;
  }

  shape(id: NodeId): Shape {
    return this.shapeOf(this.width(id));
  }

  shapeOf(width: number): Shape {
    return shapeOf(width, this.lanes.layout.lanes);
  }

  get maskElement(): Element {
    return maskElement(this.lanes.layout.lanes);
  }

  /** The value is below 2^n. */
  unsigned(id: NodeId): number {
    return this.lanes.plan.ranges.unsigned[id] ?? 0;
  }

  /** The value fits n bits in two's complement. */
  signed(id: NodeId): number {
    return this.lanes.plan.ranges.signed[id] ?? 0;
  }

  holds(id: NodeId): boolean {
    return this.#held.has(id);
  }

  /** Keeps a value that has just been computed; its vectors become the value's own. */
  define(id: NodeId, value: Computed): void {
    this.#hold(id, value);
  }

  /** Ends the code of one item: locals of what is not used any more are free again. */
  endItem(needed: readonly NodeId[], isUsed: (id: NodeId) => boolean): void {
    for (const id of needed) this.#touched.add(id);
    for (const id of this.#touched) if (!isUsed(id)) this.#drop(id);
    this.#touched.clear();
    this.ownership.endItem();
  }

  /** A value as it is; a constant or one that others computed is loaded. */
  get(id: NodeId): Computed {
    this.#touched.add(id);
    return this.#held.get(id) ?? this.#load(id);
  }

  /** The vectors of a value in the form that is wanted. */
  vectors(id: NodeId, form: Form): readonly Vector[] {
    const held = this.#heldOf(id);
    if (form === "any" || held[form]) return held.vectors;
    const known = held.forms.get(form);
    if (known) return known;
    const made = this.#formed(id, held.vectors, form);
    this.#derive(id, held.forms, form, made);
    return made;
  }

  /** A value of one bit as a mask, all lanes in one vector. */
  bit(id: NodeId): Vector {
    return first(this.vectors(id, "any"));
  }

  /** A value of one bit as masks for elements of some size. */
  masks(id: NodeId, element: Element): readonly Vector[] {
    const { masks } = this.#heldOf(id);
    const known = masks.get(element);
    if (known) return known;
    if (element === this.maskElement) return [this.bit(id)];
    const half = element === 32 ? 16 : 8;
    const made = doubled(this.to, this.masks(id, half), half);
    this.#derive(id, masks, element, made);
    return made;
  }

  /**
   * Bits of a value of up to 32 bits, or of one limb of a greater one, from bit `size` · `index` on, each in an element
   * of `size` bits, narrower than the value's. They are made once for all slices.
   */
  piece(id: NodeId, size: PieceBits, index: number): readonly Vector[] {
    const { pieces, vectors } = this.#heldOf(id);
    const known = pieces[size].get(index);
    if (known) return known;
    const { element, parts } = this.shape(id);
    const from = size === 8 ? 16 : 32;
    const isWhole = element === from;
    const limb = size === 8 ? 0 : index >> 1;
    const whole =
      size === 8 && !isWhole ? this.piece(id, 16, index >> 1) : vectors.slice(limb * parts, (limb + 1) * parts);
    const cut = whole.map((vector) =>
      index % 2 === 1
        ? this.to.shift("shru", from, vector, size)
        : this.to.and(vector, this.to.constant(from, ones(size))),
    );
    const made = narrowed(this.to, cut, from, size, false);
    this.#derive(id, pieces[size], index, made);
    return made;
  }

  /** A value of up to 32 bits in elements that are no narrower than its own. */
  inElement(id: NodeId, element: Element, form: Form): readonly Vector[] {
    if (this.width(id) === 1) {
      const masks = this.masks(id, element);
      if (form !== "zero") return masks;
      return masks.map((mask) => this.to.and(mask, this.to.constant(element, 1n)));
    }
    return widened(this.to, this.vectors(id, form), this.shape(id).element, element, form === "sign");
  }

  /** All limbs of a value of any width, as of more than 32 bits. */
  limbs(id: NodeId, form: Form): readonly Vector[] {
    return this.shape(id).limbs > 1 ? this.vectors(id, form) : this.inElement(id, 32, form);
  }

  /** A mask in one vector from masks of some element size. */
  oneMask(masks: readonly Vector[], element: Element): Vector {
    return first(narrowed(this.to, masks, element, this.maskElement, true));
  }

  /** Stores a value, with zeros above its width. */
  store(id: NodeId, address: number): void {
    this.vectors(id, "zero").forEach((vector, i) => {
      this.to.store(address + 16 * i, vector);
    });
  }

  /** The known facts of a value, completed. */
  computed(id: NodeId, { vectors, zero, sign }: Computed): Computed {
    const width = this.width(id);
    const whole = width === 1 || unusedBits(width, this.lanes.layout.lanes) === 0;
    // With a zero on top, both forms are the same.
    const both = whole || ((zero || sign) && this.unsigned(id) < width);
    return { vectors, zero: zero || both, sign: sign || both };
  }

  /** What others have too, or the value has twice, such as equal constants, is copied: it goes when the value does. */
  #hold(id: NodeId, value: Computed): Held {
    const own = new Set<Vector>();
    for (const vector of value.vectors) {
      const isFree = this.to.isOwn(vector) && !this.ownership.has(vector) && !own.has(vector);
      own.add(isFree ? vector : this.to.copy(vector));
    }
    const pieces = { 8: new Map(), 16: new Map() };
    const held = { ...this.computed(id, { ...value, vectors: [...own] }), forms: new Map(), masks: new Map(), pieces };
    this.#held.set(id, held);
    this.#touched.add(id);
    this.ownership.take(held.vectors);
    return held;
  }

  #heldOf(id: NodeId): Held {
    this.get(id);
    const held = this.#held.get(id);
    if (!held) throw new RangeError(`node ${id} has no value`);
    return held;
  }

  /** Keeps what was derived from a value, to the end of the scope. */
  #derive<K>(id: NodeId, into: Map<K, readonly Vector[]>, key: K, made: readonly Vector[]): void {
    into.set(key, made);
    this.ownership.take(made);
    const held = this.#held.get(id);
    this.ownership.atEndOfScope(() => {
      if (!held || this.#held.get(id) !== held) return;
      into.delete(key);
      const others = new Set(vectorsIn(held));
      this.ownership.giveBack(made.filter((vector) => !others.has(vector)));
    });
  }

  #drop(id: NodeId): void {
    const held = this.#held.get(id);
    if (!held) return;
    this.#held.delete(id);
    this.ownership.giveBack([...new Set(vectorsIn(held))]);
  }

  /** Loads a value; at the end of the scope it is not at hand any more. */
  #load(id: NodeId): Computed {
    const loaded = this.#loaded(id);
    this.ownership.atEndOfScope(() => {
      if (this.#held.get(id) === loaded) this.#drop(id);
    });
    return loaded;
  }

  #loaded(id: NodeId): Held {
    const node = this.node(id);
    const { element, limbs, parts } = this.shape(id);
    if (node.kind === "const") {
      const value = node.width === 1 ? -node.value : node.value;
      const constants = Array.from({ length: limbs }, (_, limb) =>
        this.to.constant(element, value >> BigInt(32 * limb)),
      );
      const vectors = constants.flatMap((vector) => Array.from({ length: parts }, () => vector));
      return this.#hold(id, { vectors, zero: true, sign: false });
    }
    const { layout, places } = this.lanes;
    const stored = layout.addresses[id] ?? -1;
    const address = stored >= 0 ? stored : places.vectors(id);
    const vectors = Array.from({ length: limbs * parts }, (_, i) => this.to.load(address + 16 * i));
    return this.#hold(id, { vectors, zero: true, sign: false });
  }

  #formed(id: NodeId, vectors: readonly Vector[], form: Form): readonly Vector[] {
    const { element, limbs, parts } = this.shape(id);
    const unused = unusedBits(this.width(id), this.lanes.layout.lanes);
    const top = (limbs - 1) * parts;
    return vectors.map((vector, i) => {
      if (i < top) return vector;
      if (form === "zero") return this.to.and(vector, this.to.constant(element, ones(element - unused)));
      return this.to.shift("shrs", element, this.to.shift("shl", element, vector, unused), unused);
    });
  }
}

export function first(vectors: readonly Vector[]): Vector {
  const [vector] = vectors;
  if (vector === undefined) throw new RangeError("a value without vectors");
  return vector;
}
