import type { Engine } from "../../sim/index.ts";
import type { Clocked } from "../bench/clocked.ts";
import { numberOf } from "./port-words.ts";

/** What moved on a manager's port. */
export interface AxiTraffic {
  readonly readBursts: number;
  readonly readBeats: number;
  readonly writeBursts: number;
  readonly writeBeats: number;
  /** Strobed in the beats written. */
  readonly bytes: number;
  readonly responses: number;
  /** The most read bursts that were under way at once. */
  readonly mostReads: number;
}

/** A burst as its address channel says it. */
export interface SeenBurst {
  readonly on: "read" | "write";
  readonly address: number;
  readonly beats: number;
}

type Channel = "ar" | "r" | "aw" | "w" | "b";

/** A manager's channels by their paths, such as `read` for `read.ar.valid`; it may have those of one direction alone. */
export interface MonitoredPort {
  readonly read?: string;
  readonly write?: string;
}

/** Counts what moves on the read and write channels of a manager, from their handshakes alone. */
export class AxiMonitor implements Clocked {
  private readonly handshakes: Record<Channel, { readonly valid: Uint32Array; readonly ready: Uint32Array }>;
  private readonly words: Record<"araddr" | "arlen" | "awaddr" | "awlen" | "strb" | "rlast" | "rid", Uint32Array>;
  /** Beats read, by the id of their transaction. */
  private readonly beatsById = new Map<number, number>();
  private readonly counts = { ar: 0, r: 0, aw: 0, w: 0, b: 0 };
  private bytes = 0;
  private reads = 0;
  private mostReads = 0;
  /** All bursts since `record` was called, in order. */
  private bursts: SeenBurst[] | null = null;

  /** @throws SimulationError for paths that are no such channels */
  constructor(engine: Engine, { read, write }: MonitoredPort) {
    const none = new Uint32Array(1);
    const words = (port: string | undefined, path: string) =>
      port === undefined ? none : engine.signal(`${port}.${path}`);
    const handshake = (port: string | undefined, channel: string) => ({
      valid: words(port, `${channel}.valid`),
      ready: words(port, `${channel}.ready`),
    });
    this.handshakes = {
      ar: handshake(read, "ar"),
      r: handshake(read, "r"),
      aw: handshake(write, "aw"),
      w: handshake(write, "w"),
      b: handshake(write, "b"),
    };
    this.words = {
      araddr: words(read, "ar.bits.addr"),
      arlen: words(read, "ar.bits.len"),
      awaddr: words(write, "aw.bits.addr"),
      awlen: words(write, "aw.bits.len"),
      strb: words(write, "w.bits.strb"),
      rlast: words(read, "r.bits.last"),
      rid: words(read, "r.bits.id"),
    };
  }

  /** Beats read in transactions of an id. */
  readBeatsOf(id: number): number {
    return this.beatsById.get(id) ?? 0;
  }

  /** Keeps all bursts from now on; returns the list, which grows. */
  record(): readonly SeenBurst[] {
    this.bursts = [];
    return this.bursts;
  }

  get traffic(): AxiTraffic {
    const { ar, r, aw, w, b } = this.counts;
    const { bytes, mostReads } = this;
    return { readBursts: ar, readBeats: r, writeBursts: aw, writeBeats: w, bytes, responses: b, mostReads };
  }

  /** Handshakes on all channels so far. */
  get moves(): number {
    const { ar, r, aw, w, b } = this.counts;
    return ar + r + aw + w + b;
  }

  sample(): void {
    const { words } = this;
    if (this.moved("ar")) {
      this.mostReads = Math.max(this.mostReads, ++this.reads);
      this.bursts?.push({ on: "read", address: numberOf(words.araddr), beats: (words.arlen[0] ?? 0) + 1 });
    }
    if (this.moved("r")) {
      this.reads -= words.rlast[0] ?? 0;
      const id = words.rid[0] ?? 0;
      this.beatsById.set(id, this.readBeatsOf(id) + 1);
    }
    if (this.moved("aw"))
      this.bursts?.push({ on: "write", address: numberOf(words.awaddr), beats: (words.awlen[0] ?? 0) + 1 });
    if (this.moved("w")) for (const strobes of words.strb) this.bytes += ones(strobes);
    this.moved("b");
  }

  drive(): void {}

  private moved(channel: Channel): boolean {
    const { valid, ready } = this.handshakes[channel];
    if (!valid[0] || !ready[0]) return false;
    this.counts[channel]++;
    return true;
  }
}

function ones(word: number): number {
  let count = 0;
  for (let rest = word; rest !== 0; rest &= rest - 1) count++;
  return count;
}
