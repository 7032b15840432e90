import {
  type Design,
  type DomainId,
  definition,
  type Format,
  foldModule,
  type Module,
  type Node,
  type NodeId,
  nameOf,
  operands,
  type Summary,
  wordCycles,
} from "../netlist/index.ts";
import { Identifiers } from "./identifiers.ts";

/** A port of a module as it stands in the text. */
export interface VerilogPort {
  /** A plain identifier, never escaped. */
  readonly identifier: string;
  readonly direction: "in" | "out";
  readonly width: number;
  readonly role:
    | { readonly kind: "clock"; readonly domain: DomainId }
    | { readonly kind: "reset"; readonly domain: DomainId }
    | { readonly kind: "port"; readonly port: number };
}

/** How a module looks from outside: its name and its ports in textual order. */
export interface Interface {
  readonly name: string;
  readonly ports: readonly VerilogPort[];
}

/** What a module's text calls things. */
export class ModuleScope {
  readonly identifiers = new Identifiers();
  readonly ports: VerilogPort[] = [];
  /** By domain: the identifiers of its clock and reset, null where the module has no use for them. */
  readonly clocks: (string | null)[];
  readonly resets: (string | null)[];
  /** Identifiers of the nodes that have one; all others stand inside the expressions that use them. */
  readonly nodes = new Map<NodeId, string>();
  /** Nodes whose identifier is that of an output port. */
  readonly outputs = new Set<NodeId>();
  readonly memories: readonly string[];
  /** By instance, by element. */
  readonly instances: readonly (readonly string[])[];
  /** How often each node is used. */
  readonly uses: readonly number[];
  /** Nodes of words that go round, which must be declared before they are driven. */
  readonly circular: ReadonlySet<NodeId>;
  readonly formats = new Map<NodeId, Format>();
  #folded: Module | null = null;

  constructor(
    readonly design: Design,
    readonly module: Module,
    readonly interfaces: readonly Interface[],
    summaries: readonly Summary[],
  ) {
    const { domains, memories, instances, names } = module;
    const clocked = usedDomains(module, interfaces);
    this.clocks = domains.map(({ name }, i) => (clocked.clocks.has(i) ? this.identifiers.take(name) : null));
    this.resets = domains.map(({ name, polarity }, i) => {
      if (!clocked.resets.has(i)) return null;
      const reset = i === 0 ? "reset" : `${name}_reset`;
      return this.identifiers.take(polarity === "low" ? `${reset}_n` : reset);
    });
    this.#declarePorts();
    this.uses = countUses(module);
    this.circular = new Set(wordCycles(design, module, summaries).flat());
    for (const { node, format } of names) if (!this.formats.has(node)) this.formats.set(node, format);
    this.memories = memories.map(({ name }) => this.identifiers.take(name));
    this.instances = instances.map(({ name, dims }) =>
      coordinates(dims).map((at) => this.identifiers.take([name, ...at].join("_"))),
    );
    this.#nameNodes();
  }

  /** The node, which must exist. */
  node(id: NodeId): Node {
    const node = this.module.nodes[id];
    if (!node) throw new RangeError(`${this.module.name} has no node ${id}`);
    return node;
  }

  /** The value that a memory's write port always has as its address; null for one that changes. */
  constantAddress(memory: number, write: number): bigint | null {
    this.#folded ??= foldModule(this.module);
    const address = this.#folded.memories[memory]?.writes[write]?.address;
    const node = address === undefined ? undefined : this.#folded.nodes[address];
    return node?.kind === "const" ? node.value : null;
  }

