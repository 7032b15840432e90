import {
  DesignError,
  type Domain,
  type DomainId,
  type Format,
  type Module,
  mapOperands,
  mapWrites,
  type Name,
  type Node,
  type NodeId,
  type Port,
} from "../netlist/index.ts";
import { domainNames, toDomain } from "./clocks.ts";
import type { ImportedModule } from "./instance-import.ts";
import type { ModuleImport } from "./module-import.ts";
import type { Bits } from "./yosys-netlist.ts";

/** What a module's definition is to be called, where it stands, and which of its clock domains comes first. */
export interface Placing {
  readonly name: string;
  readonly index: number;
  readonly firstDomain: DomainId;
}

/** Numbers all that an import made: a definition of the netlist, and what its users need to know of it. */
export function finishModule(build: ModuleImport, { name, index, firstDomain }: Placing): ImportedModule {
  const { module, table, signals, domains } = build;
  const inputs = [...build.inputs].filter(([, port]) => !build.clockPorts.has(port.name));
  inputs.forEach(([node, { bits }], at) => {
    table.fill(node, { kind: "input", width: bits.length, port: at });
  });
  const outputs = [...module.ports.values()].filter((port) => port.direction === "output" && port.bits.length > 0);
  const outputNodes = outputs.map((port) => signals.look(port.bits));
  const named = namedNets(build, new Set([...inputs.map(([, port]) => port), ...outputs].map((port) => port.name)));

  const ids = new Int32Array(table.size).fill(-1);
  const kept: NodeId[] = [];
  for (let id = 0; id < table.size; id++) if (table.get(id) !== null) ids[id] = kept.push(id) - 1;
  const to = (id: NodeId): NodeId => {
    const stand = table.find(id);
    const found = ids[stand] ?? -1;
    if (found >= 0) return found;
    throw new DesignError(`${name}: ${build.ownerOf(id)} takes part in a combinational loop; break it with a register`);
  };
  const domainTo = (id: DomainId): DomainId => (id === firstDomain ? 0 : id < firstDomain ? id + 1 : id);
  const nodes = kept.map((id): Node => {
    const node = mapOperands(table.get(id) ?? { kind: "const", width: 1, value: 0n }, to);
    if (node.kind === "reg") return { ...node, domain: domainTo(node.domain) };
    if (node.kind === "memRead" && node.sync)
      return { ...node, sync: { ...node.sync, domain: domainTo(node.sync.domain) } };
    return node;
  });
  const ordered = [
    ...domains.all.slice(firstDomain, firstDomain + 1),
    ...domains.all.filter((_, d) => d !== firstDomain),
  ];
  const clocks = clockDomains(
    ordered.map((domain) => domain),
    new Set(inputs.map(([, port]) => port.name)),
  );
  const anyRising = (): DomainId => {
    const found = clocks.findIndex((domain) => domain.edge === "rising");
    if (found >= 0) return found;
    const names = new Set([...clocks, ...inputs.map(([, port]) => port)].map((thing) => thing.name));
    return clocks.push(toDomain(freeName("clock", names), "rising")) - 1;
  };
  const instances = build.instances.map((instance) => instance.finish(to, domainTo, anyRising));

  const ports: Port[] = [
    ...inputs.map(([node, port]): Port => toPort(port.name, "in", port.bits.length, port.signed, to(node))),
    ...outputs.map((port, at) => toPort(port.name, "out", port.bits.length, port.signed, to(outputNodes[at] ?? -1))),
  ];
  const portSources = new Map(module.nets.map((net) => [net.name, net.source]));
  const names: Name[] = ports.map(({ name, node, format }) => ({
    name,
    node,
    kind: "port",
    format,
    source: portSources.get(name) ?? null,
  }));
  for (const { name, node: id, signed, source } of named) {
    const node = to(id);
    const kept = nodes[node];
    const state = kept?.kind === "reg" || (kept?.kind === "memRead" && kept.sync !== null);
    names.push({ name, node, kind: state ? "reg" : "wire", format: formatOf(kept?.width ?? 1, signed), source });
  }
  const result: Module = {
    name,
    domains: clocks,
    ports,
    nodes,
    instances,
    memories: build.memories.map((memory) => mapWrites(memory, to, domainTo)),
    checks: build.checks.map((check) => ({
      ...check,
      condition: to(check.condition),
      enable: to(check.enable),
      domain: domainTo(check.domain),
    })),
    names,
    nodeSources: kept.map((id) => table.sourceOf(id)),
    sources: build.sources,
    blackBox: null,
    source: module.source,
  };
  const children = build.instances.map((instance) => instance.child);
  return {
    index,
    module: result,
    ports: module.ports,
    domains: ordered,
    clockPorts: build.clockPorts,
    unread: new Set(inputs.filter(([node]) => signals.readerOf(node) === null).map(([, port]) => port.name)),
    instances: children.reduce((sum, child) => sum + child.instances, 1),
    nodes: children.reduce((sum, child) => sum + child.nodes, nodes.length),
    depth: children.reduce((most, child) => Math.max(most, child.depth + 1), 1),
  };
}

function clockDomains(domains: Parameters<typeof domainNames>[0], taken: ReadonlySet<string>): Domain[] {
  if (domains.length === 0) return [toDomain(freeName("clock", taken), "rising")];
  const names = domainNames(domains, (name) => taken.has(name));
  return domains.map(({ edge }, at) => toDomain(names[at] ?? "clock", edge));
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  let name = wanted;
  for (let n = 2; taken.has(name); n++) name = `${wanted}_${n}`;
  return name;
}

interface NamedNet {
  readonly name: string;
  readonly node: NodeId;
  readonly signed: boolean;
  readonly source: Name["source"];
}

/** The nets with names of their own: not made up by Yosys, not ports or clocks, and driven in some bit. */
function namedNets({ module, signals, inputs, clockPorts, clockNodes }: ModuleImport, ports: Set<string>): NamedNet[] {
  const isClock = (bit: number): boolean => {
    const node = signals.driver(bit)?.node ?? -1;
    return clockNodes.has(node) || clockPorts.has(inputs.get(node)?.name ?? "");
  };
  const worthNaming = (bits: Bits): boolean =>
    bits.length > 0 && bits.some((bit) => bit < 0 || signals.driver(bit) !== null) && !bits.some(isClock);
  return module.nets
    .filter((net) => !net.hidden && net.name !== "" && !ports.has(net.name) && worthNaming(net.bits))
    .map(({ name, bits, signed, source }) => ({ name, node: signals.look(bits), signed, source }));
}

function toPort(name: string, direction: "in" | "out", width: number, signed: boolean, node: NodeId): Port {
  return { name, direction, width, node, format: formatOf(width, signed) };
}

function formatOf(width: number, signed: boolean): Format {
  if (width === 1) return { kind: "bool" };
  return { kind: signed ? "sint" : "uint" };
}
