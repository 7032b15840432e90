import {
  type Check,
  DesignError,
  type DomainId,
  formatSource,
  type Memory,
  type NodeId,
  type Source,
} from "../netlist/index.ts";
import { CellContext, type CellHost } from "./cell-context.ts";
import type { CellKind } from "./cell-kind.ts";
import { libraryKind } from "./cell-library.ts";
import { memoryKind } from "./cell-memory.ts";
import { MemoryPorts } from "./cell-memory-port.ts";
import { type Property, propertyKind } from "./cell-property.ts";
import { clockRoot, mayPassClock, passedBit } from "./clock-tracing.ts";
import { ClockDomains } from "./clocks.ts";
import { type ImportedModule, InstanceImport } from "./instance-import.ts";
import { cut } from "./json-stream.ts";
import { buildMemory } from "./memory-build.ts";
import { NodeTable } from "./node-table.ts";
import { Signals } from "./signals.ts";
import type { UndefinedKind, UndefinedTally } from "./undefined-tally.ts";
import { unsupportedReason } from "./unsupported.ts";
import { type Bits, oneBit, type YosysCell, type YosysModule, type YosysPort, zeroBit } from "./yosys-netlist.ts";

interface Entry {
  readonly cell: YosysCell;
  readonly kind: CellKind;
}

/** The most bits that one value of the netlist may have. */
const widest = 1 << 20;

/** One module of a Yosys netlist on its way to a definition: `run` makes nodes of its cells. */
export class ModuleImport implements CellHost {
  readonly module: YosysModule;
  readonly table = new NodeTable();
  readonly domains = new ClockDomains();
  readonly signals: Signals;
  readonly memories: Memory[] = [];
  readonly checks: Check[] = [];
  readonly sources: Source[] = [];
  /** Input nodes and the ports that they stand for. */
  readonly inputs = new Map<NodeId, YosysPort>();
  readonly clockPorts = new Set<string>();
  /** Outputs of cells that only pass a clock on. */
  readonly clockNodes = new Set<NodeId>();
  readonly source: Source | null;
  readonly #children: ReadonlyMap<string, ImportedModule>;
  readonly #tally: UndefinedTally;
  readonly #outputs = new Map<YosysCell, Map<string, NodeId>>();
  readonly #cellOf = new Map<NodeId, YosysCell>();
  readonly #sourceIndex = new Map<string, number>();
  readonly #powerOn: Int8Array;
  readonly #properties: Property[] = [];
  readonly instances: InstanceImport[] = [];
  readonly #ports: MemoryPorts;
  #memoryDomain: DomainId | null = null;

  constructor(module: YosysModule, children: ReadonlyMap<string, ImportedModule>, tally: UndefinedTally) {
    this.module = module;
    this.source = module.source;
    this.#children = children;
    this.#tally = tally;
    this.signals = new Signals(this.table, module, tally);
    this.#powerOn = new Int8Array(module.bitCount).fill(-1);
    this.#ports = new MemoryPorts(module.memories);
  }

