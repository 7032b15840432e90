import type { Mesh, NocConfig } from "../../../hdl/index.ts";
import { nocClasses } from "../../../hdl/npu/noc/flit.ts";
import { nodeIds } from "../../../hdl/npu/noc/noc-config.ts";
import type { Random } from "../../bench/random.ts";
import type { Sim } from "../../bench/sim.ts";
import type { Destinations } from "./destinations.ts";
import { meshPorts, type NodePorts, type ReceiveWords } from "./node-ports.ts";
import { PacketQueue } from "./packet-queue.ts";

type Ports = ReturnType<typeof Mesh>["ports"];
export type MeshSim = Sim<Ports["in"], Ports["out"]>;

/** What is sent. */
export interface Load {
  readonly destinations: Destinations;
  /** Flits a node makes a cycle on average, 0 to 1. */
  readonly rate: number;
  /** Flits of a packet, 1 to 255. */
  readonly flits: number;
  /**
   * What is made are requests alone, and every node answers each with a response of as many flits; a node takes no request
   * while its last answer still waits. Without it, requests and responses are made alike.
   */
  readonly respond: boolean;
  /** How likely a tile does not take what is offered to it, in each cycle: 0 to below 1. */
  readonly stalls: number;
}

/** What happened since the last call of `resetCounts`. */
export interface TrafficCounts {
  cycles: number;
  /** Flits made, sent into the network, and received. */
  madeFlits: number;
  sentFlits: number;
  receivedFlits: number;
  /** Packets received, and the sum and maximum of their cycles from being made to the last flit's arrival. */
  packets: number;
  latency: number;
  mostLatency: number;
}

const noCounts = (): TrafficCounts => ({
  cycles: 0,
  madeFlits: 0,
  sentFlits: 0,
  receivedFlits: 0,
  packets: 0,
  latency: 0,
  mostLatency: 0,
});

/** A flit that should not have arrived, or not there, or not now. */
export class DeliveryError extends Error {
  override readonly name = "DeliveryError";
}

/**
 * Random traffic on a simulated mesh. Every flit carries its flow, its number in the flow and a check sum, so that each
 * receiver knows which flit must come next from each source in each class: a flit that is lost, doubled, damaged, out
 * of order or at the wrong place is found where it arrives, and one that never arrives by `outstanding`.
 */
export class NocTraffic {
  readonly nodes: number;
  counts = noCounts();
  /** Flits sent and received since the start. */
  readonly total = { sent: 0, received: 0 };
  private readonly ids: readonly number[];
  private readonly indexOf = new Map<number, number>();
  private readonly ports: readonly NodePorts[];
  private readonly queues: readonly (readonly PacketQueue[])[];
  /** By node and class: flits of the packet at the front that have gone. */
  private readonly progress: Uint16Array;
  /** By flow, (class · nodes + source) · nodes + destination: packets made, and flits that have arrived. */
  private readonly made: Uint32Array;
  private readonly arrived: Float64Array;

  /** On a mesh that was just started. */
  constructor(
    readonly dut: MeshSim,
    readonly config: NocConfig,
    readonly load: Load,
    private readonly random: Random,
  ) {
    this.ids = nodeIds(config);
    this.nodes = this.ids.length;
    this.ids.forEach((id, node) => {
      this.indexOf.set(id, node);
    });
    this.ports = meshPorts(this.dut.engine, config);
    this.queues = this.ids.map(() => nocClasses.map(() => new PacketQueue()));
    this.progress = new Uint16Array(nocClasses.length * this.nodes);
    this.made = new Uint32Array(nocClasses.length * this.nodes * this.nodes);
    this.arrived = new Float64Array(this.made.length);
  }

  /** Flits made and not received yet. */
  get outstanding(): number {
    const { flits } = this.load;
    return this.made.reduce((sum, packets, flow) => sum + packets * flits - (this.arrived[flow] ?? 0), 0);
  }

  /** Counts from this cycle on. */
  resetCounts(): void {
    this.counts = noCounts();
  }

  /**
   * Makes no more packets and runs until all have arrived.
   * @throws DeliveryError where nothing has arrived for so long that nothing more will, CheckFailure
   */
  drain(): void {
    const [patience, chunk] = [1000, 20];
    let quiet = 0;
    for (let left = this.outstanding; left > 0; ) {
      this.run(chunk, false);
      const after = this.outstanding;
      quiet = after === left ? quiet + chunk : 0;
      if (quiet >= patience)
        throw new DeliveryError(
          `cycle ${this.dut.cycle}: nothing has arrived for ${patience} cycles, but ${left} flits are under way`,
        );
      left = after;
    }
  }

