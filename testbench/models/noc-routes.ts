import type { NocConfig } from "../../hdl/index.ts";
import { type NocPort, nocPorts } from "../../hdl/npu/noc/index.ts";
import { nodeIds } from "../../hdl/npu/noc/noc-config.ts";

/**
 * Where packets of a mesh go, as its protocol says: to every node whose id is `destination` but for the bits in `mask`,
 * along the row first and then along the column.
 */
export class NocRoutes {
  private readonly ids: readonly number[];
  private readonly destinations = new Map<number, readonly number[]>();
  private readonly outputs = new Map<number, number>();

  constructor(private readonly config: NocConfig) {
    this.ids = nodeIds(config);
  }

  /** The nodes that a packet is meant for, by their places in the order of `nodeIds`. */
  nodes(destination: number, mask: number): readonly number[] {
    const key = (destination << 8) | mask;
    const known = this.destinations.get(key);
    if (known) return known;
    const nodes = [...this.ids.keys()].filter((node) => (((this.ids[node] ?? 0) ^ destination) & ~mask & 0xff) === 0);
    this.destinations.set(key, nodes);
    return nodes;
  }

  /** The ports, as bits, by which a router sends on what came in by one of them. */
  ways(node: number, entry: number, destination: number, mask: number): number {
    const key = ((((node << 3) | entry) << 8) | destination) * 256 + mask;
    const known = this.outputs.get(key);
    if (known !== undefined) return known;
    const { width } = this.config;
    const [x, y] = [node % width, Math.floor(node / width)];
    const from = nocPorts[entry] ?? "Local";
    let ways = 0;
    for (const other of this.nodes(destination, mask)) {
      const [column, row] = [other % width, Math.floor(other / width)];
      const port = towards(column - x, row - y);
      if (mayTake(from, port)) ways |= 1 << nocPorts.indexOf(port);
    }
    this.outputs.set(key, ways);
    return ways;
  }

  /** The node behind a port, null at the edge of the mesh and for the tile's own port. */
  neighbour(node: number, port: NocPort): number | null {
    const { width, height } = this.config;
    const [x, y] = [node % width, Math.floor(node / width)];
    switch (port) {
      case "East":
        return x + 1 < width ? node + 1 : null;
      case "West":
        return x > 0 ? node - 1 : null;
      case "North":
        return y > 0 ? node - width : null;
      case "South":
        return y + 1 < height ? node + width : null;
      case "Local":
        return null;
    }
  }
}

function towards(right: number, down: number): NocPort {
  if (right !== 0) return right > 0 ? "East" : "West";
  if (down !== 0) return down > 0 ? "South" : "North";
  return "Local";
}

/** A packet goes neither back nor from a column into a row: other branches of its tree serve those nodes. */
function mayTake(from: NocPort, to: NocPort): boolean {
  if (to === "Local" || from === "Local") return true;
  const vertical = from === "North" || from === "South";
  return from !== to && !(vertical && (to === "East" || to === "West"));
}
