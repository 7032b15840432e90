import { isCombinational, isState, type Node, type NodeId, operands } from "../../../hdl/netlist/index.ts";
import { postorder } from "../postorder.ts";
import type { InstanceArray } from "./instance-arrays.ts";
import { coneOf, cutAt, isLaneOperation, type LaneGroup, type Unfit } from "./lane-group.ts";
import { partsThatGoRound, wavefronts } from "./wavefronts.ts";

/**
 * Combinational outputs of an array that are computed in lanes, wavefront after wavefront, since lanes take them from
 * one another: what a lane needs of others in the group is there before its wavefront begins.
 */
export interface WireGroup extends LaneGroup {
  readonly array: InstanceArray;
  /** The lanes of the array in the order of the group. */
  readonly order: Int32Array;
  /** Lanes of each wavefront, in this order. */
  readonly waves: readonly number[];
}

export interface WireCandidates {
  readonly groups: readonly WireGroup[];
  readonly unfit: readonly Unfit[];
}

/** An output of an array's definition. */
interface Wire {
  readonly array: InstanceArray;
  readonly origin: NodeId;
  readonly cone: readonly NodeId[];
  readonly flat: Int32Array;
}

interface Owner {
  readonly wire: Wire;
  readonly lane: number;
}

/**
 * Splits definitions into cones by output: finds the combinational outputs that lanes of arrays take from others.
 * Outputs that follow one another from instance to instance make one group. `nodes` are those of the flat design.
 */
export function wireGroups(arrays: readonly InstanceArray[], nodes: readonly Node[]): WireCandidates {
  const owners = ownersOf(arrays, nodes);
  const used = usedWires(arrays, owners);
  const isUsed = new Set(used);
  const index = new Map(used.map((wire, at) => [wire, at]));
  const successors = used.map(() => new Set<number>());
  used.forEach((wire, at) => {
    const sources = new Set(inputsOf(wire.array, wire.cone).flatMap((input) => wiresBehind(wire.array, input, owners)));
    for (const inner of used)
      if (inner !== wire && inner.array === wire.array && wire.cone.includes(inner.origin)) sources.add(inner);
    for (const source of sources) successors[index.get(source) ?? -1]?.add(at);
  });
  const groups: WireGroup[] = [];
  const unfit: Unfit[] = [];
  const walk = new Walk(nodes);
  for (const part of partsThatGoRound(successors)) {
    const wires = part.flatMap((at) => used[at] ?? []);
    const [first] = wires;
    if (!first) continue;
    const name = outputsOf(first.array, wires.length);
    const found = wires.every(({ array }) => array === first.array)
      ? groupOf(wires, first.array, isUsed, owners)
      : null;
    if (!found) unfit.push({ name, reason: "values go round among the instances" });
    else if (returns(found, walk)) unfit.push({ name, reason: "values return through logic between the instances" });
    else groups.push(found);
  }
  const kept = new Set(computableUpfront(groups, nodes));
  for (const group of groups)
    if (!kept.has(group)) {
      const reason = "scalar code would have to stop half way for them";
      unfit.push({ name: outputsOf(group.array, group.roots.length), reason });
    }
  return { groups: [...kept], unfit };
}

/** What to call some outputs of an array. */
export function outputsOf({ definition, lanes }: InstanceArray, outputs: number): string {
  return `${definition} ×${lanes}, ${outputs} combinational output${outputs === 1 ? "" : "s"}`;
}

/**
 * Outputs that go through no lane are worth it only where scalar code need not stop half way for them: where all that
 * they follow from is at hand.
 */
function computableUpfront(groups: readonly WireGroup[], nodes: readonly Node[]): readonly WireGroup[] {
  const inLanes = new Set(groups.flatMap(wireNodes));
  const isAtHand = (id: NodeId): boolean => {
    const node = nodes[id];
    return inLanes.has(id) || !node || node.kind === "const" || node.kind === "input" || isState(node);
  };
  const kept = groups.filter((group) => group.waves.length > 1 || leafNodes(group).every(isAtHand));
  return kept.length === groups.length ? kept : computableUpfront(kept, nodes);
}

/** By node of the flat design: the first output that has its value, and in which lane. */
function ownersOf(arrays: readonly InstanceArray[], nodes: readonly Node[]): ReadonlyMap<NodeId, Owner> {
  const owners = new Map<NodeId, Owner>();
  for (const array of arrays)
    for (const origin of array.outputs) {
      const cone = isLaneOperation(array.nodes, origin) ? coneOf(array.nodes, origin) : null;
      if (!cone) continue;
      const wire = { array, origin, cone, flat: array.inEveryLane(origin) };
      wire.flat.forEach((id, lane) => {
        const node = nodes[id];
        if (node && node.kind !== "const" && isCombinational(node) && !owners.has(id)) owners.set(id, { wire, lane });
      });
    }
  return owners;
}

