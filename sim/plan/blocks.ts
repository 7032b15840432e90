import type { Condition, Conditions, Guard } from "./condition.ts";

/** What is done only where a condition holds, within an outer block. The top one has no condition. */
export interface Block {
  readonly index: number;
  readonly outer: Block | null;
  /** The number of its condition, −1 for the top. */
  readonly condition: number;
  readonly inner: Map<number, Block>;
  /** Operations in it and in the blocks within. */
  cost: number;
}

/** Blocks within blocks, for the guards that are worth a branch. */
export class Blocks {
  readonly top: Block = { index: 0, outer: null, condition: -1, inner: new Map(), cost: 0 };
  readonly #all: Block[] = [this.top];
  readonly conditions: Conditions;
  readonly #guards: readonly (Guard | undefined)[];
  readonly #branchCost: number;
  /** By condition: operations under it or its opposite, and its place in the order from the outside in. */
  readonly #weight: Float64Array;
  readonly #rank: Int32Array;
  readonly #places = new Map<Guard, Block>();
  readonly #worthwhile = new Set<Block>([this.top]);

  /** Of nodes with these guards and costs. What saves fewer operations than a branch costs is done without one. */
  constructor(
    guards: readonly (Guard | undefined)[],
    costOf: (id: number) => number,
    conditions: Conditions,
    branchCost: number,
  ) {
    this.#guards = guards;
    this.#branchCost = branchCost;
    this.conditions = conditions;
    const own = new Float64Array(conditions.all.length);
    guards.forEach((guard, id) => {
      if (guard) for (const condition of guard) own[condition] = (own[condition] ?? 0) + costOf(id);
    });
    this.#weight = own.map((weight, condition) => Math.max(weight, own[conditions.opposite(condition)] ?? 0));
    this.#rank = new Int32Array(own.length);
    // A condition that is itself evaluated only under others comes after these.
    conditions.all
      .map(({ node }, condition) => ({
        condition,
        under: guards[node]?.length ?? 0,
        weight: this.#weight[condition] ?? 0,
      }))
      .sort((a, b) => a.under - b.under || b.weight - a.weight || a.condition - b.condition)
      .forEach(({ condition }, at) => {
        this.#rank[condition] = at;
      });
    guards.forEach((guard, id) => {
      if (guard && guard.length > 0) this.#place(guard).cost += costOf(id);
    });
    for (const { outer, cost } of this.#all.toReversed()) if (outer) outer.cost += cost;
    for (const block of this.#all)
      if (block.cost >= branchCost) {
        this.#worthwhile.add(block);
        const opposite = block.outer?.inner.get(conditions.opposite(block.condition));
        if (opposite) this.#worthwhile.add(opposite);
      }
  }

  /** The innermost worthwhile block for a node. */
  of(id: number): Block {
    const guard = this.#guards[id];
    let block = guard && guard.length > 0 ? this.#place(guard) : this.top;
    while (!this.#worthwhile.has(block) && block.outer) block = block.outer;
    return block;
  }

  /** Whether there is a worthwhile block for just this guard. */
  has(guard: Guard): boolean {
    let block: Block | undefined = this.top;
    for (const condition of this.#sorted(guard)) block = block?.inner.get(condition);
    return block !== undefined && this.#worthwhile.has(block);
  }

  /** The block for just this guard, made where there was none. */
  exactly(guard: Guard): Block {
    let block = this.top;
    for (const condition of this.#sorted(guard)) {
      block = this.#within(block, condition);
      this.#worthwhile.add(block);
    }
    return block;
  }

  #place(guard: Guard): Block {
    const known = this.#places.get(guard);
    if (known) return known;
    let block = this.top;
    for (const condition of this.#sorted(guard))
      if ((this.#weight[condition] ?? 0) >= this.#branchCost) block = this.#within(block, condition);
    this.#places.set(guard, block);
    return block;
  }

  #within(outer: Block, condition: number): Block {
    const known = outer.inner.get(condition);
    if (known) return known;
    const block = { index: this.#all.length, outer, condition, inner: new Map(), cost: 0 };
    this.#all.push(block);
    outer.inner.set(condition, block);
    return block;
  }

  #sorted(guard: Guard): number[] {
    return [...guard].sort((a, b) => (this.#rank[a] ?? 0) - (this.#rank[b] ?? 0));
  }

  /** The condition of a block; the top has none. */
  condition(block: Block): Condition | undefined {
    return this.conditions.all[block.condition];
  }
}