  /** Runs some cycles; with `make`, new packets are made in them. @throws DeliveryError, CheckFailure */
  run(cycles: number, make = true): void {
    const { dut, ports } = this;
    for (let end = dut.cycle + cycles; dut.cycle < end; ) {
      dut.engine.settle();
      for (let node = 0; node < ports.length; node++) {
        if (make) this.make(node);
        this.receive(node);
        this.send(node);
      }
      dut.engine.touch();
      dut.step(1);
      this.counts.cycles++;
    }
  }

  private make(node: number): void {
    const { destinations, rate, flits, respond } = this.load;
    if (!this.random.bool(rate / flits)) return;
    const destination = destinations.draw(node, this.random);
    if (destination === null) return;
    this.push(node, respond ? 0 : this.random.below(nocClasses.length), destination);
  }

  private push(node: number, kind: number, destination: number): void {
    const flow = this.flow(kind, node, destination);
    const sequence = this.made[flow] ?? 0;
    this.made[flow] = sequence + 1;
    this.queues[node]?.[kind]?.push({ destination, made: this.dut.cycle, sequence });
    this.counts.madeFlits += this.load.flits;
  }

  private send(node: number): void {
    const { flits } = this.load;
    for (let kind = 0; kind < nocClasses.length; kind++) {
      const queue = this.queues[node]?.[kind];
      const words = this.ports[node]?.send[kind];
      if (!queue || !words) continue;
      const packet = queue.front;
      words.valid[0] = packet ? 1 : 0;
      if (!packet) continue;
      const at = kind * this.nodes + node;
      const flit = this.progress[at] ?? 0;
      const { destination, made, sequence } = packet;
      words.payload[0] = sequence;
      words.payload[1] = made;
      words.payload[2] = stamp(kind, node, destination, flit);
      words.payload[3] = checkSum(sequence, made, words.payload[2] ?? 0);
      words.destination[0] = this.ids[destination] ?? 0;
      words.last[0] = flit === flits - 1 ? 1 : 0;
      if (words.ready[0] !== 1) continue;
      this.counts.sentFlits++;
      this.total.sent++;
      this.progress[at] = flit === flits - 1 ? 0 : flit + 1;
      if (flit === flits - 1) queue.shift();
    }
  }

  private receive(node: number): void {
    const { stalls, respond } = this.load;
    for (let kind = 0; kind < nocClasses.length; kind++) {
      const words = this.ports[node]?.receive[kind];
      if (!words) continue;
      const held = respond && kind === 0 && (this.queues[node]?.[1]?.length ?? 0) > 0;
      const takes = !held && !(stalls > 0 && this.random.bool(stalls));
      words.ready[0] = takes ? 1 : 0;
      if (takes && words.valid[0] === 1) this.take(node, kind, words);
    }
  }

  private take(node: number, kind: number, { payload, source, last }: ReceiveWords): void {
    const { flits, respond } = this.load;
    const from = this.indexOf.get(source[0] ?? -1) ?? -1;
    const flow = this.flow(kind, from, node);
    const count = this.arrived[flow] ?? Number.NaN;
    const [flit, sequence] = [count % flits, Math.floor(count / flits)];
    const made = payload[1] ?? 0;
    const mark = stamp(kind, from, node, flit);
    const right =
      payload[0] === sequence &&
      payload[2] === mark &&
      payload[3] === checkSum(sequence, made, mark) &&
      last[0] === Number(flit === flits - 1);
    if (!right) throw new DeliveryError(this.wrongFlit(node, kind, from, payload, sequence, flit));

    this.arrived[flow] = count + 1;
    this.counts.receivedFlits++;
    this.total.received++;
    if (flit < flits - 1) return;
    if (respond && kind === 0) this.push(node, 1, from);
    const latency = this.dut.cycle - made;
    this.counts.packets++;
    this.counts.latency += latency;
    this.counts.mostLatency = Math.max(this.counts.mostLatency, latency);
  }

  private flow(kind: number, source: number, destination: number): number {
    return (kind * this.nodes + source) * this.nodes + destination;
  }

  private wrongFlit(node: number, kind: number, from: number, payload: Uint32Array, sequence: number, flit: number) {
    const words = [...payload].map((word) => word.toString(16).padStart(8, "0")).join(" ");
    return (
      `cycle ${this.dut.cycle}: node ${node} receives a ${nocClasses[kind]} from node ${from} with payload ${words}, ` +
      `but flit ${flit} of packet ${sequence} of this flow comes next`
    );
  }
}

/** Says of a flit whose it is; flits of a packet differ. */
function stamp(kind: number, source: number, destination: number, flit: number): number {
  return ((kind << 31) | (flit << 16) | (destination << 8) | source) >>> 0;
}

function checkSum(sequence: number, made: number, mark: number): number {
  const mixed = Math.imul(sequence ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(made ^ (mark >>> 3), 0xc2b2ae35) ^ mark;
  return (mixed ^ (mixed >>> 15)) >>> 0;
}
