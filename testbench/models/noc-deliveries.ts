import type { NocConfig } from "../../hdl/index.ts";
import { nocClasses } from "../../hdl/npu/noc/flit.ts";
import { nodeIds } from "../../hdl/npu/noc/noc-config.ts";
import type { Engine } from "../../sim/index.ts";
import { tileLinkEnds } from "./noc-link.ts";
import { NocRoutes } from "./noc-routes.ts";

/** A packet: the words of its payloads, one flit after the other. */
type Packet = readonly number[];

/** Flits between a node's network interface and its router so far, by class. */
export interface NodeFlits {
  readonly sent: readonly number[];
  readonly received: readonly number[];
}

/** The link between a network interface and its router, in one direction, at its far end. */
interface TileLink {
  readonly node: number;
  readonly valid: Uint32Array;
  readonly kind: Uint32Array;
  readonly vc: Uint32Array;
  readonly source: Uint32Array;
  readonly destination: Uint32Array;
  readonly mask: Uint32Array;
  readonly last: Uint32Array;
  readonly payload: Uint32Array;
  /** By class. */
  readonly flits: Float64Array;
  /** What has come of the packet of each virtual channel. */
  readonly open: number[][];
}

/**
 * Watches the links between the network interfaces and the routers of a mesh: every packet that goes in comes out at every
 * node that it is meant for, once, as it was, and after those that its node sent before it in its class to the same
 * destination and mask.
 */
export class NocDeliveries {
  /** The first wrong delivery, in one line; null as long as there is none. */
  problem: string | null = null;
  private readonly routes: NocRoutes;
  private readonly entering: readonly TileLink[];
  private readonly leaving: readonly TileLink[];
  /** Packets that have not come out, by flow and receiver, in their order. */
  private readonly flows = new Map<string, Packet[]>();
  private waiting = 0;

  /** `below`: what the paths of the mesh's instances begin with. @throws SimulationError where there are none */
  constructor(engine: Engine, config: NocConfig, below: string) {
    this.routes = new NocRoutes(config);
    const nodes = [...nodeIds(config).keys()];
    const link = (node: number, path: string): TileLink => {
      const word = (name: string) => engine.signal(`${below}${path}.${name}`);
      return {
        ...{ node, valid: word("valid"), kind: word("flit.class"), vc: word("flit.vc"), source: word("flit.source") },
        ...{ destination: word("flit.destination"), mask: word("flit.mask") },
        ...{ last: word("flit.last"), payload: word("flit.payload") },
        flits: new Float64Array(nocClasses.length),
        open: Array.from({ length: config.vcs }, () => []),
      };
    };
    this.entering = nodes.map((node) => link(node, tileLinkEnds(node).entering));
    this.leaving = nodes.map((node) => link(node, tileLinkEnds(node).leaving));
  }

  /** Of the node at a place in the order of `nodeIds`. */
  counts(node: number): NodeFlits {
    return { sent: [...(this.entering[node]?.flits ?? [])], received: [...(this.leaving[node]?.flits ?? [])] };
  }

  /** How many times a packet has still to come out. */
  get outstanding(): number {
    return this.waiting;
  }

  /** Looks at the links of a cycle, settled. */
  sample(): void {
    for (const link of this.entering) if (link.valid[0] === 1) this.enter(link);
    for (const link of this.leaving) if (link.valid[0] === 1) this.leave(link);
  }

  private enter(link: TileLink): void {
    const packet = collect(link);
    if (!packet) return;
    for (const receiver of this.routes.nodes(link.destination[0] ?? 0, link.mask[0] ?? 0)) {
      const name = flowOf(link, receiver);
      const packets = this.flows.get(name) ?? [];
      packets.push(packet);
      this.flows.set(name, packets);
      this.waiting++;
    }
  }

  private leave(link: TileLink): void {
    const packet = collect(link);
    if (!packet) return;
    const packets = this.flows.get(flowOf(link, link.node));
    const [next] = packets ?? [];
    if (packets && next && same(next, packet)) {
      packets.shift();
      this.waiting--;
      return;
    }
    const kind = nocClasses[link.kind[0] ?? 0];
    this.problem ??= `the ${kind} that comes to node ${link.node} from the node with id ${link.source[0]} is not the next of its flow: lost, doubled, damaged or out of order`;
  }
}

/** What a packet has in common with those that it must not overtake, and where it comes out. */
function flowOf({ kind, source, destination, mask }: TileLink, receiver: number): string {
  return `${kind[0]} ${source[0]} ${destination[0]} ${mask[0]} ${receiver}`;
}

/** Adds the flit that moves to its packet; the packet when it is whole. */
function collect({ kind, vc, last, payload, flits, open }: TileLink): Packet | null {
  flits[kind[0] ?? 0] = (flits[kind[0] ?? 0] ?? 0) + 1;
  const packet = open[vc[0] ?? 0] ?? [];
  for (const word of payload) packet.push(word);
  if (last[0] !== 1) return null;
  open[vc[0] ?? 0] = [];
  return packet;
}

function same(a: Packet, b: Packet): boolean {
  return a.length === b.length && a.every((word, i) => word === b[i]);
}
