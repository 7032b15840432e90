import { BitGraph } from "./bit-graph.ts";
import { components } from "./components.ts";
import { type Design, definition, type NodeId } from "./design.ts";
import { dependencies, type Summary } from "./summary.ts";

/** What passes through a definition within one cycle, bit by bit. */
export interface BitSummary {
  /** All bits of all input ports, by port index and from bit 0: what the masks' bits stand for. */
  readonly inputBits: readonly { readonly port: number; readonly bit: number }[];
  /** `through[port][bit]`: the set of input bits, as a mask, that this bit of an output depends on. */
  readonly through: readonly (readonly bigint[])[];
}

/**
 * Bit summaries of a design's modules, each worked out when first asked for. `summaries` are the word-level ones of all
 * modules that will be asked for, and may still be growing.
 */
export function bitSummaries(design: Design, summaries: readonly Summary[]): (index: number) => BitSummary {
  const known = new Map<number, BitSummary>();
  // Children are done first, by index, so that the depth of the hierarchy costs no stack.
  const need = (index: number, found: Set<number>): Set<number> => {
    const open = [index];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (found.has(next) || known.has(next)) continue;
      found.add(next);
      if (!summaries[next]?.registered)
        for (const child of definition(design, next).instances) open.push(child.definition);
    }
    return found;
  };
  const get = (index: number): BitSummary => {
    for (const next of [...need(index, new Set())].sort((a, b) => a - b))
      known.set(
        next,
        summariseBits(design, next, summaries, (child) => known.get(child) ?? { inputBits: [], through: [] }),
      );
    return known.get(index) ?? { inputBits: [], through: [] };
  };
  return get;
}

function summariseBits(
  design: Design,
  index: number,
  summaries: readonly Summary[],
  child: (index: number) => BitSummary,
): BitSummary {
  const module = definition(design, index);
  const summary = summaries[index];
  const inputBits = module.ports.flatMap((port, p) =>
    port.direction === "in" ? Array.from({ length: port.width }, (_, bit) => ({ port: p, bit })) : [],
  );
  const outputs = module.ports.filter((_, p) => (summary?.through[p]?.length ?? 0) > 0);
  const cone = reachable(
    outputs.map((port) => port.node),
    dependencies(design, module, summaries),
  );
  const graph = new BitGraph(design, module, cone, child);
  const reach: bigint[] = new Array(graph.size).fill(0n);
  inputBits.forEach(({ port, bit }, place) => {
    const vertex = graph.vertex(module.ports[port]?.node ?? -1, bit);
    if (vertex >= 0) reach[vertex] = 1n << BigInt(place);
  });
  const { count, members, starts } = components(graph.size, (vertex) => graph.follow(vertex));
  for (let c = 0; c < count; c++) {
    const group = members.subarray(starts[c], starts[c + 1]);
    let mask = 0n;
    for (const vertex of group) {
      mask |= reach[vertex] ?? 0n;
      for (const next of graph.follow(vertex)) mask |= reach[next] ?? 0n;
    }
    if (mask !== 0n) for (const vertex of group) reach[vertex] = mask;
  }
  const through = module.ports.map((port, p) =>
    port.direction === "in" || (summary?.through[p]?.length ?? 0) === 0
      ? Array.from({ length: port.width }, () => 0n)
      : Array.from({ length: port.width }, (_, bit) => reach[graph.vertex(port.node, bit)] ?? 0n),
  );
  return { inputBits, through };
}

function reachable(roots: readonly NodeId[], follow: (node: NodeId) => readonly NodeId[]): Set<NodeId> {
  const found = new Set<NodeId>();
  const open = [...roots];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    for (const next of follow(id)) open.push(next);
  }
  return found;
}