  /** Builds everything but names and ports. */
  run(): void {
    this.#readPowerOn();
    for (const port of this.module.ports.values()) this.#openPort(port);
    const kinds = [...this.module.cells.values()].map((cell) => ({ cell, kind: this.#open(cell) }));
    const late = kinds.filter(({ cell }) => mayPassClock(cell));
    for (const { cell, kind } of kinds) if (!mayPassClock(cell)) this.#build(cell, kind);
    this.#setSource(null);
    for (const spec of this.#ports.specs())
      this.memories.push(buildMemory(spec, this.memories.length, () => this.globalClock()));
    for (const property of this.#properties) this.checks.push(this.#check(property));
    for (const port of this.module.ports.values())
      if (port.direction === "output" && port.bits.length > 0) this.outputNode(port);
    const isClock = (bit: number): boolean =>
      this.clockPorts.has(this.inputs.get(this.signals.driver(bit)?.node ?? -1)?.name ?? "");
    for (const instance of this.instances) instance.readUnused(isClock);
    this.#buildLate(late);
    for (const [node, port] of this.inputs) {
      const reader = this.signals.readerOf(node);
      if (this.clockPorts.has(port.name) && reader !== null)
        throw new DesignError(
          `${this.module.title}: input ${port.name} is a clock and ${reader} reads it as data; use a register that toggles instead, or run clk2fflogic in Yosys before write_json (everything then steps with one global clock)`,
        );
    }
  }

  outputNode(port: YosysPort): NodeId {
    const what = () => `output ${port.name}`;
    return this.signals.read(port.bits, what, (text) => this.#failModule(text));
  }

  fail(cell: YosysCell, what: string): never {
    throw new DesignError(`${this.label(cell)}: ${what}`);
  }

  label(cell: YosysCell): string {
    const at = cell.source ? `, ${formatSource(cell.source)}` : "";
    return `${cut(this.module.title)}: cell ${cut(cell.name)} (${cut(cell.type)}${at})`;
  }

  read(cell: YosysCell, port: string, bits: Bits): NodeId {
    if (bits.length > widest)
      this.fail(cell, `pin ${port} takes ${bits.length} bits, more than ${widest} in one value`);
    return this.signals.read(
      bits,
      () => `${this.label(cell)}, pin ${cut(port)}`,
      (text) => this.#failModule(text),
    );
  }

  output(cell: YosysCell, port: string): NodeId | null {
    return this.#outputs.get(cell)?.get(port) ?? null;
  }

  clock(cell: YosysCell, pin: string, bit: number, rising: boolean): DomainId {
    const root = clockRoot(bit, this.signals, { cells: this.#cellOf, inputs: this.inputs });
    if (typeof root === "string") this.fail(cell, `its clock ${pin} ${root}`);
    this.clockPorts.add(root.port.name);
    return this.domains.domain(root.port.name, rising !== root.inverted ? "rising" : "falling");
  }

  globalClock(): DomainId {
    this.#memoryDomain ??= this.domains.domain(null, "rising");
    return this.#memoryDomain;
  }

  addRegisters(domain: DomainId, count: number): void {
    this.domains.addRegisters(domain, count);
  }

  undefined(cell: YosysCell, kind: UndefinedKind, count: number): void {
    this.#tally.add(kind, count, () => this.label(cell));
  }

  powerOn(bits: Bits): string {
    let digits = "";
    for (const bit of bits) {
      const value = bit < 0 ? -1 : (this.#powerOn[bit] ?? -1);
      digits = (value < 0 ? "x" : String(value)) + digits;
    }
    return digits;
  }

  driverOf(bit: number): YosysCell | null {
    const driver = this.signals.driver(bit);
    return driver ? (this.#cellOf.get(driver.node) ?? null) : null;
  }

  /** What a node is, for messages. */
  ownerOf(node: NodeId): string {
    const cell = this.#cellOf.get(node);
    return cell ? this.label(cell) : `node ${node}`;
  }

  #failModule(what: string): never {
    throw new DesignError(`${cut(this.module.title)}: ${what}`);
  }

  #readPowerOn(): void {
    for (const { name, bits, init } of this.module.nets) {
      if (init === null) continue;
      if (init.length > bits.length)
        this.#failModule(`the init of net ${cut(name)} has ${init.length} bits and the net ${bits.length}`);
      bits.forEach((bit, index) => {
        const digit = init[init.length - 1 - index];
        if (bit >= 0 && (digit === "0" || digit === "1")) this.#powerOn[bit] = digit === "1" ? 1 : 0;
      });
    }
  }

  #openPort(port: YosysPort): void {
    if (port.direction === "inout")
      this.#failModule(
        `port ${cut(port.name)} is an inout, and tristate is not supported; make an input, an output and an enable of it`,
      );
    if (port.direction === "output" || port.bits.length === 0) return;
    if (port.bits.some((bit) => bit === zeroBit || bit === oneBit))
      this.#failModule(`input ${port.name} is a constant`);
    const node = this.table.reserve(port.bits.length);
    this.inputs.set(node, port);
    this.signals.watch(node);
    this.signals.drive(port.bits, node, `input ${cut(port.name)}`, (text) => this.#failModule(text));
  }

  /** Finds how a cell is imported and reserves nodes for its outputs. */
  #open(cell: YosysCell): CellKind {
    this.#setSource(cell.source);
    const kind = this.#kindOf(cell);
    const outputs = new Map<string, NodeId>();
    for (const pin of kind.outputs) {
      const bits = cell.connections.get(pin);
      if (!bits || bits.length === 0) continue;
      if (bits.length > widest)
        this.fail(cell, `output ${pin} has ${bits.length} bits, more than ${widest} in one value`);
      const node = this.table.reserve(bits.length);
      outputs.set(pin, node);
      if (mayPassClock(cell)) this.signals.watch(node);
      this.#cellOf.set(node, cell);
      this.signals.drive(bits, node, `output ${cut(pin)} of cell ${cut(cell.name)}`, (what) => this.fail(cell, what));
    }
    if (outputs.size > 0) this.#outputs.set(cell, outputs);
    return kind;
  }

  #kindOf(cell: YosysCell): CellKind {
    const { type } = cell;
    const kind =
      libraryKind(type) ??
      memoryKind(type, (spec) => {
        const at = this.memories.length;
        this.memories.push(buildMemory(spec, at, () => this.globalClock()));
      }) ??
      this.#ports.kind(type) ??
      propertyKind(type, (property) => this.#properties.push(property));
    if (kind) return kind;
    const child = this.#children.get(type);
    if (!child) this.fail(cell, unsupportedReason(type));
    const instance = new InstanceImport(this, this.domains, cell, child, this.instances.length);
    this.instances.push(instance);
    return instance.kind;
  }

  #build(cell: YosysCell, kind: CellKind): void {
    this.#setSource(cell.source);
    // Cells without output bits compute nothing.
    if (kind.outputs.length > 0 && !this.#outputs.has(cell) && libraryKind(cell.type)) return;
    kind.build(new CellContext(this, cell));
  }

  /**
   * Buffers and inverters of one bit, which may only pass a clock on: those that are read as data and those that have
   * nothing to do with a clock are built.
   */
  #buildLate(entries: readonly Entry[]): void {
    const waiting = new Map(entries.map((entry) => [entry.cell, entry]));
    const ready = entries.filter(({ cell }) => this.signals.readerOf(this.output(cell, "Y") ?? -1) !== null);
    const buildReady = (): void => {
      for (let entry = ready.pop(); entry; entry = ready.pop()) {
        if (!waiting.delete(entry.cell)) continue;
        this.#build(entry.cell, entry.kind);
        const before = waiting.get(this.driverOf(passedBit(entry.cell)) ?? entry.cell);
        if (before) ready.push(before);
      }
    };
    buildReady();
    for (const entry of entries) {
      const root = clockRoot(passedBit(entry.cell), this.signals, { cells: this.#cellOf, inputs: this.inputs });
      if (typeof root !== "string" && this.clockPorts.has(root.port.name)) {
        const node = this.output(entry.cell, "Y");
        if (waiting.has(entry.cell) && node !== null) this.clockNodes.add(node);
      } else ready.push(entry);
      buildReady();
    }
  }

  #check({ cell, kind, condition, enable, domain }: Property): Check {
    const { name, source } = cell.cell;
    return { kind, condition, enable, domain: domain ?? this.#domainOfValue(enable, condition), message: name, source };
  }

  /** The clock of the registers that a property without a clock looks at; else the module's first. */
  #domainOfValue(...nodes: readonly NodeId[]): DomainId {
    for (const id of nodes) {
      const node = this.table.get(this.table.find(id));
      if (node?.kind === "reg") return node.domain;
    }
    return 0;
  }

  #setSource(source: Source | null): void {
    if (source === null) {
      this.table.source = -1;
      return;
    }
    const key = formatSource(source);
    const known = this.#sourceIndex.get(key);
    this.table.source = known ?? this.sources.push(source) - 1;
    if (known === undefined) this.#sourceIndex.set(key, this.table.source);
  }
}
