import type { DomainId, NodeId, Source } from "../netlist/index.ts";
import type { NodeTable } from "./node-table.ts";
import type { UndefinedKind } from "./undefined-tally.ts";
import { type Bits, undefinedBit, type YosysCell } from "./yosys-netlist.ts";

/** What a cell's import may ask of the module that it is in. */
export interface CellHost {
  readonly table: NodeTable;
  /** Throws a DesignError that names the cell. */
  fail(cell: YosysCell, what: string): never;
  read(cell: YosysCell, port: string, bits: Bits): NodeId;
  /** The node reserved for an output, or null where the output is not connected. */
  output(cell: YosysCell, port: string): NodeId | null;
  /** The domain whose active edge is the rising (or falling) one of a net. */
  clock(cell: YosysCell, port: string, bit: number, rising: boolean): DomainId;
  /** The domain of `$ff` cells, which step at every cycle. */
  globalClock(): DomainId;
  addRegisters(domain: DomainId, count: number): void;
  undefined(cell: YosysCell, kind: UndefinedKind, count: number): void;
  /** The power-on value of nets, most significant first, of 0, 1 and x. */
  powerOn(bits: Bits): string;
  /** The cell that drives a net, or null. */
  driverOf(bit: number): YosysCell | null;
  readonly source: Source | null;
}

/** One cell being imported: its parameters and pins, checked as they are asked for. */
export class CellContext {
  readonly cell: YosysCell;
  readonly host: CellHost;
  readonly table: NodeTable;

  constructor(host: CellHost, cell: YosysCell) {
    this.host = host;
    this.cell = cell;
    this.table = host.table;
  }

  fail(what: string): never {
    return this.host.fail(this.cell, what);
  }

  /** A whole number, 0 or more unless `signed`; `fallback` where the parameter is missing. */
  integer(name: string, fallback?: number, signed = false): number {
    const value = this.cell.parameters.get(name) ?? fallback;
    if (value === undefined) this.fail(`parameter ${name} is missing`);
    const number = typeof value === "number" ? value : this.#parse(name, value);
    if (!Number.isSafeInteger(number) || (number < 0 && !signed))
      this.fail(`parameter ${name} is ${value}, which no size or count can be`);
    return number;
  }

  flag(name: string, fallback?: boolean): boolean {
    return this.integer(name, fallback === undefined ? undefined : Number(fallback)) !== 0;
  }

  /** A parameter of exactly `width` bits as 0, 1 and x, most significant first. */
  vector(name: string, width: number, fallback?: "0" | "x"): string {
    if (width === 0) return "";
    const value = this.cell.parameters.get(name);
    if (value === undefined && fallback !== undefined) return fallback.repeat(width);
    if (value === undefined) this.fail(`parameter ${name} is missing`);
    const digits = typeof value === "number" ? BigInt.asUintN(width, BigInt(Math.trunc(value))).toString(2) : value;
    const padded = typeof value === "number" ? digits.padStart(width, "0") : digits;
    if (padded.length !== width || !/^[01xz]*$/.test(padded))
      this.fail(`parameter ${name} must be ${width} bits as 0, 1 and x; it is "${short(digits)}" of ${digits.length}`);
    return padded;
  }

  /** A bit of a `vector`, counted from the least significant. */
  static bitOf(vector: string, index: number): string {
    return vector[vector.length - 1 - index] ?? "0";
  }

  /** The number that a vector stands for, its x as 0 and counted. */
  value(vector: string, kind: UndefinedKind = "constants"): bigint {
    return vector === "" ? 0n : BigInt(`0b${this.defined(vector, kind)}`);
  }

  defined(vector: string, kind: UndefinedKind): string {
    const defined = vector.replace(/[xz]/g, "0");
    if (defined !== vector) this.host.undefined(this.cell, kind, vector.replace(/[01]/g, "").length);
    return defined;
  }

  has(port: string): boolean {
    return this.cell.connections.has(port);
  }

  /** What an input is connected to; its width is checked where one is given or a parameter `<port>_WIDTH` says it. */
  bits(port: string, width?: number): Bits {
    const bits = this.cell.connections.get(port);
    if (!bits) this.fail(`input ${port} is not connected; connect it`);
    this.#checkWidth(port, bits, width);
    return bits;
  }

  /** The node of an input of at least one bit; a constant 0 of one bit where it has none. */
  word(port: string, width?: number): NodeId {
    const bits = this.bits(port, width);
    return this.read(port, bits);
  }

  read(port: string, bits: Bits): NodeId {
    return bits.length === 0 ? this.table.constant(1, 0) : this.host.read(this.cell, port, bits);
  }

  /** An input cut or extended to `width` bits. */
  sized(port: string, width: number, signed: boolean): NodeId {
    const empty = this.bits(port).length === 0;
    return this.table.resize(this.word(port), width, signed && !empty);
  }

  /** How many bits an output has: 0 where it is not connected. */
  outputWidth(port: string): number {
    const bits = this.cell.connections.get(port);
    if (bits) this.#checkWidth(port, bits);
    return bits?.length ?? 0;
  }

  /** Gives an output its value; of none that is not connected. */
  drive(port: string, node: NodeId): void {
    const output = this.host.output(this.cell, port);
    if (output === null) return;
    const [width, own] = [this.table.width(output), this.table.width(node)];
    if (width !== own) this.fail(`output ${port} is ${width} bits wide and must be ${own}`);
    this.table.makeAlias(output, node);
  }

  /** A one-bit input, inverted where a polarity says that it is active low. */
  active(port: string, high: boolean): NodeId {
    const node = this.word(port, 1);
    return high ? node : this.table.not(node);
  }

  clock(port: string, rising: boolean): DomainId {
    return this.host.clock(this.cell, port, this.bits(port, 1)[0] ?? undefinedBit, rising);
  }

  #checkWidth(port: string, bits: Bits, width?: number): void {
    const named = this.cell.parameters.has(`${port}_WIDTH`) ? this.integer(`${port}_WIDTH`) : bits.length;
    const wanted = width ?? named;
    if (bits.length !== wanted || bits.length !== named)
      this.fail(`pin ${port} is ${bits.length} bits wide and must be ${bits.length !== wanted ? wanted : named}`);
  }

  #parse(name: string, text: string): number {
    const digits = text.trim();
    if (!/^[01]{1,4096}$/.test(digits)) this.fail(`parameter ${name} is "${short(text)}", not a binary number`);
    const value = BigInt(`0b${digits}`);
    return Number(digits.length === 32 ? BigInt.asIntN(32, value) : value);
  }
}

function short(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
