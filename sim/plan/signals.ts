import {
  type Design,
  definition,
  elementCount,
  elementName,
  type Flat,
  type Group,
  groupsOf,
  type Instance,
  joinPath,
  lanePaths,
  type NodeId,
} from "../../hdl/netlist/index.ts";

/** Calls `visit` for every name and then for every port without one, instance by instance: their nodes and paths. */
function walk(
  design: Design,
  groups: Flat["groups"],
  visit: (name: string, node: NodeId, group: number, lane: number) => void,
): void {
  groups.forEach(({ definition: index, lanes }, group) => {
    const { names } = definition(design, index);
    for (let lane = 0; lane < lanes; lane++) for (const { name, node } of names) visit(name, node, group, lane);
  });
  groups.forEach(({ definition: index, lanes }, group) => {
    const { names, ports } = definition(design, index);
    const known = new Set(names.map(({ name }) => name));
    const others = ports.filter(({ name }) => !known.has(name));
    for (const { name, node } of others) for (let lane = 0; lane < lanes; lane++) visit(name, node, group, lane);
  });
}

/** The nodes that have the values of all signals, in an order that the design decides. */
export function signalNodes(design: Design, flat: Flat, to: (id: NodeId) => NodeId): Int32Array {
  const ids: NodeId[] = [];
  const sizes = flat.groups.map(({ definition: index }) => definition(design, index).nodes.length);
  walk(design, flat.groups, (_, node, group, lane) => {
    ids.push(to(flat.nodes[group]?.[lane * (sizes[group] ?? 0) + node] ?? -1));
  });
  return Int32Array.from(ids);
}

/**
 * Every signal's full path and the node that has its value, one of those that `signalNodes` gave. Where an outer signal
 * is spelt like an inner one's path, it is the outer one.
 */
export function signalsByPath(design: Design, nodes: Int32Array): ReadonlyMap<string, NodeId> {
  const groups = groupsOf(design);
  const paths = lanePaths(design, groups);
  const signals = new Map<string, NodeId>();
  let at = 0;
  walk(design, groups, (name, _, group, lane) => {
    const path = joinPath(paths[group]?.[lane] ?? "", name);
    const node = nodes[at++] ?? -1;
    if (!signals.has(path)) signals.set(path, node);
  });
  return signals;
}

/** After so many paths have been looked for one by one, all are put together. */
const mostSingly = 1000;

/** Finds signals by path: a few without putting all paths together, of which a large design has hundreds of thousands. */
export class SignalPaths {
  readonly #design: Design;
  readonly #nodes: Int32Array;
  readonly #groups: readonly Group[];
  /** By group: its first name among all signals, its first port without a name, and the groups within it. */
  readonly #places: readonly { readonly names: number; readonly ports: number; readonly inner: number[] }[];
  /** By definition. */
  readonly #own = new Map<number, OwnSignals>();
  #asked = 0;
  #all: ReadonlyMap<string, NodeId> | null = null;

  /** `nodes` are those that `signalNodes` gave for the design. */
  constructor(design: Design, nodes: Int32Array) {
    this.#design = design;
    this.#nodes = nodes;
    this.#groups = groupsOf(design);
    let at = 0;
    const places = this.#groups.map(({ definition: index, lanes }) => {
      const names = at;
      at += lanes * definition(this.#design, index).names.length;
      return { names, ports: 0, inner: [] as number[] };
    });
    this.#places = places;
    this.#groups.forEach(({ definition: index, lanes, parent }, group) => {
      const place = places[group];
      if (place) place.ports = at;
      at += lanes * this.#ownOf(index).ports.size;
      places[parent]?.inner.push(group);
    });
  }

  /** Every signal's path and the node that has its value. */
  get all(): ReadonlyMap<string, NodeId> {
    this.#all ??= signalsByPath(this.#design, this.#nodes);
    return this.#all;
  }

  get(path: string): NodeId | undefined {
    if (this.#all || ++this.#asked > mostSingly) return this.all.get(path);
    const place = this.#find(0, 0, path);
    return place === Number.POSITIVE_INFINITY ? undefined : this.#nodes[place];
  }

  /** The first place among all signals of one that is spelt so below a lane of a group; infinity where there is none. */
  #find(group: number, lane: number, path: string): number {
    const { definition: index, lanes } = this.#groups[group] ?? { definition: -1, lanes: 0 };
    const place = this.#places[group];
    if (!place) return Number.POSITIVE_INFINITY;
    const { names, ports } = this.#ownOf(index);
    const name = names.get(path);
    const port = ports.get(path);
    let first = Number.POSITIVE_INFINITY;
    if (name !== undefined) first = place.names + lane * definition(this.#design, index).names.length + name;
    else if (port !== undefined) first = place.ports + port * lanes + lane;
    const { instances } = definition(this.#design, index);
    for (const inner of place.inner) {
      const instance = instances[this.#groups[inner]?.instance ?? -1];
      if (!instance || !path.startsWith(instance.name)) continue;
      const element = elementAt(path, instance);
      if (element === null) continue;
      const rest = path.slice(elementName(instance.name, instance.dims, element).length + 1);
      first = Math.min(first, this.#find(inner, lane * elementCount(instance.dims) + element, rest));
    }
    return first;
  }

  #ownOf(index: number): OwnSignals {
    const known = this.#own.get(index);
    if (known) return known;
    const { names, ports } = definition(this.#design, index);
    // Of names that are alike the first counts.
    const own = new Map(names.map(({ name }, at) => [name, at] as const).reverse());
    const others = ports.filter(({ name }) => !own.has(name));
    const found = { names: own, ports: new Map(others.map(({ name }, at) => [name, at])) };
    this.#own.set(index, found);
    return found;
  }
}

/** The names of a definition, and its ports that have none, with their places among them. */
interface OwnSignals {
  readonly names: ReadonlyMap<string, number>;
  readonly ports: ReadonlyMap<string, number>;
}

/** The element of an instance array that a path leads into; null where it does not. */
function elementAt(path: string, { name, dims }: Instance): number | null {
  const [coordinates = ""] = path.slice(name.length).match(/^(\[\d+\])*/) ?? [];
  const indices = [...coordinates.matchAll(/\d+/g)].slice(0, dims.length).map(([digits]) => Number(digits));
  if (indices.length < dims.length || indices.some((at, d) => at >= (dims[d] ?? 0))) return null;
  const element = indices.reduce((sum, at, d) => sum * (dims[d] ?? 1) + at, 0);
  return path.startsWith(`${elementName(name, dims, element)}.`) ? element : null;
}
