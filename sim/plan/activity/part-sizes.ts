import { isCombinational, type Memory, type Node, type NodeId, operands } from "../../../hdl/netlist/index.ts";
import type { EngineOptions } from "../../engine.ts";
import { costOf } from "../kernel.ts";
import type { Lanes } from "../lanes/lanes.ts";
import { leafNodes } from "../lanes/wire-groups.ts";

/** How finely a kernel is divided, in operations. */
export interface PartSizes {
  /** Smaller instances count as part of the one around them. */
  readonly smallestScope: number;
  /** Smaller parts join their neighbours in the order. */
  readonly smallest: number;
  readonly largest: number;
}

/** Where it pays. */
const usual: PartSizes = { smallestScope: 64, smallest: 24, largest: 300 };
/** So fine that designs of a few nodes have several parts. */
const finest: PartSizes = { smallestScope: 2, smallest: 2, largest: 6 };
/** Fewer operations than these are evaluated faster than it is found out which of them need be. */
export const fewestOperations = 4000;

/** What an edge evaluates, as far as the size of it goes. */
interface Evaluated {
  readonly nodes: readonly Node[];
  readonly memories: readonly Memory[];
  readonly checks: readonly { readonly condition: NodeId; readonly enable: NodeId }[];
  readonly lanes: Lanes;
}

/** How finely to divide the kernels of a design; null where they are better evaluated whole. */
export function partSizes(design: Evaluated, wanted: NonNullable<EngineOptions["activity"]>): PartSizes | null {
  if (wanted === "off") return null;
  if (wanted === "always") return finest;
  return scalarOperations(design) < fewestOperations ? null : usual;
}

/** Operations that are not in lanes of one edge of every clock. */
export function scalarOperations({ nodes, memories, checks, lanes }: Evaluated): number {
  const groups = [...lanes.groups.map(({ group }) => group), ...lanes.wires];
  const inLanes = new Set(groups.flatMap(({ roots }) => roots.flatMap(({ members }) => [...members])));
  const open: NodeId[] = groups.flatMap(leafNodes);
  nodes.forEach((node, id) => {
    if (node.kind === "reg" && !inLanes.has(id)) open.push(node.next);
    if (node.kind === "memRead" && node.sync) open.push(node.address, node.sync.enable);
  });
  for (const { writes } of memories)
    for (const { enable, address, data, mask } of writes) open.push(enable, address, data, mask ?? enable);
  for (const { condition, enable } of checks) open.push(condition, enable);
  const seen = new Uint8Array(nodes.length);
  let cost = 0;
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const node = nodes[id];
    if (!node || seen[id] === 1) continue;
    seen[id] = 1;
    const isRead = node.kind === "memRead" && !node.sync;
    if (node.kind === "const" || !(isRead || isCombinational(node))) continue;
    cost += costOf({ nodes }, id);
    open.push(...operands(node));
  }
  return cost;
}
