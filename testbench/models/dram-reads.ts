import type { AxiConfig } from "../../hdl/index.ts";
import type { Engine } from "../../sim/index.ts";
import type { Bandwidth } from "./bandwidth.ts";
import type { Dram } from "./dram.ts";
import { type AddressWords, addressWords, numberOf } from "./port-words.ts";

interface ReadBurst {
  readonly id: number;
  readonly beats: number;
  /** Where the next beat lies, a multiple of its size. */
  place: number;
  sent: number;
  /** The first cycle in which its first beat may be there. */
  readonly ready: number;
}

/** The read channels of a port of a DRAM. */
export class DramReads {
  private readonly ar: AddressWords;
  private readonly r: Record<"valid" | "ready" | "id" | "data" | "resp" | "last", Uint32Array>;
  private readonly bursts: ReadBurst[] = [];
  private current: ReadBurst | null = null;
  private lastReady = 0;
  /** The beat that is offered moves at this edge. */
  private taken = false;
  private readonly bandwidth: Bandwidth;

  constructor(
    private readonly dram: Dram,
    private readonly engine: Engine,
    private readonly config: AxiConfig,
    path: string,
  ) {
    this.bandwidth = dram.channel();
    this.ar = addressWords(engine, `${path}.ar`);
    this.r = {
      valid: engine.input(`${path}.r.valid`),
      ready: engine.signal(`${path}.r.ready`),
      id: engine.input(`${path}.r.bits.id`),
      data: engine.input(`${path}.r.bits.data`),
      resp: engine.input(`${path}.r.bits.resp`),
      last: engine.input(`${path}.r.bits.last`),
    };
  }

  sample(): void {
    const { ar, r, dram } = this;
    if (ar.valid[0] && ar.ready[0]) {
      const address = numberOf(ar.addr);
      const ready = Math.max(this.engine.cycle + dram.timing.latency, this.lastReady) + dram.openRow(address);
      this.lastReady = ready;
      const place = address - (address % this.config.dataBytes);
      this.bursts.push({ id: ar.id[0] ?? 0, beats: (ar.len[0] ?? 0) + 1, place, sent: 0, ready });
    }
    this.taken = r.valid[0] === 1 && r.ready[0] === 1;
  }

  drive(): void {
    const { ar, r, dram, bursts } = this;
    ar.ready[0] = Number(bursts.length < dram.timing.outstanding && !dram.stalled());
    if (r.valid[0] && !this.taken) return;
    r.valid[0] = 0;
    if (this.current?.sent === this.current?.beats) this.current = null;
    this.current ??= this.choose();
    const { current } = this;
    if (!current || dram.stalled()) return;
    const { dataBytes } = this.config;
    if (!dram.pay(this.bandwidth, dataBytes, this.engine.cycle)) return;
    r.resp[0] = dram.respond("read", current.place, dataBytes);
    dram.memory.readBeat(current.place, dataBytes, r.data);
    current.place += dataBytes;
    current.sent++;
    r.valid[0] = 1;
    r.id[0] = current.id;
    r.last[0] = Number(current.sent === current.beats);
    if (current.sent === current.beats) bursts.splice(bursts.indexOf(current), 1);
  }

  /** The next burst to serve, if one has waited long enough. */
  private choose(): ReadBurst | null {
    const { bursts, dram } = this;
    const { cycle } = this.engine;
    const [first] = bursts;
    if (!first) return null;
    if (!dram.timing.reorder) return first.ready <= cycle ? first : null;
    const firsts = bursts.filter((burst, i) => bursts.findIndex(({ id }) => id === burst.id) === i);
    const able = firsts.filter(({ ready }) => ready <= cycle);
    return able.length === 0 ? null : (able[dram.random.below(able.length)] ?? null);
  }
}
