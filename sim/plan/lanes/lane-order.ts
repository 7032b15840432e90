import type { NodeId } from "../../../hdl/netlist/index.ts";
import { chunkLanes, elementBytes, type LaneGroup } from "./lane-group.ts";

/** Where a register in lanes is: group, root and lane. */
export interface LanePlace {
  readonly group: number;
  readonly root: number;
  readonly lane: number;
}

/** In which order a group's chunks are updated, and which of its registers cannot be in place. */
export interface OrderedGroup {
  readonly group: LaneGroup;
  readonly chunks: "up" | "down";
  /** By root: its new value goes to the next bank first, because something still to come reads the old one. */
  readonly late: readonly boolean[];
}

/** The places of all that is in lanes, by node of the flat design. */
export class LanePlaces {
  readonly #lowest: NodeId;
  /** By node from the lowest on: group, root and lane; −1 where it is in none. */
  readonly #places: Int32Array;

  constructor(groups: readonly LaneGroup[]) {
    let [lowest, highest] = [Number.POSITIVE_INFINITY, -1];
    for (const { roots } of groups)
      for (const { members } of roots)
        for (const id of members) {
          if (id >= 0 && id < lowest) lowest = id;
          if (id > highest) highest = id;
        }
    this.#lowest = highest < 0 ? 0 : lowest;
    this.#places = new Int32Array(highest < 0 ? 0 : 3 * (highest - lowest + 1)).fill(-1);
    groups.forEach(({ roots }, group) => {
      roots.forEach(({ members }, root) => {
        members.forEach((id, lane) => {
          const at = 3 * (id - this.#lowest);
          if (id < 0) return;
          this.#places[at] = group;
          this.#places[at + 1] = root;
          this.#places[at + 2] = lane;
        });
      });
    });
  }

  get(id: NodeId): LanePlace | undefined {
    const at = 3 * (id - this.#lowest);
    const group = this.#places[at] ?? -1;
    return group < 0 ? undefined : { group, root: this.#places[at + 1] ?? -1, lane: this.#places[at + 2] ?? -1 };
  }
}

/**
 * Orders groups so that readers come before what they read, as far as they do not read each other in a circle, and the
 * chunks within each group in the same way. What cannot be so is late.
 */
export function ordered(groups: readonly LaneGroup[]): OrderedGroup[] {
  const places = new LanePlaces(groups);
  const readers = groups.map(() => new Set<number>());
  /** By group that is read, then root: the groups that read it. */
  const rootReaders = groups.map(({ roots }) => roots.map(() => new Set<number>()));
  const conflicts = groups.map(({ roots }) => ({ up: roots.map(() => false), down: roots.map(() => false) }));
  groups.forEach(({ leaves }, reader) => {
    for (const sources of leaves.values())
      sources.forEach((id, lane) => {
        const source = places.get(id);
        if (!source) return;
        if (source.group !== reader) {
          readers[source.group]?.add(reader);
          rootReaders[source.group]?.[source.root]?.add(reader);
          return;
        }
        const [from, at] = [Math.floor(source.lane / chunkLanes), Math.floor(lane / chunkLanes)];
        const own = conflicts[reader];
        if (own && from > at) own.down[source.root] = true;
        if (own && from < at) own.up[source.root] = true;
      });
  });

  const position = new Int32Array(groups.length).fill(-1);
  const order: number[] = [];
  const open = new Set<number>();
  const visit = (group: number): void => {
    if (open.has(group)) return;
    open.add(group);
    for (const reader of readers[group] ?? []) visit(reader);
    position[group] = order.push(group) - 1;
  };
  groups.forEach((_, group) => {
    visit(group);
  });

  return order.flatMap((index) => {
    const group = groups[index];
    const own = conflicts[index];
    if (!group || !own) return [];
    const weight = (late: readonly boolean[]): number =>
      group.roots.reduce((sum, { width }, root) => sum + (late[root] ? elementBytes(width) : 0), 0);
    const chunks = weight(own.down) <= weight(own.up) ? "down" : "up";
    const late = group.roots.map((_, root) => {
      const after = [...(rootReaders[index]?.[root] ?? [])].some(
        (reader) => (position[reader] ?? 0) > (position[index] ?? 0),
      );
      return after || own[chunks][root] === true;
    });
    return [{ group, chunks, late }];
  });
}
