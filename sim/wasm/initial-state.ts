import { type Node, type NodeId, poison } from "../../hdl/netlist/index.ts";
import type { EngineOptions } from "../engine.ts";
import { Control, type Layout } from "../plan/layout.ts";
import type { Plan } from "../plan/plan.ts";
import { limbCount } from "../plan/slots.ts";
import { powerOnValue, powerOnWords } from "../power-on.ts";
import { writeWords } from "../words.ts";
import { momentTable } from "./edge-module.ts";

/** Fills fresh memory: what never changes, and all state as it is at power-on. */
export function powerOn(plan: Plan, memory: ArrayBuffer, { seed = 0, randomInit = true }: EngineOptions): void {
  const { layout, flat, memories } = plan;
  const view = new DataView(memory);
  const write = (id: NodeId, address: number, width: number, value: bigint): void => {
    const bytes = layout.laneBytes[id];
    if (bytes === 1) view.setUint8(address, Number(value));
    else if (bytes === 2) view.setUint16(address, Number(value), true);
    else writeWords(new Uint32Array(memory, address, limbCount(width)), value);
  };
  new Uint32Array(memory, layout.moments, plan.schedule.moments.length).set(momentTable(plan));
  new Uint32Array(memory, Control.fingerprint, 1)[0] = fingerprint(plan);

  for (const id of flat.states) {
    const node = stateNode(plan, id);
    const address = layout.addresses[id] ?? -1;
    if (node.kind === "reg" && node.init !== null) {
      const bank = layout.banks[node.domain];
      if (!bank) continue;
      write(id, address, node.width, node.init);
      write(id, address - bank.current + bank.resetValue, node.width, node.init);
      write(id, address - bank.current + bank.resetMask, node.width, (1n << BigInt(node.width)) - 1n);
    } else if (randomInit)
      write(id, address, node.width, powerOnValue(powerOnWords(seed, flat.statePath(id)), node.width));
  }
  memories.forEach(({ name, width, depth, init }, index) => {
    const block = layout.memories[index];
    if (!block) return;
    const words = new MemoryWords(memory, block, width);
    if (init) for (const [address, value] of init.entries()) words.write(address, value);
    else if (randomInit) {
      const next = powerOnWords(seed, name);
      for (let address = 0; address < depth; address++) words.writeLimbs(address, next);
    }
    words.write(depth, poison(width));
  });
  copyBanks(layout, memory);
}

/** Makes the next bank of every domain the same as the current one. */
export function copyBanks({ banks }: Layout, memory: ArrayBuffer): void {
  const bytes = new Uint8Array(memory);
  for (const bank of banks) bytes.copyWithin(bank.next, bank.current, bank.current + bank.total);
}

/** Gives the registers of a domain that a reset touches their initial values, in both banks, at once. */
export function resetBank({ banks }: Layout, memory: ArrayBuffer, domain: number): void {
  const bank = banks[domain];
  if (!bank) return;
  const of = (address: number): Uint32Array => new Uint32Array(memory, address, bank.total / 4);
  const [current, next] = [of(bank.current), of(bank.next)];
  const [masks, values] = [of(bank.resetMask), of(bank.resetValue)];
  masks.forEach((mask, i) => {
    if (mask !== 0) current[i] = next[i] = ((current[i] ?? 0) & ~mask) | (values[i] ?? 0);
  });
}

/** The words of one memory as it lies in linear memory. */
export class MemoryWords {
  readonly #view: DataView;
  readonly #width: number;
  readonly #wordBytes: number;

  constructor(memory: ArrayBuffer, block: Layout["memories"][number], width: number) {
    this.#view = new DataView(memory, block.address);
    this.#width = width;
    this.#wordBytes = block.wordBytes;
  }

  read(address: number): bigint {
    let value = 0n;
    for (let byte = this.#wordBytes - 1; byte >= 0; byte--)
      value = (value << 8n) | BigInt(this.#view.getUint8(address * this.#wordBytes + byte));
    return value;
  }

  write(address: number, value: bigint): void {
    let rest = value;
    this.writeLimbs(address, () => {
      const limb = Number(BigInt.asUintN(32, rest));
      rest >>= 32n;
      return limb;
    });
  }

  /** Writes one limb after the other, the top one cut to the width. */
  writeLimbs(address: number, next: () => number): void {
    const at = address * this.#wordBytes;
    const limbs = limbCount(this.#width);
    for (let limb = 0; limb < limbs; limb++) {
      const bits = Math.min(32, this.#width - 32 * limb);
      const value = bits === 32 ? next() : next() & (2 ** bits - 1);
      if (this.#wordBytes === 1) this.#view.setUint8(at, value);
      else if (this.#wordBytes === 2) this.#view.setUint16(at, value, true);
      else this.#view.setUint32(at + 4 * limb, value, true);
    }
  }
}

function stateNode({ nodes }: Plan, id: NodeId): Node {
  const node = nodes[id];
  if (!node) throw new RangeError(`malformed netlist: there is no node ${id}`);
  return node;
}

/** FNV-1a of all that the layout of a checkpoint follows from. */
function fingerprint({ layout, flat, memories, nodes, lanes: { groups } }: Plan): number {
  let hash = 0x811c9dc5;
  const mix = (text: string): void => {
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  };
  for (const { group, origin, domain, width, lanes } of layout.state)
    mix(`${flat.groups[group]?.path} ${origin} ${domain} ${width} ${lanes};`);
  for (const { group } of groups)
    mix(`${group.name} ${group.lanes} ${group.roots.map(({ origin }) => origin).join()};`);
  for (const { name, width, depth } of memories) mix(`${name} ${width} ${depth};`);
  for (const node of nodes) if (node.kind === "input") mix(`${node.port} ${node.width};`);
  return hash >>> 0;
}
