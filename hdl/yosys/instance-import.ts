import type { DomainId, Instance, Module, NodeId } from "../netlist/index.ts";
import type { CellContext, CellHost } from "./cell-context.ts";
import type { CellKind } from "./cell-kind.ts";
import type { ClockDomain, ClockDomains } from "./clocks.ts";
import { tristateBit, undefinedBit, type YosysCell, type YosysPort } from "./yosys-netlist.ts";

/** A definition that is done, as its users need to know it. */
export interface ImportedModule {
  /** In the design's list of modules. */
  readonly index: number;
  readonly module: Module;
  readonly ports: ReadonlyMap<string, YosysPort>;
  /** Empty where no register is in the module or below it; it then has one domain all the same. */
  readonly domains: readonly ClockDomain[];
  /** Inputs that are clocks: they are no ports of `module`. */
  readonly clockPorts: ReadonlySet<string>;
  /** Inputs that nothing reads. */
  readonly unread: ReadonlySet<string>;
  /** Elaborated instances, this one included, their nodes, and how deep they nest. */
  readonly instances: number;
  readonly nodes: number;
  readonly depth: number;
}

/** A cell that is an instance of another module of the file. */
export class InstanceImport {
  readonly kind: CellKind;
  readonly child: ImportedModule;
  readonly cell: YosysCell;
  readonly #host: CellHost;
  readonly #domains: ClockDomains;
  readonly #index: number;
  readonly #inputs: NodeId[] = [];
  readonly #connected: DomainId[] = [];

  constructor(host: CellHost, domains: ClockDomains, cell: YosysCell, child: ImportedModule, index: number) {
    this.#host = host;
    this.#domains = domains;
    this.cell = cell;
    this.child = child;
    this.#index = index;
    const outputs = [...child.ports.values()].filter((port) => port.direction === "output").map((port) => port.name);
    this.kind = { outputs, build: (c) => this.#build(c) };
  }

  #build(c: CellContext): void {
    const { child, cell } = this;
    for (const [pin, bits] of cell.connections) {
      const port = child.ports.get(pin);
      if (!port) c.fail(`it connects ${pin.slice(0, 200)}, which is no port of the module`);
      if (bits.length !== port.bits.length)
        c.fail(`port ${pin} is ${port.bits.length} bits wide and ${bits.length} are connected; make them equal`);
    }
    for (const { port, edge, registers } of child.domains) {
      const domain = port === null ? this.#host.globalClock() : c.clock(port, edge === "rising");
      if (this.#domains.all[domain]?.edge !== edge)
        c.fail(`its clock ${port} is inverted on the way; flatten the design, or invert inside of the module`);
      this.#domains.addRegisters(domain, registers);
      this.#connected.push(domain);
    }
    child.module.ports.forEach((port, index) => {
      if (port.direction === "out") {
        const node = this.#host.output(cell, port.name);
        const { width } = port;
        if (node !== null)
          c.table.fill(node, { kind: "instOut", width, instance: this.#index, port: index, element: 0 });
      } else this.#inputs.push(child.unread.has(port.name) ? -1 : this.#input(port.name, port.width));
    });
  }

  /** Connects inputs that the instance does not use, now that it is known which nets are clocks; those get 0. */
  readUnused(isClock: (bit: number) => boolean): void {
    const inputs = this.child.module.ports.filter((port) => port.direction === "in");
    for (const [at, { name, width }] of inputs.entries()) {
      if (this.#inputs[at] !== -1) continue;
      const clocked = this.cell.connections.get(name)?.some(isClock) ?? true;
      this.#inputs[at] = clocked ? this.#host.table.constant(width, 0) : this.#input(name, width);
    }
  }

  finish(node: (id: NodeId) => NodeId, domain: (id: DomainId) => DomainId, anyRising: () => DomainId): Instance {
    return {
      name: this.cell.name,
      definition: this.child.index,
      dims: [],
      inputs: this.#inputs.map((id) => [node(id)]),
      domains: this.child.domains.length === 0 ? [anyRising()] : this.#connected.map(domain),
      source: this.cell.source,
    };
  }

  #input(name: string, width: number): NodeId {
    const bits = this.cell.connections.get(name);
    if (bits)
      return this.#host.read(
        this.cell,
        name,
        bits.map((bit) => (bit === tristateBit ? undefinedBit : bit)),
      );
    this.#host.undefined(this.cell, "unconnected or undriven bits", width);
    return this.#host.table.constant(width, 0);
  }
}
