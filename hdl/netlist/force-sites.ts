import type { NodeId, Port } from "./design.ts";
import { type Design, definition, type Instance, isState, type Module, type Name, type Node } from "./design.ts";
import { elementCount, elementName } from "./element.ts";
import { mapOperands, mapWrites } from "./map-operands.ts";
import { validate } from "./validate.ts";

/** Inputs of the top that force one signal: where `mask` has ones, all that read it see the bits of `value`. */
export interface ForceInputs {
  readonly mask: string;
  readonly value: string;
}

/** The inputs that force the signal at a path below the top. */
export function forceInputs(path: string): ForceInputs {
  return { mask: `force.${path}.mask`, value: `force.${path}.value` };
}

/** A signal in a definition, or further down in an element of one of its instances. */
type Site =
  | { readonly kind: "own"; readonly node: NodeId; readonly width: number }
  | { readonly kind: "inner"; readonly instance: number; readonly rest: string; readonly width: number };

/** By path below the definition. */
type Sites = ReadonlyMap<string, Site>;

/**
 * Makes signals forcible, by their paths below the top (`array.pe[2][3].held`): each gets the inputs `forceInputs`, of
 * its width. What the design itself drives is `<signal>.driven` from there on, and the signal's names stand for what its
 * readers see. Where the mask is 0, nothing but the power-on value of a register without `init` is other than before:
 * that is drawn by the register's name.
 *
 * Throws a RangeError for a path that leads to no named signal.
 */
export function insertForces(design: Design, paths: readonly string[]): Design {
  const sites = sitesOf(design, paths);
  const modules = design.modules.map((module, index) => {
    const own = sites[index];
    const touched = own !== undefined && own.size > 0;
    return touched ? new ForcedBody(module, sites).build(own) : module;
  });
  const result = { modules, top: design.top };
  validate(result);
  return result;
}

/** By definition, the paths that are asked for in any of its instances. Parents come after children, so from the top on. */
function sitesOf(design: Design, paths: readonly string[]): readonly Sites[] {
  const sites = design.modules.map(() => new Map<string, Site>());
  const add = (index: number, path: string): number => {
    const known = sites[index]?.get(path);
    if (known) return known.width;
    const site = siteOf(definition(design, index), path, add);
    sites[index]?.set(path, site);
    return site.width;
  };
  for (const path of paths) add(design.top, path);
  return sites;
}

/** Where an outer signal is spelt like an inner one's path, it is the outer one. */
function siteOf(module: Module, path: string, inside: (index: number, path: string) => number): Site {
  const name = module.names.find((candidate) => candidate.name === path);
  if (name) return { kind: "own", node: name.node, width: module.nodes[name.node]?.width ?? 0 };
  for (const [instance, { name: own, dims, definition: index }] of module.instances.entries()) {
    if (!path.startsWith(own)) continue;
    const elements = Array.from({ length: elementCount(dims) }, (_, e) => `${elementName(own, dims, e)}.`);
    const prefix = elements.find((element) => path.startsWith(element));
    if (prefix === undefined) continue;
    const rest = path.slice(prefix.length);
    return { kind: "inner", instance, rest, width: inside(index, rest) };
  }
  throw new RangeError(`${module.name} has no signal ${path}`);
}

/** A module's body while forces are put into it. */
class ForcedBody {
  private readonly nodes: Node[];
  private readonly sources: number[];
  private readonly ports: Port[];
  private readonly names: Name[] = [];
  /** What stands for a node from which its readers are cut off. */
  private readonly standIns = new Map<NodeId, NodeId>();
  /** The inputs of each site. */
  private readonly inputs = new Map<string, { readonly mask: NodeId; readonly value: NodeId }>();

  constructor(
    private readonly module: Module,
    private readonly sites: readonly Sites[],
  ) {
    this.nodes = [...module.nodes];
    this.sources = [...module.nodeSources];
    this.ports = [...module.ports];
  }

  build(sites: Sites): Module {
    const { module } = this;
    for (const [path, { width }] of sites) {
      const { mask, value } = forceInputs(path);
      this.inputs.set(path, { mask: this.input(mask, width), value: this.input(value, width) });
    }
    for (const [path, site] of sites) if (site.kind === "own") this.force(path, site.node, site.width);
    const to = (id: NodeId): NodeId => this.standIns.get(id) ?? id;
    const instances = module.instances.map((instance): Instance => {
      const inputs = instance.inputs.map((gather) => gather.map(to));
      return { ...instance, inputs: [...inputs, ...this.passedOn(instance)] };
    });
    return {
      ...module,
      instances,
      nodes: this.nodes.map((node, id) => (id < module.nodes.length ? mapOperands(node, to) : node)),
      nodeSources: this.sources,
      ports: this.ports.map((port) => (port.direction === "out" ? { ...port, node: to(port.node) } : port)),
      names: [...module.names.map((name) => this.moved(name)), ...this.names],
      memories: module.memories.map((memory) => mapWrites(memory, to)),
      checks: module.checks.map((one) => ({ ...one, condition: to(one.condition), enable: to(one.enable) })),
    };
  }

  /** Cuts a node's readers off and lets them see it through a force. */
  private force(path: string, node: NodeId, width: number): void {
    const inputs = this.inputs.get(path);
    if (!inputs) return;
    const { mask, value } = inputs;
    const own = this.standIns.get(node) ?? node;
    const rest = this.add({ kind: "and", width, a: own, b: this.add({ kind: "not", width, a: mask }, node) }, node);
    const forced = this.add({ kind: "and", width, a: value, b: mask }, node);
    this.standIns.set(node, this.add({ kind: "or", width, a: rest, b: forced }, node));
    const name = this.module.names.find((candidate) => candidate.name === path);
    const kind = own === node && name?.kind === "reg" ? "reg" : "wire";
    if (name) this.names.push({ ...name, name: `${path}.driven`, node: own, kind });
  }

  /** What the inputs of sites in all elements of an instance are driven by: nothing is forced where nobody asked. */
  private passedOn(instance: Instance): NodeId[][] {
    const gathers: NodeId[][] = [];
    for (const [path, { width }] of this.sites[instance.definition] ?? []) {
      const zero = this.add({ kind: "const", width, value: 0n }, -1);
      const each = Array.from({ length: elementCount(instance.dims) }, (_, element) =>
        this.inputs.get(`${elementName(instance.name, instance.dims, element)}.${path}`),
      );
      gathers.push(each.map((inputs) => inputs?.mask ?? zero));
      gathers.push(each.map((inputs) => inputs?.value ?? zero));
    }
    return gathers;
  }

  /** A register's name that stands for what its readers see is a wire's. */
  private moved(name: Name): Name {
    const standIn = this.standIns.get(name.node);
    if (standIn === undefined) return name;
    const node = this.module.nodes[name.node];
    return { ...name, node: standIn, kind: name.kind === "reg" && node && isState(node) ? "wire" : name.kind };
  }

  private input(name: string, width: number): NodeId {
    const node = this.add({ kind: "input", width, port: this.ports.length }, -1);
    const format = { kind: "uint" } as const;
    this.ports.push({ name, direction: "in", width, node, format });
    this.names.push({ name, node, kind: "port", format, source: null });
    return node;
  }

  /** Adds a node, written where `origin` was. */
  private add(node: Node, origin: NodeId): NodeId {
    this.sources.push(this.module.nodeSources[origin] ?? -1);
    return this.nodes.push(node) - 1;
  }
}
