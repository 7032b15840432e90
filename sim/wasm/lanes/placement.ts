import type { NodeId } from "../../../hdl/netlist/index.ts";
import type { Branch, ChunkProgram } from "./chunk-program.ts";
import type { VectorId } from "./vector-graph.ts";

/** Where in the branches of a chunk's program each operation is done. */
export interface Placement {
  /** By operation: the branch, by index (see `Branch`); −1 for what nothing needs. */
  readonly place: Int32Array;
  /** By operation: how often it is used. */
  readonly uses: Int32Array;
  /** By branch: what is done at its start, since what is inside needs it, or stores over what it loads. */
  readonly first: readonly (readonly VectorId[])[];
}

/**
 * Puts each operation in the innermost branch around all that use it. `storesOver` says which roots (by index in
 * the group) may store, in the same chunk, over what a leaf loads.
 */
export function placed(program: ChunkProgram, storesOver: (leaf: NodeId) => readonly number[]): Placement {
  const { graph, branches } = program;
  const count = graph.operations.length;
  const parents = new Int32Array(2 * branches.length).fill(-1);
  const depths = new Int32Array(2 * branches.length);
  for (const { index, parent } of branches) {
    parents[index] = parent?.index ?? -1;
    depths[index] = parent ? (depths[parent.index] ?? 0) + 1 : 0;
    parents[index + 1] = index;
    depths[index + 1] = (depths[index] ?? 0) + 1;
  }
  const common = (a: number, b: number): number => {
    let [x, y] = [a, b];
    while (x !== y) {
      if ((depths[x] ?? 0) >= (depths[y] ?? 0)) x = parents[x] ?? 0;
      else y = parents[y] ?? 0;
    }
    return x;
  };

  const place = new Int32Array(count).fill(-1);
  const uses = new Int32Array(count);
  const early = new Uint8Array(count);
  const use = (id: VectorId, branch: number): void => {
    const before = place[id] ?? -1;
    if (before >= 0 && before !== branch) early[id] = 1;
    place[id] = before < 0 ? branch : common(before, branch);
    uses[id] = (uses[id] ?? 0) + 1;
  };
  const storedIn = new Map<number, Branch>();
  for (const branch of branches) {
    if (branch.mask !== null) use(branch.mask, branch.parent?.index ?? 0);
    for (const { index, all, some } of branch.stores) {
      storedIn.set(index, branch);
      for (const id of all) use(id, branch.index);
      if (branch.mask !== null) for (const id of some) use(id, branch.index + 1);
    }
  }
  for (let id = count - 1; id >= 0; id--) {
    const branch = place[id] ?? -1;
    if (branch < 0) continue;
    for (const operand of graph.operands(id)) use(operand, branch);
    const operation = graph.operations[id];
    for (const root of operation?.kind === "leaf" ? storesOver(operation.leaf) : []) {
      const store = storedIn.get(root);
      const around = common(place[id] ?? 0, store?.index ?? 0);
      // Inside the branch that stores, everything is loaded before.
      if (!store || around === store.index) continue;
      place[id] = around;
      early[id] = 1;
    }
  }
  const first = Array.from({ length: 2 * branches.length }, (): VectorId[] => []);
  for (let id = 0; id < count; id++) if (early[id] === 1) first[place[id] ?? -1]?.push(id);
  return { place, uses, first };
}
