import type { Node, NodeId } from "../../../hdl/netlist/index.ts";
import type { LaneGroup } from "./lane-group.ts";

/** A chain shorter than this stays where it is: fetching its first value would take what the rest saves. */
const shortest = 3;

/**
 * Registers that only copy each other, as in the triangles before and behind a systolic array. All chains of one width
 * and domain make one group: lane after lane along each chain, so that an edge moves the whole by one lane, and only the
 * first of each chain is fetched. `taken` says which registers belong to other groups; fewer than `fewest` of one kind make no group.
 */
export function delayChains(nodes: readonly Node[], taken: (id: NodeId) => boolean, fewest: number): LaneGroup[] {
  const before = (id: NodeId): NodeId | null => {
    const node = nodes[id];
    if (node?.kind !== "reg" || node.width > 64 || node.next === id || taken(id)) return null;
    const source = nodes[node.next];
    const alike = source?.kind === "reg" && source.width === node.width && source.domain === node.domain;
    return alike && source.next !== node.next && !taken(node.next) ? node.next : null;
  };
  const after = new Map<NodeId, NodeId>();
  nodes.forEach((_, id) => {
    const source = before(id);
    if (source !== null && !after.has(source)) after.set(source, id);
  });

  const chains = new Map<string, NodeId[]>();
  nodes.forEach((node, id) => {
    const source = before(id);
    if (node.kind !== "reg" || !after.has(id) || (source !== null && after.get(source) === id)) return;
    const chain: NodeId[] = [];
    for (let at: NodeId | undefined = id; at !== undefined; at = after.get(at)) chain.push(at);
    if (chain.length < shortest) return;
    const key = `${node.width} ${node.domain}`;
    chains.set(key, [...(chains.get(key) ?? []), ...chain]);
  });
  return [...chains.values()]
    .filter((registers) => registers.length >= fewest)
    .map((registers) => groupOf(nodes, registers));
}

function groupOf(nodes: readonly Node[], registers: readonly NodeId[]): LaneGroup {
  const [first = -1] = registers;
  const prototype = nodes[first];
  if (prototype?.kind !== "reg") throw new RangeError(`node ${first} is no register`);
  const { width, domain } = prototype;
  const sources = Int32Array.from(registers, (id) => {
    const node = nodes[id];
    return node?.kind === "reg" ? node.next : -1;
  });
  return {
    name: `delays of ${width} bits`,
    domain,
    lanes: registers.length,
    waves: null,
    nodes: [
      { ...prototype, next: 1 },
      { kind: "input", width, port: 0 },
    ],
    leaves: new Map([[1, sources]]),
    roots: [{ origin: 0, next: 1, width, members: Int32Array.from(registers) }],
  };
}
