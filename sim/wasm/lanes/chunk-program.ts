import type { NodeId } from "../../../hdl/netlist/index.ts";
import { elementBytes, type LaneGroup, type LaneRoot, partsWithin } from "../../plan/lanes/lane-group.ts";
import { Simd } from "../simd.ts";
import { widened } from "./element-size.ts";
import { type Condition, guarded } from "./guarded-root.ts";
import { VectorExpression } from "./vector-expression.ts";
import { VectorGraph, type VectorId } from "./vector-graph.ts";

/** A register that is stored in one branch. */
export interface Store {
  readonly root: LaneRoot;
  /** Index of the root in its group. */
  readonly index: number;
  /** By vector register: the new value where all lanes take one, and where some keep what they have. */
  readonly all: readonly VectorId[];
  readonly some: readonly VectorId[];
}

/**
 * What is done where any lane of the chunk meets a condition, the branches in it first. The top one has no condition.
 * After `stores`, numbered one higher, comes the place of what is needed only where not all lanes meet it.
 */
export interface Branch {
  readonly index: number;
  readonly parent: Branch | null;
  /** A mask of the lanes, met by all branches around it too. */
  readonly mask: VectorId | null;
  readonly branches: Branch[];
  readonly stores: Store[];
}

/** The operations that update a chunk of so many lanes, in branches. */
export interface ChunkProgram {
  readonly lanes: number;
  readonly graph: VectorGraph;
  readonly top: Branch;
  /** By branch index, even ones; odd ones are for the mixed case of the branch before. */
  readonly branches: readonly Branch[];
  readonly expression: VectorExpression;
}

/** The program of a group's chunk with `lanes` lanes. */
export function chunkProgram(group: LaneGroup, lanes: number): ChunkProgram {
  const graph = new VectorGraph();
  const expression = new VectorExpression(group, graph);
  const branches: Branch[] = [];
  const open = (parent: Branch | null, mask: VectorId | null): Branch => {
    const branch = { index: 2 * branches.length, parent, mask, branches: [], stores: [] };
    branches.push(branch);
    parent?.branches.push(branch);
    return branch;
  };
  const top = open(null, null);
  const known = new Map<string, Branch>();
  const within = (conditions: readonly Condition[]): Branch => {
    let branch = top;
    let key = "";
    for (const { select, value } of conditions) {
      key += `${value ? "" : "not "}${select} `;
      let inner = known.get(key);
      if (!inner) {
        const [plain = 0] = expression.mask(select, 1);
        const own = value ? plain : graph.simd(Simd.not, plain);
        inner = open(branch, branch.mask === null ? own : graph.simd(Simd.and, branch.mask, own));
        known.set(key, inner);
      }
      branch = inner;
    }
    return branch;
  };

  group.roots.forEach((root, index) => {
    const { conditions, value } = guarded(group.nodes, root);
    const branch = within(conditions);
    const bytes = elementBytes(root.width);
    const all = expression.value(value, "zero").slice(0, partsWithin(bytes, lanes));
    const masks = branch.mask === null ? [] : widened(graph, [branch.mask], 1, bytes, true);
    const some = all.map((part, i) =>
      branch.mask === null ? part : graph.simd(Simd.bitSelect, part, graph.leaf(root.origin, i), masks[i] ?? part),
    );
    branch.stores.push({ root, index, all, some });
  });
  return { lanes, graph, top, branches, expression };
}

/**
 * The conditions without which a chunk stores nothing, where they are the same in all lanes: `isShared` says so of leaves.
 * Null where there are no such ones.
 */
export function sharedConditions(
  { top, graph }: ChunkProgram,
  isShared: (leaf: NodeId) => boolean,
): readonly VectorId[] | null {
  if (top.stores.length > 0) return null;
  const masks = top.branches.flatMap(({ mask }) => mask ?? []);
  const open = [...masks];
  const seen = new Set<VectorId>();
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    const operation = graph.operations[id];
    if (operation?.kind === "leaf" && !isShared(operation.leaf)) return null;
    open.push(...graph.operands(id));
  }
  return masks;
}
