import type { NodeId } from "../../hdl/netlist/index.ts";
import { doubled } from "./element-size.ts";
import type { Element } from "./shape.ts";
import type { LaneValues } from "./values.ts";
import type { Vector } from "./vector-code.ts";

/** The lanes in which a branch is taken. What was derived of it goes with the scope that it was derived in. */
export class BranchMask {
  /** In one vector. */
  readonly bit: Vector;
  readonly #values: LaneValues;
  readonly #masks = new Map<Element, readonly Vector[]>();

  /** Keeps the vector until `drop`. */
  constructor(values: LaneValues, bit: Vector) {
    this.bit = bit;
    this.#values = values;
    values.ownership.take([bit]);
  }

  drop(): void {
    this.#values.ownership.giveBack([this.bit]);
  }

  /** Stores a value in these lanes. */
  store(id: NodeId, address: number): void {
    const { to } = this.#values;
    const { element, parts } = this.#values.shape(id);
    const masks = this.#in(element);
    this.#values.vectors(id, "zero").forEach((vector, i) => {
      const place = address + 16 * i;
      to.store(place, to.select(masks[i % parts] ?? -1, vector, to.load(place)));
    });
  }

  /** For elements of some size. */
  #in(element: Element): readonly Vector[] {
    const { to, maskElement, ownership } = this.#values;
    if (element === maskElement) return [this.bit];
    const known = this.#masks.get(element);
    if (known) return known;
    const half = element === 32 ? 16 : 8;
    const made = doubled(to, this.#in(half), half);
    this.#masks.set(element, made);
    ownership.take(made);
    ownership.atEndOfScope(() => {
      this.#masks.delete(element);
      ownership.giveBack(made);
    });
    return made;
  }
}