/** The outputs that lanes take values from, for registers or for outputs, and the outputs that do so. */
function usedWires(arrays: readonly InstanceArray[], owners: ReadonlyMap<NodeId, Owner>): Wire[] {
  const used = new Set<Wire>();
  for (const wire of new Set([...owners.values()].map((owner) => owner.wire))) {
    const sources = inputsOf(wire.array, wire.cone).flatMap((input) => wiresBehind(wire.array, input, owners));
    for (const one of sources.length > 0 ? [wire, ...sources] : []) used.add(one);
  }
  for (const array of arrays) {
    const cone = new Set<NodeId>();
    for (const [id, node] of array.nodes.entries())
      if (node.kind === "reg" && node.width <= 64 && node.next !== id)
        for (const inner of coneOf(array.nodes, node.next) ?? []) cone.add(inner);
    for (const input of inputsOf(array, [...cone]))
      for (const wire of wiresBehind(array, input, owners)) used.add(wire);
  }
  return [...used];
}

function inputsOf(array: InstanceArray, cone: readonly NodeId[]): NodeId[] {
  return cone.filter((id) => array.nodes[id]?.kind === "input");
}

function wiresBehind(array: InstanceArray, input: NodeId, owners: ReadonlyMap<NodeId, Owner>): Wire[] {
  const found = new Set<Wire>();
  for (const source of array.inEveryLane(input)) {
    const owner = owners.get(source);
    if (owner) found.add(owner.wire);
  }
  return [...found];
}

/** Outputs of one array as a group, null where values go round among its lanes. */
function groupOf(
  wires: readonly Wire[],
  array: InstanceArray,
  isUsed: ReadonlySet<Wire>,
  owners: ReadonlyMap<NodeId, Owner>,
): WireGroup | null {
  const own = new Set(wires);
  const others = [...isUsed].filter((wire) => wire.array === array && !own.has(wire)).map(({ origin }) => origin);
  const nodes = cutAt(array.nodes, new Set(others));
  const cone = new Set(wires.flatMap(({ origin }) => coneOf(nodes, origin) ?? []));
  const leaves = [...cone].filter((id) => !isLaneOperation(nodes, id));
  const fetched = new Map(leaves.map((leaf) => [leaf, array.inEveryLane(leaf)]));
  const sources = Array.from({ length: array.lanes }, (): number[] => []);
  for (const from of fetched.values())
    from.forEach((id, lane) => {
      const owner = owners.get(id);
      if (owner && own.has(owner.wire)) sources[lane]?.push(owner.lane);
    });
  const wave = wavefronts(array.lanes, sources);
  if (!wave) return null;
  const order = Int32Array.from(wave.keys()).sort((a, b) => (wave[a] ?? 0) - (wave[b] ?? 0) || a - b);
  const waves: number[] = [];
  for (const own of wave) waves[own] = (waves[own] ?? 0) + 1;
  const inOrder = (found: Int32Array): Int32Array => order.map((lane) => found[lane] ?? -1);
  const owned = (wire: Wire): Int32Array =>
    wire.flat.map((id, lane) => {
      const owner = owners.get(id);
      return owner?.wire === wire && owner.lane === lane ? id : -1;
    });
  return {
    name: array.name,
    domain: null,
    lanes: array.lanes,
    array,
    order,
    waves,
    nodes,
    leaves: new Map([...fetched].map(([leaf, found]) => [leaf, inOrder(found)])),
    roots: wires.map((wire) => ({
      origin: wire.origin,
      next: wire.origin,
      width: array.nodes[wire.origin]?.width ?? 1,
      members: inOrder(owned(wire)),
    })),
  };
}

/** Puts groups in an order in which each comes after those that it follows from, through whatever logic. */
export function wiresInOrder(groups: readonly WireGroup[], nodes: readonly Node[]): WireGroup[] {
  const groupOf = new Map(groups.flatMap((group, at) => wireNodes(group).map((id) => [id, at] as const)));
  const walk = new Walk(nodes);
  const before = groups.map((group, at) => {
    const found = new Set<number>();
    for (const id of walk.back(leafNodes(group))) {
      const other = groupOf.get(id);
      if (other !== undefined && other !== at) found.add(other);
    }
    return found;
  });
  return postorder(groups.length, groups.keys(), (at) => [...(before[at] ?? [])]).flatMap((at) => groups[at] ?? []);
}

/** The nodes of the flat design that a group computes. */
export function wireNodes({ roots }: LaneGroup): NodeId[] {
  return roots.flatMap(({ members }) => [...members].filter((id) => id >= 0));
}

/** The nodes of the flat design that a group takes values from. */
export function leafNodes({ leaves }: LaneGroup): NodeId[] {
  return [...new Set([...leaves.values()].flatMap((sources) => [...sources]))];
}

/** Whether what scalar code computes for a group follows from the group. */
function returns(group: WireGroup, walk: Walk): boolean {
  const own = new Set(wireNodes(group));
  for (const id of walk.back(leafNodes(group).filter((leaf) => !own.has(leaf)))) if (own.has(id)) return true;
  return false;
}

/** Goes from values to those that they follow from in the same cycle. */
class Walk {
  readonly #nodes: readonly Node[];
  /** By node, the walk that met it last. */
  readonly #met: Int32Array;
  #count = 0;

  constructor(nodes: readonly Node[]) {
    this.#nodes = nodes;
    this.#met = new Int32Array(nodes.length);
  }

  /** The roots and all that their values follow from. */
  *back(roots: readonly NodeId[]): Generator<NodeId> {
    const walk = ++this.#count;
    const open = [...roots];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      const node = this.#nodes[id];
      if (!node || this.#met[id] === walk) continue;
      this.#met[id] = walk;
      yield id;
      if (!isState(node)) open.push(...operands(node));
    }
  }
}
