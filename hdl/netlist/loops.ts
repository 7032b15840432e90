import { BitGraph } from "./bit-graph.ts";
import { type BitSummary, bitSummaries } from "./bit-summary.ts";
import { components } from "./components.ts";
import { type Design, DesignError, type Module, type NodeId } from "./design.ts";
import { definitionPaths } from "./label.ts";
import { describeLoop } from "./loop-report.ts";
import { type Summary, summarise, type WordGraph, wordGraph } from "./summary.ts";

/** How many edges the search for a short cycle may look at before it settles for the shortest so far. */
const effort = 2_000_000;

/**
 * Checks that no bit of any signal depends on itself within a cycle, in any module and through its instances. Words that
 * go round where no bit does, such as `w = cat(slice(w, 0, 7), a)`, are fine.
 *
 * Linear where no words go round. Throws a DesignError that spells out one simple cycle, signal by signal with lines.
 */
export function checkLoops(design: Design): void {
  const summaries: Summary[] = [];
  const summaryOf = bitSummaries(design, summaries);
  let found = false;
  design.modules.forEach((module, index) => {
    const graph = wordGraph(design, module, summaries);
    for (const members of cyclesOf(graph)) {
      checkBits(design, module, members, summaryOf, () => definitionPaths(design)[index] ?? module.name);
      found = true;
    }
    summaries.push(summarise(module, graph));
  });
  haveWordCycles.set(design, found);
}

const haveWordCycles = new WeakMap<Design, boolean>();

/**
 * Whether words may go round in the design once it is flattened: they do in no module, taken with what passes through
 * its instances, where they do not in the whole. Far quicker than a look at the whole.
 */
export function mayHaveWordCycles(design: Design): boolean {
  const known = haveWordCycles.get(design);
  if (known !== undefined) return known;
  const summaries: Summary[] = [];
  const found = design.modules.some((module) => {
    const graph = wordGraph(design, module, summaries);
    summaries.push(summarise(module, graph));
    return cyclesOf(graph).length > 0;
  });
  haveWordCycles.set(design, found);
  return found;
}

/** The groups of nodes of a module that depend on each other in a circle, word by word. */
export function wordCycles(design: Design, module: Module, summaries: readonly Summary[]): NodeId[][] {
  return cyclesOf(wordGraph(design, module, summaries));
}

function cyclesOf({ components: { count, members, starts, isCycle } }: WordGraph): NodeId[][] {
  const found: NodeId[][] = [];
  for (let c = 0; c < count; c++) if (isCycle(c)) found.push([...members.subarray(starts[c], starts[c + 1])]);
  return found;
}

/** Throws a DesignError where a bit of these nodes depends on itself; `path` places the module in the message. */
export function checkBits(
  design: Design,
  module: Module,
  members: readonly NodeId[],
  summaryOf: (definition: number) => BitSummary,
  path: () => string,
): void {
  const graph = new BitGraph(design, module, members, summaryOf);
  const { count, members: vertices, starts } = components(graph.size, (vertex) => graph.follow(vertex));
  for (let c = 0; c < count; c++) {
    const group = vertices.subarray(starts[c], starts[c + 1]);
    const cycle = shortestCycle(graph, group);
    if (cycle)
      throw new DesignError(
        `combinational loop in ${path()}: ${describeLoop(design, module, graph, cycle, summaryOf)}; put a register (reg or pipe) on one of these signals`,
      );
  }
}

/** The shortest cycle within a component that a bounded search finds, each vertex depending on the next; else null. */
function shortestCycle(graph: BitGraph, component: Int32Array): number[] | null {
  const [only] = component;
  if (only === undefined) return null;
  if (component.length === 1) return graph.follow(only).includes(only) ? [only] : null;

  const inside = new Set(component);
  const follow = new Map<number, number[]>();
  let edges = 0;
  for (const vertex of component) {
    const next = graph.follow(vertex).filter((to) => inside.has(to));
    follow.set(vertex, next);
    edges += next.length;
  }
  let best: number[] | null = null;
  let spent = 0;
  for (const start of component) {
    if (best && (spent > effort || best.length <= 1)) break;
    const cycle = cycleThrough(start, follow, best?.length ?? Number.POSITIVE_INFINITY);
    if (cycle) best = cycle;
    spent += edges;
  }
  return best;
}

/** The shortest cycle through `start` if it has fewer than `limit` vertices: breadth first. */
function cycleThrough(start: number, follow: ReadonlyMap<number, number[]>, limit: number): number[] | null {
  const cameFrom = new Map<number, number>();
  let level = [start];
  for (let length = 1; level.length > 0 && length < limit; length++) {
    const next: number[] = [];
    for (const vertex of level)
      for (const to of follow.get(vertex) ?? []) {
        if (to === start) {
          const cycle = [vertex];
          for (let at = vertex; at !== start; ) {
            at = cameFrom.get(at) ?? start;
            cycle.push(at);
          }
          return cycle.reverse();
        }
        if (cameFrom.has(to)) continue;
        cameFrom.set(to, vertex);
        next.push(to);
      }
    level = next;
  }
  return null;
}