  #declarePorts(): void {
    this.module.domains.forEach((_, domain) => {
      const clock = this.clocks[domain];
      const reset = this.resets[domain];
      if (clock != null) this.#port(clock, "in", 1, { kind: "clock", domain });
      if (reset != null) this.#port(reset, "in", 1, { kind: "reset", domain });
    });
    this.module.ports.forEach(({ name, direction, width, node }, port) => {
      const identifier = this.identifiers.take(name);
      this.#port(identifier, direction, width, { kind: "port", port });
      if (direction === "in") this.nodes.set(node, identifier);
    });
  }

  #port(identifier: string, direction: "in" | "out", width: number, role: VerilogPort["role"]): void {
    this.ports.push({ identifier, direction, width, role });
  }

  #nameNodes(): void {
    const { module } = this;
    const outputs = new Map<string, NodeId>();
    for (const { name, direction, node } of module.ports) if (direction === "out") outputs.set(name, node);
    for (const [id, node] of module.nodes.entries()) {
      if (this.nodes.has(id) || node.kind === "const") continue;
      const name = nameOf(module, id);
      if (!name) continue;
      if (outputs.get(name.name) === id) {
        const port = this.ports.find(({ role }) => role.kind === "port" && module.ports[role.port]?.name === name.name);
        if (port) this.nodes.set(id, port.identifier);
        this.outputs.add(id);
      } else this.nodes.set(id, this.identifiers.take(name.name));
    }
    // State always has a name.
    module.nodes.forEach((node, id) => {
      if (this.nodes.has(id)) return;
      if (node.kind === "reg") this.nodes.set(id, this.identifiers.take("register"));
      if (node.kind === "memRead")
        this.nodes.set(id, this.identifiers.take(`${this.memories[node.memory] ?? "memory"}_data`));
    });
    // What an instance drives is called after the instance and its port, unless it has a name.
    module.nodes.forEach((node, id) => {
      if (this.nodes.has(id) || node.kind !== "instOut") return;
      const definitionIndex = module.instances[node.instance]?.definition ?? 0;
      const port = definition(this.design, definitionIndex).ports[node.port]?.name ?? "out";
      const element = this.instances[node.instance]?.[node.element] ?? "instance";
      this.nodes.set(id, this.identifiers.take(`${element}_${port}`));
    });
  }
}

/** Domains whose clock and whose reset anything in the module needs. */
function usedDomains(module: Module, interfaces: readonly Interface[]) {
  const clocks = new Set<number>();
  const resets = new Set<number>();
  const resettable = (domain: number) => module.domains[domain]?.reset !== "none";
  for (const node of module.nodes) {
    if (node.kind === "reg") {
      clocks.add(node.domain);
      if (node.init !== null && resettable(node.domain)) resets.add(node.domain);
    }
    if (node.kind === "memRead" && node.sync) clocks.add(node.sync.domain);
  }
  for (const { writes } of module.memories) for (const { domain } of writes) clocks.add(domain);
  for (const { domain } of module.checks) {
    clocks.add(domain);
    if (resettable(domain)) resets.add(domain);
  }
  for (const { definition: index, domains } of module.instances)
    for (const { role } of interfaces[index]?.ports ?? []) {
      if (role.kind === "port") continue;
      const own = domains[role.domain];
      if (own !== undefined) (role.kind === "clock" ? clocks : resets).add(own);
    }
  return { clocks, resets };
}

function countUses(module: Module): number[] {
  const uses = new Array<number>(module.nodes.length).fill(0);
  const use = (id: NodeId) => {
    uses[id] = (uses[id] ?? 0) + 1;
  };
  for (const node of module.nodes) for (const id of operands(node)) use(id);
  for (const { direction, node } of module.ports) if (direction === "out") use(node);
  for (const { inputs } of module.instances) for (const input of inputs) for (const id of input) use(id);
  for (const { writes } of module.memories)
    for (const { enable, address, data, mask } of writes) {
      use(enable);
      use(address);
      use(data);
      if (mask !== null) use(mask);
    }
  for (const { condition, enable } of module.checks) {
    use(condition);
    use(enable);
  }
  return uses;
}

/** Coordinates of all elements, row-major; one without coordinates for a single instance. */
function coordinates(dims: readonly number[]): number[][] {
  return dims.reduce<number[][]>(
    (all, size) => all.flatMap((at) => Array.from({ length: size }, (_, i) => [...at, i])),
    [[]],
  );
}
