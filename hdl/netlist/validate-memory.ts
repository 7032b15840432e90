import type { Memory } from "./design.ts";
import {
  inRange,
  maxWidth,
  type Place,
  requireDomain,
  requireName,
  requireNode,
  requireOneBit,
  requireWidth,
} from "./validity.ts";

const maxDepth = 2 ** 32;

/** Checks a memory and its write ports. Throws a DesignError that names them. */
export function validateMemory(place: Place, memory: Memory): void {
  requireName(place, memory.name, "memory", memory.source);
  const { name, width, depth, init, source } = memory;
  const fail = (what: string): never => place.fail(`memory ${name}: ${what}`, source);

  if (!Number.isSafeInteger(width) || width < 1 || width > maxWidth)
    fail(`its words have ${width} bits; use 1 to ${maxWidth}`);
  if (!Number.isSafeInteger(depth) || depth < 1 || depth > maxDepth)
    fail(`its depth is ${depth}; use 1 to ${maxDepth} words`);
  if (init && init.length > depth) fail(`${init.length} words are given for a depth of ${depth}; leave some out`);
  init?.forEach((word, address) => {
    if (!inRange(word, width)) fail(`word ${address} is ${word}, which does not fit ${width} bits`);
  });
  if (memory.readUnderWrite !== "old" && memory.readUnderWrite !== "new" && memory.readUnderWrite !== "undefined")
    fail(`reading under a write gives ${String(memory.readUnderWrite)}; use old, new or undefined`);

  memory.writes.forEach((write, index) => {
    const what = `of write port ${index} of memory ${name}`;
    const at = write.source ?? source;
    requireDomain(place, write.domain, `write port ${index} of memory ${name}`, at);
    requireOneBit(place, write.enable, `the enable ${what}`, at);
    requireNode(place, write.address, `the address ${what}`, at);
    requireWidth(place, write.data, width, `the data ${what}`, at);
    if (write.mask === null) return;
    requireNode(place, write.mask, `the mask ${what}`, at);
    const mask = place.module.nodes[write.mask]?.width ?? 0;
    if (mask < 1 || width % mask !== 0)
      place.fail(`the mask ${what} has ${mask} bits, which do not divide ${width}; use one bit a byte or field`, at);
  });
}
