import type { Flat, NodeId } from "../../../hdl/netlist/index.ts";

/**
 * The instances of a design as places for nodes: what is in one instance is active together more often than not. Those
 * whose nodes cost little count as part of the instance around them.
 */
export class Scopes {
  readonly #flat: Flat;
  /** By group, the number of its first lane's scope. */
  readonly #first: Int32Array;
  /** By scope, the one that stands for it. */
  readonly #standIn: Int32Array;
  /** By scope, its place in the order of the hierarchy. */
  readonly rank: Int32Array;

  /** Scopes whose nodes in `order`, with those of small ones within, cost less than `smallest` join the one around. */
  constructor(flat: Flat, order: readonly NodeId[], costs: (id: NodeId) => number, smallest: number) {
    this.#flat = flat;
    const { groups } = flat;
    this.#first = new Int32Array(groups.length);
    let count = 0;
    groups.forEach(({ lanes }, group) => {
      this.#first[group] = count;
      count += lanes;
    });
    const outer = new Int32Array(count).fill(-1);
    const inner = Array.from({ length: count }, (): number[] => []);
    groups.forEach(({ parent, lanes }, group) => {
      const around = groups[parent];
      if (!around) return;
      const each = lanes / around.lanes;
      for (let lane = 0; lane < lanes; lane++) {
        const scope = (this.#first[group] ?? 0) + lane;
        const parentScope = (this.#first[parent] ?? 0) + Math.floor(lane / each);
        outer[scope] = parentScope;
        inner[parentScope]?.push(scope);
      }
    });
    this.rank = ranksOf(inner);

    const cost = new Float64Array(count);
    for (const id of order) {
      const scope = this.#own(id);
      if (scope >= 0) cost[scope] = (cost[scope] ?? 0) + costs(id);
    }
    this.#standIn = Int32Array.from(outer.keys());
    // Instances come after the one around them.
    for (let scope = count - 1; scope > 0; scope--)
      if ((cost[scope] ?? 0) < smallest) {
        const around = outer[scope] ?? 0;
        cost[around] = (cost[around] ?? 0) + (cost[scope] ?? 0);
        this.#standIn[scope] = around;
      }
    for (let scope = 1; scope < count; scope++) this.#standIn[scope] = this.#standIn[this.#standIn[scope] ?? 0] ?? 0;
  }

  /** The scope of a node, −1 for one that came of splitting others. */
  of(id: NodeId): number {
    return this.#standIn[this.#own(id)] ?? -1;
  }

  #own(id: NodeId): number {
    const group = this.#flat.group[id];
    return group === undefined ? -1 : (this.#first[group] ?? 0) + (this.#flat.lane[id] ?? 0);
  }
}

/** By scope, its place when each comes before those within it. */
function ranksOf(inner: readonly (readonly number[])[]): Int32Array {
  const ranks = new Int32Array(inner.length);
  let next = 0;
  const open = inner.length > 0 ? [0] : [];
  for (let scope = open.pop(); scope !== undefined; scope = open.pop()) {
    ranks[scope] = next++;
    open.push(...(inner[scope] ?? []).toReversed());
  }
  return ranks;
}
