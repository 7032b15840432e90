import type { NocConfig } from "../../hdl/index.ts";
import { nocPorts } from "../../hdl/npu/noc/index.ts";
import { nodeIds } from "../../hdl/npu/noc/noc-config.ts";
import type { Engine } from "../../sim/index.ts";
import { type LinkEnd, linkEnds } from "./noc-link.ts";
import { NocRoutes } from "./noc-routes.ts";

/** What a router did at its ports, in the order of `nocPorts`. */
export interface LinkCounts {
  /** Flits that left. */
  readonly flits: readonly number[];
  /** Cycles in which a flit was there for the port and none left by it. */
  readonly blocked: readonly number[];
}

const ports = nocPorts.length;
/** A link and the words of what arrives by it. */
interface Link extends LinkEnd {
  readonly valid: Uint32Array;
  readonly vc: Uint32Array;
  readonly source: Uint32Array;
  readonly destination: Uint32Array;
  readonly mask: Uint32Array;
}

/** A flit in a buffer of a router: the ports by which it has still to go, as bits. */
interface Held {
  readonly source: number;
  left: number;
}

/** A flit on its way to a buffer. */
interface Arrival {
  readonly router: number;
  readonly queue: Held[];
  readonly flit: Held;
}

/**
 * Watches the far ends of a mesh's links, which are registers, and knows from them alone what every router holds: what
 * came in and has not left by all ports of its way. A flit on the far end in cycle t was sent in t − 2 and is in the
 * buffer behind it from t + 1 on, so all is known of a cycle two cycles later.
 */
export class NocLinks {
  /** The first thing that no router does, in one line; null as long as there is none. */
  problem: string | null = null;
  private readonly routes: NocRoutes;
  private readonly links: readonly Link[];
  /** By router · ports + port. */
  private readonly flits: Float64Array;
  private readonly waited: Float64Array;
  /** By router, input and virtual channel: flits, the oldest first. */
  private readonly queues: readonly (readonly (readonly Held[][])[])[];
  /** By router: flits in its buffers, and the ports by which it sent in the cycle that is looked back at. */
  private readonly held: Int32Array;
  private readonly sent: Uint8Array;
  private total = 0;
  /** What was on the far ends in the last cycle and in the one before. */
  private last: Arrival[] = [];
  private beforeLast: Arrival[] = [];

  /** `below`: what the paths of the mesh's instances begin with. @throws SimulationError where there are none */
  constructor(engine: Engine, config: NocConfig, below: string) {
    this.routes = new NocRoutes(config);
    const nodes = nodeIds(config);
    this.links = linkEnds(config).map((end) => {
      const word = (name: string) => engine.signal(`${below}${end.path}.${name}`);
      const [valid, vc, source] = [word("valid"), word("flit.vc"), word("flit.source")];
      return { ...end, valid, vc, source, destination: word("flit.destination"), mask: word("flit.mask") };
    });
    this.flits = new Float64Array(nodes.length * ports);
    this.waited = new Float64Array(nodes.length * ports);
    this.queues = nodes.map(() => nocPorts.map(() => Array.from({ length: config.vcs }, () => [])));
    this.held = new Int32Array(nodes.length);
    this.sent = new Uint8Array(nodes.length);
  }

  /** Of the router at a place in the order of `nodeIds`, so far. */
  counts(router: number): LinkCounts {
    const [from, to] = [router * ports, (router + 1) * ports];
    return { flits: [...this.flits.subarray(from, to)], blocked: [...this.waited.subarray(from, to)] };
  }

  /** Flits in buffers, and on links to them. */
  get underWay(): number {
    return this.total + this.last.length + this.beforeLast.length;
  }

  /** Looks at the links of a cycle, settled. */
  sample(): void {
    const { links, sent, beforeLast } = this;
    const active: Link[] = [];
    for (const link of links) if (link.valid[0] === 1) active.push(link);
    if (active.length === 0 && this.underWay === 0) return;

    for (const { node, port } of active) if (node >= 0) sent[node] = (sent[node] ?? 0) | (1 << port);
    this.countWaits();
    for (const link of active) if (link.node >= 0) this.leave(link);
    sent.fill(0);

    for (const { router, queue, flit } of beforeLast) {
      queue.push(flit);
      this.held[router] = (this.held[router] ?? 0) + 1;
      this.total++;
    }
    this.beforeLast = this.last;
    this.last = active.flatMap((link) => this.arrival(link));
  }

  /** Counts for which ports flits waited two cycles ago. */
  private countWaits(): void {
    for (let router = 0; router < this.held.length; router++) {
      if (this.held[router] === 0) continue;
      let waits = 0;
      for (const input of this.queues[router] ?? []) for (const [front] of input) waits |= front?.left ?? 0;
      waits &= ~(this.sent[router] ?? 0);
      for (let port = 0; waits !== 0; port++, waits >>= 1) {
        const at = router * ports + port;
        if (waits & 1) this.waited[at] = (this.waited[at] ?? 0) + 1;
      }
    }
  }

  private leave({ node, port, vc, source }: Link): void {
    const at = node * ports + port;
    this.flits[at] = (this.flits[at] ?? 0) + 1;
    // Packets of a source come into a router by one input alone.
    for (const input of this.queues[node] ?? []) {
      const queue = input[vc[0] ?? 0] ?? [];
      const [front] = queue;
      if (!front || front.source !== source[0] || (front.left & (1 << port)) === 0) continue;
      front.left &= ~(1 << port);
      if (front.left !== 0) return;
      queue.shift();
      this.held[node] = (this.held[node] ?? 0) - 1;
      this.total--;
      return;
    }
    this.problem ??= `router ${node} sends a flit of node ${source[0]} ${nocPorts[port]} on virtual channel ${vc[0]}, which it does not hold`;
  }

  private arrival({ next, entry, vc, source, destination, mask }: Link): Arrival[] {
    if (next < 0) return [];
    const left = this.routes.ways(next, entry, destination[0] ?? 0, mask[0] ?? 0);
    const queue = this.queues[next]?.[entry]?.[vc[0] ?? 0];
    if (left === 0 || !queue) {
      this.problem ??= `a flit of node ${source[0]} to node ${destination[0]} comes to router ${next} by ${nocPorts[entry]}, off its way`;
      return [];
    }
    return [{ router: next, queue, flit: { source: source[0] ?? 0, left } }];
  }
}
