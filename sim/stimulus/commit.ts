import type { MemoryWrite, NodeId } from "../../hdl/netlist/index.ts";
import { nextPlace } from "./action.ts";
import type { Commit } from "./commit-order.ts";
import { clamped, inElement, type LaneNumbers } from "./index-lanes.ts";
import { gather, placeOf, scatter, spreadMask } from "./memory.ts";
import type { Element } from "./shape.ts";
import type { LaneValues } from "./values.ts";
import type { Vector } from "./vector-code.ts";

/**
 * Does what is to be done to a memory at an edge of some domains: first the reads that see poison where a word is being
 * written, then the writes in the order of the ports, then the reads that see the words written.
 */
export function commit(values: LaneValues, { memory, domains, reads }: Commit, waiting: ReadonlySet<NodeId>): void {
  const { to } = values;
  const found = values.lanes.plan.memories[memory];
  if (!found) return;
  const ports = found.writes.filter(({ domain }) => (domains >>> domain) & 1);
  const early = found.readUnderWrite === "undefined";
  const places = early && reads.length > 0 ? ports.map((port) => writeIndices(values, port, found.depth)) : [];
  const loads = reads.map((id) => {
    const indices = readIndices(values, id, found.depth);
    return {
      id,
      indices: early ? withoutWritten(values, indices, places, found.depth) : indices,
    };
  });
  const place = placeOf(values, memory);
  const load = ({ id, indices }: (typeof loads)[number]): void => {
    const node = values.node(id);
    if (node.kind !== "memRead" || !node.sync) return;
    const masks = values.masks(node.sync.enable, place.shape.element);
    gather(values, place, indices, found.depth + 1).forEach((word, i) => {
      const address = nextPlace(values, id, waiting) + 16 * i;
      to.store(address, to.select(masks[i % place.shape.parts] ?? -1, word, to.load(address)));
    });
  };
  // What a port writes may be what such a read has, which is overwritten now.
  const known = early && reads.length > 0 ? ports.map((port) => taken(values, port)) : [];
  if (early) loads.forEach(load);
  ports.forEach((port, index) => {
    write(values, memory, port, found.depth, places[index], known[index]);
  });
  if (!early) loads.forEach(load);
}

/** What a port writes, and under which mask of bits, if any; whether a lane writes. */
interface Taken {
  readonly enable: Vector;
  readonly words: readonly Vector[];
  readonly bits: readonly Vector[] | null;
}

function taken(values: LaneValues, { enable, data, mask }: MemoryWrite): Taken {
  const words = values.vectors(data, "zero");
  return {
    enable: values.bit(enable),
    words,
    bits: mask === null ? null : spreadMask(values, mask, values.width(data)),
  };
}

/** Nothing is done where no lane writes. */
function write(
  values: LaneValues,
  memory: number,
  port: MemoryWrite,
  depth: number,
  known?: LaneNumbers,
  before?: Taken,
): void {
  const { to } = values;
  const place = placeOf(values, memory);
  const store = (): void => {
    const indices = known ?? writeIndices(values, port, depth);
    const { words, bits } = before ?? taken(values, port);
    if (bits === null) {
      scatter(values, place, indices, words, depth);
      return;
    }
    const merged = gather(values, place, indices, depth).map((before, i) => {
      const changed = to.and(to.xor(before, words[i] ?? before), bits[i] ?? before);
      return to.xor(before, changed);
    });
    scatter(values, place, indices, merged, depth);
  };
  to.pushAny(before?.enable ?? values.bit(port.enable));
  to.branch(() => values.ownership.scope(store));
}

function readIndices(values: LaneValues, id: NodeId, depth: number): LaneNumbers {
  const node = values.node(id);
  if (node.kind !== "memRead") throw new RangeError(`node ${id} reads no memory`);
  return clamped(values, node.address, depth);
}

/** Where each lane writes: behind poison where it does not, or beyond the depth. */
function writeIndices(values: LaneValues, { enable, address }: MemoryWrite, depth: number): LaneNumbers {
  const { to } = values;
  const nowhere = BigInt(depth + 1);
  const { vectors, element } = atLeast(values, clamped(values, address, depth), depth + 1);
  const masks = values.masks(enable, element);
  const beyond = 2 ** values.unsigned(address) > depth;
  const moved = vectors.map((vector, i) => {
    const inside = beyond
      ? to.subtract(element, vector, to.equal(element, vector, to.constant(element, BigInt(depth))))
      : vector;
    return to.select(masks[i] ?? -1, inside, to.constant(element, nowhere));
  });
  return { vectors: moved, element };
}

/** Replaces the index of a word that any port writes by that of poison. */
function withoutWritten(
  values: LaneValues,
  indices: LaneNumbers,
  ports: readonly LaneNumbers[],
  depth: number,
): LaneNumbers {
  const { to } = values;
  return ports.reduce(
    (read, port): LaneNumbers => {
      const element: Element = read.element > port.element ? read.element : port.element;
      const written = inElement(values, port, element).vectors;
      const vectors = inElement(values, read, element).vectors.map((index, i) => {
        const same = to.equal(element, index, written[i] ?? -1);
        return to.select(same, to.constant(element, BigInt(depth)), index);
      });
      return { vectors, element };
    },
    atLeast(values, indices, depth),
  );
}

/** The same numbers in an element that holds a greater one too. */
function atLeast(values: LaneValues, numbers: LaneNumbers, greatest: number): LaneNumbers {
  const needed: Element = greatest < 2 ** 8 ? 8 : greatest < 2 ** 16 ? 16 : 32;
  return needed > numbers.element ? inElement(values, numbers, needed) : numbers;
}
