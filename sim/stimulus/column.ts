import { isState } from "../../hdl/netlist/index.ts";
import type { Plan } from "../plan/plan.ts";
import { limbCount } from "../plan/slots.ts";
import { writeWords } from "../words.ts";
import type { LaneLayout } from "./layout.ts";
import { type Lanes, type Shape, shapeOf } from "./shape.ts";

/** Elements of every lane side by side, `count` times over. */
export interface Rows {
  readonly address: number;
  /** Bytes that one lane has in a row. */
  readonly bytes: number;
  readonly count: number;
}

/** The values of one lane in the memory of a block, among those of the others. */
export class Column {
  readonly #view: DataView;
  readonly #bytes: Uint8Array;

  constructor(
    memory: ArrayBuffer,
    private readonly lanes: Lanes,
    private readonly lane: number,
  ) {
    this.#view = new DataView(memory);
    this.#bytes = new Uint8Array(memory);
  }

  /** A value of some width whose vectors begin at an address. */
  read(address: number, width: number): bigint {
    const shape = shapeOf(width, this.lanes);
    if (width === 1) return BigInt(this.#get(address, shape.element) & 1);
    let value = 0n;
    for (let limb = shape.limbs - 1; limb >= 0; limb--)
      value = (value << 32n) | BigInt(this.#get(address + 16 * shape.parts * limb, shape.element));
    return value;
  }

  write(address: number, width: number, value: bigint): void {
    const words = new Uint32Array(limbCount(width));
    writeWords(words, value);
    let next = 0;
    this.writeLimbs(address, width, () => words[next++] ?? 0);
  }

  /** Writes one limb after the other, the top one cut to the width. */
  writeLimbs(address: number, width: number, next: () => number): void {
    const shape = shapeOf(width, this.lanes);
    if (width === 1) {
      this.#set(address, shape, next() & 1 ? -1 : 0);
      return;
    }
    for (let limb = 0; limb < shape.limbs; limb++) {
      const bits = Math.min(32, width - 32 * limb);
      this.#set(address + 16 * shape.parts * limb, shape, bits === 32 ? next() : next() & (2 ** bits - 1));
    }
  }

  /** A copy of this lane's part of all rows. */
  save(rows: readonly Rows[]): Uint8Array {
    const saved = new Uint8Array(columnBytes(rows));
    let to = 0;
    this.#each(rows, (from, bytes) => {
      for (let i = 0; i < bytes; i++) saved[to++] = this.#bytes[from + i] ?? 0;
    });
    return saved;
  }

  /** Puts a copy back. */
  load(rows: readonly Rows[], from: Uint8Array): void {
    let next = 0;
    this.#each(rows, (to, bytes) => {
      for (let i = 0; i < bytes; i++) this.#bytes[to + i] = from[next++] ?? 0;
    });
  }

  #each(rows: readonly Rows[], part: (address: number, bytes: number) => void): void {
    for (const { address, bytes, count } of rows)
      for (let row = 0; row < count; row++) part(address + (row * this.lanes + this.lane) * bytes, bytes);
  }

  #get(address: number, element: number): number {
    const at = address + (this.lane * element) / 8;
    if (element === 8) return this.#view.getUint8(at);
    return element === 16 ? this.#view.getUint16(at, true) : this.#view.getUint32(at, true);
  }

  #set(address: number, { element }: Shape, value: number): void {
    const at = address + (this.lane * element) / 8;
    if (element === 8) this.#view.setUint8(at, value);
    else if (element === 16) this.#view.setUint16(at, value, true);
    else this.#view.setUint32(at, value, true);
  }
}

/** The inputs of a lane as the outside sets them. */
export function inputRows({ nodes }: Plan, { pins }: LaneLayout): Rows[] {
  return [...pins].map(([id, address]) => ({ address, bytes: 4 * limbCount(nodes[id]?.width ?? 0), count: 1 }));
}

/** The state of a lane and the words of its memories. */
export function stateRows({ nodes, memories }: Plan, layout: LaneLayout): Rows[] {
  const states = nodes.flatMap((node, id) => {
    if (!isState(node)) return [];
    const { element, limbs } = shapeOf(node.width, layout.lanes);
    return [{ address: layout.addresses[id] ?? 0, bytes: element / 8, count: limbs }];
  });
  const words = memories.map(({ depth }, index) => {
    const { address, shape } = layout.memories[index] ?? { address: 0, shape: shapeOf(1, layout.lanes) };
    return { address, bytes: shape.element / 8, count: depth * shape.limbs };
  });
  return [...states, ...words];
}

/** Bytes that the rows hold of one lane. */
export function columnBytes(rows: readonly Rows[]): number {
  return rows.reduce((sum, { bytes, count }) => sum + bytes * count, 0);
}
