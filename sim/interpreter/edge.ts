import { ones, poison } from "../../hdl/netlist/index.ts";
import { at, type LiveInstance, readWord } from "./instance.ts";

/** A change of state that has been sampled and is still to be made. */
export type Update = () => void;

/** Tells something of the domains of the top, by index. */
export type OfDomain = (domain: number) => boolean;

/**
 * Samples what the state of one instance (its children not included) becomes at an edge of the `active` domains.
 * Registers with an initial value take it where reset is `asserted`; nothing else knows of reset. Changes nothing.
 */
export function sampleEdge(instance: LiveInstance, active: OfDomain, asserted: OfDomain): Update[] {
  const { module, domains } = instance;
  const isActive = (domain: number) => active(at(domains, domain));
  const written = module.memories.map((_, memory) => sampleWrites(instance, memory, isActive));
  const updates: Update[] = [];

  module.nodes.forEach((node, id) => {
    if (node.kind === "reg" && isActive(node.domain)) {
      const inReset = node.init !== null && asserted(at(domains, node.domain));
      const next = inReset ? node.init : instance.value(node.next);
      updates.push(() => setState(instance, id, next));
    }
    if (node.kind === "memRead" && node.sync && isActive(node.sync.domain) && instance.value(node.sync.enable) === 1n) {
      const address = instance.value(node.address);
      const word = readAtEdge(instance, node.memory, address, at(written, node.memory).get(Number(address)));
      updates.push(() => setState(instance, id, word));
    }
  });

  written.forEach((words, memory) => {
    for (const [address, word] of words)
      updates.push(() => {
        at(instance.memories, memory)[address] = word;
        instance.invalidate();
      });
  });
  return updates;
}

/** Puts every register of the instance whose domain's asynchronous reset is `asserted` to its initial value. */
export function resetAsynchronously(instance: LiveInstance, asserted: OfDomain): void {
  instance.module.nodes.forEach((node, id) => {
    if (node.kind === "reg" && node.init !== null && asserted(at(instance.domains, node.domain)))
      setState(instance, id, node.init);
  });
}

function setState(instance: LiveInstance, id: number, value: bigint): void {
  if (instance.values[id] === value) return;
  instance.values[id] = value;
  instance.invalidate();
}

/** The words of a memory that are written at this edge, by address: ports in order, masks merged, later ports win. */
function sampleWrites(instance: LiveInstance, memory: number, isActive: OfDomain): Map<number, bigint> {
  const { width, depth, writes } = at(instance.module.memories, memory);
  const words = new Map<number, bigint>();
  for (const { domain, enable, address, data, mask } of writes) {
    const target = instance.value(address);
    if (!isActive(domain) || instance.value(enable) === 0n || target >= BigInt(depth)) continue;
    const before = words.get(Number(target)) ?? readWord(instance, memory, target);
    const bits =
      mask === null ? ones(width) : spread(instance.value(mask), at(instance.module.nodes, mask).width, width);
    words.set(Number(target), (before & ~bits) | (instance.value(data) & bits));
  }
  return words;
}

/** What a synchronous read loads: `written` is the word that is written to its address at the same edge, if any. */
function readAtEdge(instance: LiveInstance, memory: number, address: bigint, written: bigint | undefined): bigint {
  const { width, readUnderWrite } = at(instance.module.memories, memory);
  if (written === undefined || readUnderWrite === "old") return readWord(instance, memory, address);
  return readUnderWrite === "new" ? written : poison(width);
}

/** Each of the mask's bits repeated so that they cover the width. */
function spread(mask: bigint, maskWidth: number, width: number): bigint {
  const lane = width / maskWidth;
  let bits = 0n;
  for (let i = 0; i < maskWidth; i++) if ((mask >> BigInt(i)) & 1n) bits |= ones(lane) << BigInt(i * lane);
  return bits;
}
