import { zeroLoadLatency } from "../../../hdl/npu/noc/noc-config.ts";
import type { Random } from "../../bench/random.ts";
import type { Pattern } from "./pattern.ts";

/** A pattern on a mesh of a size: draws destinations, and knows what the textbook says of it. */
export class Destinations {
  private readonly nodes: number;
  /** By node: the sums of the shares up to each destination. */
  private readonly sums: readonly Float64Array[];

  constructor(
    readonly pattern: Pattern,
    readonly width: number,
    readonly height: number,
  ) {
    this.nodes = width * height;
    this.sums = Array.from({ length: this.nodes }, (_, node) => {
      let sum = 0;
      return Float64Array.from({ length: this.nodes }, (_, destination) => {
        sum += pattern.share(node, destination, width, height);
        return sum;
      });
    });
  }

  /** The destination of the next packet of a node; null for a node that sends nothing. */
  draw(node: number, random: Random): number | null {
    const sums = this.sums[node];
    const total = sums?.at(-1) ?? 0;
    if (!sums || total === 0) return null;
    const at = random.unit() * total;
    let [low, high] = [0, sums.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] ?? 0) > at) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Mean cycles of a packet of `flits` flits, from its making to its last flit's arrival, in an empty network. */
  meanZeroLoad(flits: number): number {
    let [packets, cycles] = [0, 0];
    this.forEachShare((source, destination, share) => {
      const dx = Math.abs((source % this.width) - (destination % this.width));
      const dy = Math.abs(Math.floor(source / this.width) - Math.floor(destination / this.width));
      packets += share;
      cycles += share * (zeroLoadLatency(dx + dy) + flits - 1);
    });
    return cycles / packets;
  }

  /** Nodes that send anything. */
  get senders(): number {
    return this.sums.filter((sums) => (sums.at(-1) ?? 0) > 0).length;
  }

  /**
   * The most flits in a cycle that each node can send, all alike, with XY routes and whatever the routers do: 1 / the
   * load of the busiest link at rate 1, those to and from the tiles included. With `respond`, half of the flits are
   * responses from the destinations back.
   */
  bound(respond: boolean): number {
    const { width } = this;
    const loads = new Map<string, number>();
    const add = (link: string, share: number) => loads.set(link, (loads.get(link) ?? 0) + share);
    const walk = (source: number, destination: number, share: number) => {
      let [x, y] = [source % width, Math.floor(source / width)];
      const [toX, toY] = [destination % width, Math.floor(destination / width)];
      add(`from ${source}`, share);
      add(`to ${destination}`, share);
      for (; x !== toX; x += Math.sign(toX - x)) add(`${x} ${y} ${toX > x ? "east" : "west"}`, share);
      for (; y !== toY; y += Math.sign(toY - y)) add(`${x} ${y} ${toY > y ? "south" : "north"}`, share);
    };
    this.forEachShare((source, destination, share) => {
      walk(source, destination, respond ? share / 2 : share);
      if (respond) walk(destination, source, share / 2);
    });
    return 1 / Math.max(...loads.values());
  }

  private forEachShare(visit: (source: number, destination: number, share: number) => void): void {
    for (let source = 0; source < this.nodes; source++)
      for (let destination = 0; destination < this.nodes; destination++) {
        const share = this.pattern.share(source, destination, this.width, this.height);
        if (share > 0) visit(source, destination, share);
      }
  }
}
