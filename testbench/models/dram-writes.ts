import type { AxiConfig } from "../../hdl/index.ts";
import type { Engine } from "../../sim/index.ts";
import type { Bandwidth } from "./bandwidth.ts";
import type { Dram } from "./dram.ts";
import { type AddressWords, addressWords, numberOf } from "./port-words.ts";

interface WriteBurst {
  readonly id: number;
  readonly beats: number;
  /** Where the next beat lies, a multiple of its size. */
  place: number;
  taken: number;
  resp: number;
  /** The first cycle in which it may be answered, once its data are here. */
  ready: number;
}

/** The write channels of a port of a DRAM. Data are taken after their address. */
export class DramWrites {
  private readonly aw: AddressWords;
  private readonly w: Record<"valid" | "ready" | "data" | "strb", Uint32Array>;
  private readonly b: Record<"valid" | "ready" | "id" | "resp", Uint32Array>;
  private readonly bursts: WriteBurst[] = [];
  private readonly answers: WriteBurst[] = [];
  private lastReady = 0;
  /** The response that is offered moves at this edge. */
  private answered = false;
  /** The last cycle in which a beat was there to be taken. */
  private lastOffer = -1;
  private readonly bandwidth: Bandwidth;

  constructor(
    private readonly dram: Dram,
    private readonly engine: Engine,
    private readonly config: AxiConfig,
    path: string,
  ) {
    this.bandwidth = dram.channel();
    this.aw = addressWords(engine, `${path}.aw`);
    this.w = {
      valid: engine.signal(`${path}.w.valid`),
      ready: engine.input(`${path}.w.ready`),
      data: engine.signal(`${path}.w.bits.data`),
      strb: engine.signal(`${path}.w.bits.strb`),
    };
    this.b = {
      valid: engine.input(`${path}.b.valid`),
      ready: engine.signal(`${path}.b.ready`),
      id: engine.input(`${path}.b.bits.id`),
      resp: engine.input(`${path}.b.bits.resp`),
    };
  }

  sample(): void {
    const { aw, w, b, dram, bursts, config } = this;
    const { cycle } = this.engine;
    if (w.valid[0]) this.lastOffer = cycle;
    if (w.ready[0]) {
      if (w.valid[0]) this.take();
      else dram.repay(this.bandwidth, config.dataBytes);
    }
    if (aw.valid[0] && aw.ready[0]) {
      const address = numberOf(aw.addr);
      const place = address - (address % config.dataBytes);
      const ready = cycle + dram.openRow(address);
      bursts.push({ id: aw.id[0] ?? 0, beats: (aw.len[0] ?? 0) + 1, place, taken: 0, resp: 0, ready });
    }
    this.answered = b.valid[0] === 1 && b.ready[0] === 1;
  }

  drive(): void {
    const { aw, w, b, dram, bursts, answers, config } = this;
    const { cycle } = this.engine;
    aw.ready[0] = Number(bursts.length + answers.length < dram.timing.outstanding && !dram.stalled());
    const [open] = bursts;
    const offered = !dram.limited || this.lastOffer >= cycle - 1;
    const due = open !== undefined && open.ready <= cycle;
    // Bandwidth is kept for a beat that is known to come, or tried for in every other cycle.
    const tries = offered || cycle % 2 === 1;
    w.ready[0] = Number(due && tries && !dram.stalled() && dram.pay(this.bandwidth, config.dataBytes, cycle));
    if (b.valid[0] && !this.answered) return;
    b.valid[0] = 0;
    if (dram.stalled()) return;
    const answer = this.choose();
    if (!answer) return;
    answers.splice(answers.indexOf(answer), 1);
    b.valid[0] = 1;
    b.id[0] = answer.id;
    b.resp[0] = answer.resp;
  }

  private take(): void {
    const { w, dram, bursts, answers, config } = this;
    const [burst] = bursts;
    if (!burst) return;
    const resp = dram.respond("write", burst.place, config.dataBytes);
    if (resp === 0) dram.memory.writeBeat(burst.place, config.dataBytes, w.data, w.strb);
    burst.resp = Math.max(burst.resp, resp);
    burst.place += config.dataBytes;
    burst.taken++;
    if (burst.taken < burst.beats) return;
    bursts.shift();
    burst.ready = this.lastReady = Math.max(this.engine.cycle + dram.timing.latency, this.lastReady);
    answers.push(burst);
  }

  /** The next burst to answer, if one has waited long enough. */
  private choose(): WriteBurst | null {
    const { answers, dram } = this;
    const { cycle } = this.engine;
    const [first] = answers;
    if (!first) return null;
    if (!dram.timing.reorder) return first.ready <= cycle ? first : null;
    const firsts = answers.filter((burst, i) => answers.findIndex(({ id }) => id === burst.id) === i);
    const able = firsts.filter(({ ready }) => ready <= cycle);
    return able.length === 0 ? null : (able[dram.random.below(able.length)] ?? null);
  }
}
