import type { Random } from "../../bench/random.ts";

/** Where the packets of each node go, by nodes numbered row by row. */
export interface Pattern {
  readonly name: string;
  readonly summary: string;
  /** Whether a mesh of this size has the pattern; if not, what it needs. */
  readonly needs: (width: number, height: number) => string | null;
  /** The destination of a packet of `node`, or null where the node sends none. Draws from `random` alike in every run. */
  destination(node: number, width: number, height: number, random: Random): number | null;
}

/** Every other node with equal probability. */
const uniform: Pattern = {
  name: "uniform",
  summary: "every other node with equal probability",
  needs: (width, height) => (width * height > 1 ? null : "more than one node"),
  destination(node, width, height, random) {
    const other = random.below(width * height - 1);
    return other < node ? other : other + 1;
  },
};

const transpose: Pattern = {
  name: "transpose",
  summary: "node (x, y) to node (y, x); the diagonal sends nothing",
  needs: (width, height) => (width === height && width > 1 ? null : "a square mesh of more than one node"),
  destination(node, width) {
    const [x, y] = [node % width, Math.floor(node / width)];
    return x === y ? null : x * width + y;
  },
};

const bitComplement: Pattern = {
  name: "bit-complement",
  summary: "node (x, y) to the node opposite of the centre",
  needs: (width, height) => (width * height > 1 ? null : "more than one node"),
  destination(node, width, height) {
    const other = width * height - 1 - node;
    return other === node ? null : other;
  },
};

/** How much of the hotspot pattern's traffic goes to the hot node on purpose. */
const hotShare = 0.1;

const hotspot: Pattern = {
  name: "hotspot",
  summary: `${100 * hotShare} % to the node in the middle, the rest uniform`,
  needs: uniform.needs,
  destination(node, width, height, random) {
    const hot = Math.floor(height / 2) * width + Math.floor(width / 2);
    if (random.bool(hotShare) && node !== hot) return hot;
    return uniform.destination(node, width, height, random);
  },
};

const neighbour: Pattern = {
  name: "neighbour",
  summary: "the next node to the east, the last of a row to the first",
  needs: (width) => (width > 1 ? null : "more than one column"),
  destination(node, width) {
    const x = node % width;
    return node - x + ((x + 1) % width);
  },
};

export const patterns: readonly Pattern[] = [uniform, transpose, bitComplement, hotspot, neighbour];
