import type { NodeId } from "../netlist/index.ts";
import type { NodeTable } from "./node-table.ts";
import type { UndefinedTally } from "./undefined-tally.ts";
import { type Bits, oneBit, tristateBit, undefinedBit, type YosysModule, zeroBit } from "./yosys-netlist.ts";

/** Throws a DesignError that names the place. */
export type Fail = (what: string) => never;

/**
 * Which node drives each net of a module, and the nodes that signals, which are lists of nets and constants, come to.
 */
export class Signals {
  readonly #table: NodeTable;
  readonly #tally: UndefinedTally;
  readonly #node: Int32Array;
  readonly #bit: Int32Array;
  readonly #declared: Uint8Array;
  readonly #drivers = new Map<NodeId, string>();
  /** Nodes of which it matters whether their value is read, with who reads them first. */
  readonly #watched = new Map<NodeId, string | null>();

  constructor(table: NodeTable, module: YosysModule, tally: UndefinedTally) {
    this.#table = table;
    this.#tally = tally;
    this.#node = new Int32Array(module.bitCount).fill(-1);
    this.#bit = new Int32Array(module.bitCount);
    this.#declared = new Uint8Array(module.bitCount);
    for (const signal of [...module.nets, ...module.ports.values()])
      for (const bit of signal.bits) if (bit >= 0) this.#declared[bit] = 1;
  }

  /** Says that a node drives nets; `what` names the driver. */
  drive(bits: Bits, node: NodeId, what: string, fail: Fail): void {
    this.#drivers.set(node, what);
    bits.forEach((bit, index) => {
      if (bit === zeroBit || bit === oneBit) fail(`${what} drives a constant; connect it to a net`);
      if (bit < 0) return;
      const other = this.#node[bit] ?? -1;
      if (other >= 0)
        fail(`${what} drives a net that ${this.#drivers.get(other)} drives as well; leave one driver to each`);
      this.#node[bit] = node;
      this.#bit[bit] = index;
    });
  }

  /** The node that drives a net and which of its bits, or null. */
  driver(bit: number): { readonly node: NodeId; readonly bit: number } | null {
    const node = bit < 0 ? -1 : (this.#node[bit] ?? -1);
    return node < 0 ? null : { node, bit: this.#bit[bit] ?? 0 };
  }

  watch(node: NodeId): void {
    if (!this.#watched.has(node)) this.#watched.set(node, null);
  }

  /** Who read a watched node first, or null. */
  readerOf(node: NodeId): string | null {
    return this.#watched.get(node) ?? null;
  }

  /** The node of a signal of at least one bit, read by `reader`. */
  read(bits: Bits, reader: () => string, fail: Fail): NodeId {
    return this.#word(
      bits,
      (node) => {
        if (this.#watched.get(node) === null) this.#watched.set(node, reader());
        return node;
      },
      { reader, fail },
    );
  }

  /** The node of a signal for its name's sake: nobody counts as its reader, and what is undefined is not counted. */
  look(bits: Bits): NodeId {
    return this.#word(bits, (node) => node, null);
  }

  #word(
    bits: Bits,
    use: (node: NodeId) => NodeId,
    strict: { readonly reader: () => string; readonly fail: Fail } | null,
  ): NodeId {
    const parts: NodeId[] = [];
    let undefinedConstants = 0;
    for (let at = 0; at < bits.length; ) {
      const bit = bits[at] ?? undefinedBit;
      const node = bit < 0 ? -1 : (this.#node[bit] ?? -1);
      let end = at + 1;
      if (node >= 0) {
        const low = this.#bit[bit] ?? 0;
        for (; end < bits.length; end++) {
          const next = bits[end] ?? -1;
          if (next < 0 || this.#node[next] !== node || this.#bit[next] !== low + end - at) break;
        }
        parts.push(this.#table.slice(use(node), low, end - at));
      } else {
        let digits = "";
        for (end = at; end < bits.length; end++) {
          const next = bits[end] ?? undefinedBit;
          if (next >= 0 && (this.#node[next] ?? -1) >= 0) break;
          if (next === tristateBit)
            strict?.fail(
              `${strict.reader()} reads a high-impedance constant (z), and tristate is not supported; give the bus a value and an enable of its own, or run tribuf -logic in Yosys`,
            );
          if (next >= 0 && strict) this.#undriven(next, strict);
          if (next === undefinedBit) undefinedConstants++;
          digits = (next === oneBit ? "1" : "0") + digits;
        }
        parts.push(this.#table.constant(end - at, BigInt(`0b${digits}`)));
      }
      at = end;
    }
    if (strict) this.#tally.add("constants", undefinedConstants, strict.reader);
    return this.#table.cat(parts);
  }

  /** A net that nothing drives reads as x; one that no wire knows of is a damaged file. */
  #undriven(bit: number, { reader, fail }: { readonly reader: () => string; readonly fail: Fail }): void {
    if (this.#declared[bit] === 0)
      fail(`${reader()} is connected to a net that no cell drives and no wire holds; write the file again`);
    if (this.#declared[bit] === 2) return;
    this.#declared[bit] = 2;
    this.#tally.add("unconnected or undriven bits", 1, reader);
  }
}
