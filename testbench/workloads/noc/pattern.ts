/** Where the packets of each node go, by nodes numbered row by row. */
export interface Pattern {
  readonly name: string;
  readonly summary: string;
  /** What a mesh needs to have the pattern; null where this one has it. */
  readonly needs: (width: number, height: number) => string | null;
  /** How likely a packet of `node` goes to `destination`. Sums to 1 over all destinations, or to 0 for a silent node. */
  readonly share: (node: number, destination: number, width: number, height: number) => number;
}

/** How much of the hotspot pattern's traffic goes to the hot node on purpose. */
const hotShare = 0.1;

const several = (width: number, height: number) => (width * height > 1 ? null : "a mesh of more than one node");

const uniformShare = (node: number, destination: number, width: number, height: number) =>
  node === destination ? 0 : 1 / (width * height - 1);

/** A pattern in which each node has one destination; one that would be its own sends nothing. */
const fixed = (to: (node: number, width: number, height: number) => number): Pattern["share"] => {
  return (node, destination, width, height) =>
    node !== destination && to(node, width, height) === destination ? 1 : 0;
};

/** The traffic patterns of the literature (W. Dally, B. Towles, Principles and Practices of Interconnection Networks). */
export const patterns: readonly Pattern[] = [
  {
    name: "uniform",
    summary: "every other node with equal probability",
    needs: several,
    share: uniformShare,
  },
  {
    name: "transpose",
    summary: "node (x, y) to node (y, x), the diagonal silent",
    needs: (width, height) => (width === height && width > 1 ? null : "a square mesh of more than one node"),
    share: fixed((node, width) => (node % width) * width + Math.floor(node / width)),
  },
  {
    name: "bit-complement",
    summary: "node (x, y) to the one opposite of the centre",
    needs: several,
    share: fixed((node, width, height) => width * height - 1 - node),
  },
  {
    name: "hotspot",
    summary: `${100 * hotShare} % more to the node in the middle than to the others`,
    needs: several,
    share: (node, destination, width, height) => {
      const hot = Math.floor(height / 2) * width + Math.floor(width / 2);
      const rest = uniformShare(node, destination, width, height);
      return node === hot ? rest : hotShare * Number(destination === hot) + (1 - hotShare) * rest;
    },
  },
  {
    name: "neighbour",
    summary: "each node to the next one in its row, the last to the first",
    needs: (width) => (width > 1 ? null : "a mesh of more than one column"),
    share: fixed((node, width) => node - (node % width) + ((node + 1) % width)),
  },
];
