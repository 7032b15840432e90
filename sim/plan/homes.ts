import type { Node, NodeId } from "../../hdl/netlist/index.ts";
import { aligned, limbCount, slotBytes } from "./slots.ts";

/** The modules that have places of their own: what one of them leaves there, no other one touches. */
export type HomeOwner = "edges" | "settle";

/** A wide constant as it is to lie in memory. */
export interface PlacedConstant {
  readonly address: number;
  readonly bytes: Uint8Array;
}

/**
 * Places in linear memory for values of wires and for wide constants. A named node's place never changes, so that it
 * can be looked at; others get theirs when the code of a module first needs one, in a part of memory that belongs to
 * this module: its code does not depend on which other modules there are. All of it is made anew at every evaluation.
 */
export class Homes {
  readonly #addresses: Float64Array;
  /** Those of named nodes alone. */
  readonly #fixed: Float64Array;
  readonly #constants = new Map<string, number>();
  #placed: PlacedConstant[] = [];
  readonly #nodes: readonly Node[];
  /** Where the part of the edges' module begins, and the bytes of a part. */
  readonly #start: number;
  readonly #share: number;
  #next: number;

  /** Above the named nodes' places there is room for everything else, once for each owner. */
  constructor(nodes: readonly Node[], named: Iterable<NodeId>, start: number) {
    this.#nodes = nodes;
    this.#addresses = new Float64Array(nodes.length).fill(-1);
    this.#next = start;
    let rest = 0;
    const reserve = (width: number, count = 1): void => {
      rest += count * aligned(slotBytes(width), 8);
    };
    for (const node of nodes) {
      reserve(node.width);
      // Wide selectors are compared with constants in memory.
      if (node.kind === "case") reserve(nodes[node.selector]?.width ?? 0, node.arms.length);
      // A complement needs all ones.
      if (node.width > 64 || node.kind === "reduce") reserve(nodes["a" in node ? node.a : -1]?.width ?? 0);
    }
    for (const id of named) this.of(id);
    this.#fixed = this.#addresses.slice();
    this.#start = this.#next;
    this.#share = rest + 8;
  }

  /** The first address above all places that there will ever be. */
  get end(): number {
    return this.#start + 2 * this.#share;
  }

  /** Begins the code of a module. The constants that it turns out to need are in what this returns. */
  begin(owner: HomeOwner): readonly PlacedConstant[] {
    this.#addresses.set(this.#fixed);
    this.#constants.clear();
    this.#placed = [];
    this.#next = aligned(this.#start, 8) + (owner === "edges" ? 0 : this.#share);
    return this.#placed;
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
    this.#placed.push({ address, bytes: new Uint8Array(limbs.buffer) });
    return address;
  }

  #take(bytes: number): number {
    const address = bytes > 4 ? aligned(this.#next, 8) : this.#next;
    this.#next = address + bytes;
    return address;
  }
}
