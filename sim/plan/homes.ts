import type { Node, NodeId } from "../../hdl/netlist/index.ts";
import { limbCount, slotBytes } from "./slots.ts";

/**
 * Places in linear memory for values of wires and for wide constants. A named node's place never changes, so that it
 * can be looked at; others get theirs when they first need one. All of it is made anew at every evaluation.
 */
export class Homes {
  readonly #addresses: Float64Array;
  readonly #constants = new Map<string, number>();
  readonly #values: { readonly address: number; readonly limbs: Uint32Array }[] = [];
  readonly #nodes: readonly Node[];
  readonly #end: number;
  #next: number;
  /** How many of the constants have been taken by `newConstants`. */
  #taken = 0;

  /** `reserve` bytes above the named nodes' places are for everything else. */
  constructor(nodes: readonly Node[], named: Iterable<NodeId>, start: number) {
    this.#nodes = nodes;
    this.#addresses = new Float64Array(nodes.length).fill(-1);
    this.#next = start;
    let rest = 0;
    for (const node of nodes) {
      rest += slotBytes(node.width);
      // Wide selectors are compared with constants in memory.
      if (node.kind === "case") rest += node.arms.length * slotBytes(nodes[node.selector]?.width ?? 0);
      // A complement needs all ones.
      if (node.width > 64 || node.kind === "reduce") rest += slotBytes(nodes["a" in node ? node.a : -1]?.width ?? 0);
    }
    for (const id of named) this.of(id);
    this.#end = this.#next + rest;
  }

  /** The first address above all places that there will ever be. */
  get end(): number {
    return this.#end;
  }

  of(id: NodeId): number {
    const known = this.#addresses[id] ?? -1;
    if (known >= 0) return known;
    const address = this.#take(slotBytes(this.#nodes[id]?.width ?? 0));
    this.#addresses[id] = address;
    return address;
  }

  /** The address of a constant of more than 64 bits. */
  constant(value: bigint, width: number): number {
    const key = `${width} ${value}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const address = this.#take(slotBytes(width));
    const limbs = Uint32Array.from({ length: limbCount(width) }, (_, i) =>
      Number(BigInt.asUintN(32, value >> BigInt(32 * i))),
    );
    this.#constants.set(key, address);
    this.#values.push({ address, limbs });
    return address;
  }

  /** Writes the constants that came up since the last time. */
  writeConstants(memory: ArrayBuffer): void {
    for (; this.#taken < this.#values.length; this.#taken++) {
      const value = this.#values[this.#taken];
      if (value) new Uint32Array(memory, value.address, value.limbs.length).set(value.limbs);
    }
  }

  #take(bytes: number): number {
    const address = bytes > 4 ? Math.ceil(this.#next / 8) * 8 : this.#next;
    this.#next = address + bytes;
    return address;
  }
}
