import { nocPorts } from "../noc/index.ts";

/** The queues of a tile by name, in their order. */
export const queueNames = ["load", "execute", "vector", "store"] as const;

const ofQueue = [
  ["Done", "instructions done"],
  ["Busy", "cycles with an instruction in the unit"],
  ["WaitPrev", "cycles without a token of the queue before, or without room for one"],
  ["WaitNext", "cycles without a token of the queue behind, or without room for one"],
  ["WaitUnit", "cycles in which the next instruction has its tokens, and the unit no room for it"],
] as const;

const ofMover = [
  ["WaitBus", "cycles in which something under way waits for the bus"],
  ["WaitMemory", "cycles in which something under way waits for a local memory"],
  ["WaitNetwork", "cycles in which something under way waits for the network, or for another tile"],
] as const;

const program = [
  ["cycles", "cycles from the start of the program to its end"],
  ["instructions", "instructions of the program carried out or given to a queue"],
  ["waitFetch", "cycles in which the program waits for its next instruction"],
  ["waitQueue", "cycles in which it waits for room in a queue"],
  ["waitFence", "cycles in which it waits in FENCE or HALT"],
] as const;

const work = [
  ["macsIssued", "multiplications and additions in the array, those of padding included"],
  ["macsUseful", "m · k · n of all GEMMs that were issued"],
  ["waitArray", "cycles in which rows of A wait for weights, or for results to leave"],
  ["bytesLoad0", "bytes read on read channel 0"],
  ["bytesLoad1", "bytes read on read channel 1, without the program"],
  ["bytesFetch", "bytes of the program read on read channel 1"],
  ["bytesStore", "bytes written on the write channel"],
  ["bytesReceive", "bytes that came from other tiles"],
  ["bytesSend", "bytes that went to other tiles"],
  ["scratchpadReadConflicts", "reads of the scratchpad put off by a cycle because their bank was taken"],
  ["scratchpadWriteConflicts", "writes of the scratchpad, likewise"],
  ["accumulatorConflicts", "reads of and writes to the accumulators, likewise"],
] as const;

/** The counters of a tile, of 64 bits each, in their order; those that a memory tile has no use for stay 0. */
export const counters = [
  ...program,
  ...queueNames.flatMap((queue) =>
    ofQueue.map(([name, about]) => [`${queue}${name}`, `${queue} queue: ${about}`] as const),
  ),
  ...(["load", "store"] as const).flatMap((queue) =>
    ofMover.map(([name, about]) => [`${queue}${name}`, `${queue} unit: ${about}`] as const),
  ),
  ...work,
  ...nocPorts.map((port) => [`flits${port}`, `flits that left the node's router by port ${port}`] as const),
  ...nocPorts.map((port) => [`blocked${port}`, `cycles in which a flit waited there for port ${port}`] as const),
].map(([name, about]) => ({ name, about }));

export type CounterName = (typeof counters)[number]["name"];

/** Byte of the first counter in the tile's window. Each takes 8 bytes, the low half first. */
export const counterBase = 0x01_0000;

/**
 * Byte of a counter's low half in the tile's window. Reading it keeps the high half, 4 bytes on, as it is at that moment
 * for the next read.
 */
export function counterOffset(name: CounterName): number {
  return counterBase + 8 * counters.findIndex((counter) => counter.name === name);
}
