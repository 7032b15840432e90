import { isState, type Node, type NodeId, ones } from "../../hdl/netlist/index.ts";
import type { ActivityCells } from "../plan/activity/cells.ts";
import type { Bank } from "../plan/layout.ts";
import type { Plan } from "../plan/plan.ts";
import { signalNodes } from "../plan/signals.ts";
import { limbCount } from "../plan/slots.ts";
import { writeWords } from "../words.ts";

/** The address of what is not in memory. */
export const nowhere = 0xffff_ffff;

/**
 * All of a plan that running its code takes, beside the design itself: numbers and arrays of numbers alone, which are
 * read from a file as fast as they are copied. Whatever is text comes from the design when it is asked for.
 */
export interface Program {
  /** Of linear memory. */
  readonly bytes: number;
  /** Everything below is what a checkpoint holds. */
  readonly stateEnd: number;
  /** Tells checkpoints of one design from those of another. */
  readonly fingerprint: number;
  /** Where the table of moments is. */
  readonly moments: number;
  /** By node: where inputs and state are, `nowhere` for others. */
  readonly addresses: Uint32Array;
  /** By node: the bytes of its element where it is a register in lanes, else 0. */
  readonly laneBytes: Uint8Array;
  /** By node: where `settle` puts the value of one that is looked at, `nowhere` for what has no name. */
  readonly homes: Uint32Array;
  /** By node. */
  readonly widths: Uint32Array;
  /** The node of each port of the top. */
  readonly ports: Int32Array;
  /** See `signalsByPath`. */
  readonly signals: Int32Array;
  /** State that `settle` copies home so that the vector of outputs that it is in is one row of words. */
  readonly copied: Int32Array;
  /** By clock domain. */
  readonly banks: readonly ProgramBank[];
  /** State that nothing defines at power-on: four numbers each, node, group, lane and the node of the definition. */
  readonly undefinedStates: Int32Array;
  /** Addresses of memories, in the order of groups, lanes and definitions. */
  readonly memories: Uint32Array;
  /** By rank: the place of a property in the order of groups, lanes and definitions. */
  readonly checks: Int32Array;
  /** By rank: where hits are counted, `nowhere` for what is no cover. */
  readonly covers: Uint32Array;
  /** See `ActivityCells`. */
  readonly activity: Pick<ActivityCells, "wake" | "evaluated" | "whole"> | null;
}

/** A bank with the bits that a reset sets, and what it sets them to. */
export interface ProgramBank extends Pick<Bank, "current" | "next" | "total" | "resetMask" | "resetValue"> {
  readonly mask: Uint8Array;
  readonly value: Uint8Array;
}

export function programOf(plan: Plan): Program {
  const { design, flat, nodes, layout, standIn, checks } = plan;
  const count = nodes.length;
  const addresses = new Uint32Array(count).fill(nowhere);
  const laneBytes = new Uint8Array(count);
  const homes = new Uint32Array(count).fill(nowhere);
  const signals = signalNodes(design, flat, standIn);
  const widths = new Uint32Array(count);
  nodes.forEach(({ kind, width }, id) => {
    widths[id] = width;
    const address = layout.addresses[id] ?? -1;
    const bytes = layout.laneBytes[id] ?? 0;
    // What is combinational in lanes is there only while an edge is taken.
    if (address < 0 || (bytes !== 0 && kind !== "reg")) return;
    addresses[id] = address;
    laneBytes[id] = bytes;
  });
  const ports = Int32Array.from(flat.module.ports, ({ direction, node }) =>
    direction === "in" ? node : standIn(node),
  );
  for (const ids of [signals, ports]) for (const id of ids) homes[id] = layout.homes.of(id);
  return {
    bytes: layout.bytes,
    stateEnd: layout.stateEnd,
    fingerprint: fingerprint(plan),
    moments: layout.moments,
    addresses,
    laneBytes,
    homes,
    widths,
    ports,
    signals,
    copied: copiedOutputs(plan),
    banks: banksOf(plan),
    undefinedStates: undefinedStates(plan),
    memories: Uint32Array.from(layout.memories, ({ address }) => address),
    checks: Int32Array.from(checks, ({ place }) => place),
    covers: Uint32Array.from(layout.covers, (address) => (address < 0 ? nowhere : address)),
    activity: activityOf(plan),
  };
}

function activityOf({ layout: { activity } }: Plan): Program["activity"] {
  if (!activity) return null;
  const { wake, evaluated, whole } = activity;
  return { wake, evaluated, whole };
}

/** Puts a value into memory, or into the bytes of a bank: an element of lanes, or whole words. */
export function writeValue(
  buffer: ArrayBuffer,
  address: number,
  width: number,
  laneBytes: number,
  value: bigint,
): void {
  if (laneBytes === 1) new Uint8Array(buffer)[address] = Number(value);
  else if (laneBytes === 2) new Uint16Array(buffer)[address / 2] = Number(value);
  else writeWords(new Uint32Array(buffer, address, limbCount(width)), value);
}

/**
 * State among the elements of the top's output vectors whose other elements have places of their own: in copies next to
 * those, the vector is one view.
 */
function copiedOutputs({ flat, layout: { addresses, laneBytes }, standIn, nodes }: Plan): Int32Array {
  const vectors = new Map<string, NodeId[]>();
  for (const { direction, name, node, width } of flat.module.ports) {
    if (direction === "in" || width > 32 || !name.endsWith("]")) continue;
    const vector = name.slice(0, name.lastIndexOf("["));
    const elements = vectors.get(vector) ?? [];
    vectors.set(vector, elements);
    elements.push(standIn(node));
  }
  const isInPlace = (id: NodeId): boolean =>
    (addresses[id] ?? -1) >= 0 && laneBytes[id] === 0 && nodes[id]?.kind !== "input";
  const mixed = [...vectors.values()].filter((elements) => elements.some(isInPlace) && !elements.every(isInPlace));
  return Int32Array.from(mixed.flatMap((elements) => elements.filter(isInPlace)));
}

function banksOf({ nodes, flat, layout }: Plan): ProgramBank[] {
  const banks = layout.banks.map(({ current, next, total, resetMask, resetValue }) => {
    return { current, next, total, resetMask, resetValue, mask: new Uint8Array(total), value: new Uint8Array(total) };
  });
  for (const id of flat.states) {
    const node = stateNode(nodes, id);
    const bank = node.kind === "reg" ? banks[node.domain] : undefined;
    if (node.kind !== "reg" || node.init === null || !bank) continue;
    const address = (layout.addresses[id] ?? 0) - bank.current;
    const laneBytes = layout.laneBytes[id] ?? 0;
    writeValue(bank.value.buffer, address, node.width, laneBytes, node.init);
    writeValue(bank.mask.buffer, address, node.width, laneBytes, ones(node.width));
  }
  return banks;
}

function undefinedStates({ nodes, flat }: Plan): Int32Array {
  const states: number[] = [];
  for (const id of flat.states) {
    const node = stateNode(nodes, id);
    if (node.kind === "reg" && node.init !== null) continue;
    states.push(id, flat.group[id] ?? 0, flat.lane[id] ?? 0, flat.origin[id] ?? 0);
  }
  return Int32Array.from(states);
}

function stateNode(nodes: readonly Node[], id: NodeId): Node {
  const node = nodes[id];
  if (!node || !isState(node)) throw new RangeError(`malformed netlist: node ${id} is no state`);
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
