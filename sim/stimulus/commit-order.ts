import type { NodeId } from "../../hdl/netlist/index.ts";
import { needs } from "../plan/action.ts";
import { type Item, itemsOf } from "../plan/kernel.ts";
import type { Plan } from "../plan/plan.ts";

/** Writes to a memory at an edge, and loads of the synchronous reads that depend on what is written. */
export interface Commit {
  readonly kind: "commit";
  readonly memory: number;
  /** A bit for each domain that has the edge. */
  readonly domains: number;
  readonly reads: readonly NodeId[];
}

export const isIn = (domains: number, domain: number): boolean => ((domains >>> domain) & 1) === 1;

/** What is written to memories at an edge of some domains. */
export function commitsOf({ nodes, memories }: Plan, domains: number): Commit[] {
  const commits = memories.map(({ writes }, memory): (Commit & { reads: NodeId[] }) | null =>
    writes.some(({ domain }) => isIn(domains, domain)) ? { kind: "commit", memory, domains, reads: [] } : null,
  );
  nodes.forEach((node, id) => {
    if (node.kind !== "memRead" || !node.sync || !isIn(domains, node.sync.domain)) return;
    if (memories[node.memory]?.readUnderWrite !== "old") commits[node.memory]?.reads.push(id);
  });
  return commits.flatMap((commit) => commit ?? []);
}

/** The nodes whose values a commit takes. */
export function neededByCommit(plan: Plan, { memory, domains, reads }: Commit): readonly NodeId[] {
  const ports = plan.memories[memory]?.writes.filter(({ domain }) => isIn(domains, domain)) ?? [];
  const writes = ports.flatMap(({ enable, address, data, mask }) =>
    mask === null ? [enable, address, data] : [enable, address, data, mask],
  );
  return [...writes, ...reads.flatMap((node) => needs(plan, { kind: "read", node }))];
}

/** The functions of a kernel with commits in those that are called from outside, each as early as can be. */
export function withCommits(
  plan: Plan,
  functions: readonly (readonly Item[])[],
  steps: readonly number[],
  commits: readonly Commit[],
): readonly (readonly (Item | Commit)[])[] {
  const result: (Item | Commit)[][] = functions.map((items) => [...items]);
  if (commits.length === 0) return result;
  const last = lastItems(plan, functions, steps);
  const places = commits.map((commit) => {
    const needed = neededByCommit(plan, commit).map((id) => last.ofNode[id] ?? -1);
    return { commit, after: Math.max(last.ofStop, last.ofMemory[commit.memory] ?? -1, ...needed) };
  });
  let before = 0;
  for (const step of steps) {
    const [items, first] = [functions[step] ?? [], before];
    result[step] = items.flatMap((item, at) => [item, ...behind(places, first + at)]);
    before += items.length;
  }
  const [first] = steps;
  if (first !== undefined) result[first]?.unshift(...behind(places, -1));
  return result;
}

function behind(places: readonly { readonly commit: Commit; readonly after: number }[], at: number): Commit[] {
  return places.flatMap(({ commit, after }) => (after === at ? [commit] : []));
}

/** Of the items right in the steps, numbered through, the last one in which something is done. */
interface LastItems {
  /** By node, −1 for what is at hand. */
  readonly ofNode: Int32Array;
  /** By memory, of its reads. */
  readonly ofMemory: Int32Array;
  /** Of leaving where a property failed. */
  readonly ofStop: number;
}

function lastItems(plan: Plan, functions: readonly (readonly Item[])[], steps: readonly number[]): LastItems {
  const ofNode = new Int32Array(plan.nodes.length).fill(-1);
  const ofMemory = new Int32Array(plan.memories.length).fill(-1);
  let [number, ofStop] = [0, -1];
  const visit = (item: Item): void => {
    const id = typeof item === "number" ? item : item.kind === "read" ? item.node : -1;
    const node = plan.nodes[id];
    if (node?.kind === "memRead") ofMemory[node.memory] = number;
    if (typeof item === "number") ofNode[item] = number;
    else if (item.kind === "stop") ofStop = number;
    else if (item.kind === "call") itemsOf(functions[item.function] ?? [], visit);
  };
  for (const step of steps)
    for (const item of functions[step] ?? []) {
      itemsOf([item], visit);
      number++;
    }
  return { ofNode, ofMemory, ofStop };
}
