import { expect } from "vitest";
import { Random } from "../../../testbench/bench/random.ts";
import { type SimulateOptions, simulate } from "../../../testbench/bench/simulate.ts";
import { Dram, type DramTiming } from "../../../testbench/models/dram.ts";
import { TileMemories } from "../movers/tile-memories.fuzz.ts";
import type { NocConfig } from "../noc/index.ts";
import { channelConfig, type NpuConfig } from "../npu-config.ts";
import { StoreUnit } from "./store-unit.ts";

/** An instruction that is done. */
export interface Done {
  readonly tag: number;
  readonly fault: string;
  readonly address: number;
}

/** A flit that left the unit. */
export interface SentOut {
  readonly payload: bigint;
  readonly destination: number;
  readonly mask: number;
  readonly last: number;
}

/** A node that waits for a tag, once so many instructions are done. */
export interface Grant {
  readonly source: number;
  readonly tag: number;
  readonly after: number;
}

/**
 * A store unit with a DRAM at its port, a tile's memories full of random data, and the network's end. Everything stalls by
 * chance, and grants come in any order.
 */
export class StoreBench {
  readonly dut;
  readonly dram: Dram;
  readonly memories: TileMemories;
  readonly done: Done[] = [];
  readonly sent: SentOut[] = [];
  /** Grants that have not reached the unit. */
  readonly grants: Grant[] = [];
  /** Instructions that the unit has accepted. */
  given = 0;
  /** What the unit's counters of bytes add up to. */
  readonly bytes = { written: 0, sent: 0 };
  private readonly queue: bigint[] = [];
  private readonly random: Random;

  constructor(
    private readonly config: NpuConfig,
    noc: NocConfig,
    private readonly stalls: number,
    timing: Partial<DramTiming>,
    options: SimulateOptions & { readonly seed: number },
  ) {
    const { seed } = options;
    this.random = new Random(seed + 23);
    this.memories = new TileMemories(config, this.random);
    this.dut = simulate(StoreUnit(config, noc), options);
    this.dram = new Dram({ seed, stalls, ...timing });
    this.dut.attach(this.dram.port(this.dut.engine, channelConfig(config, 0), { write: "write" }));
  }

  /** Puts instructions into the queue before the unit. */
  push(...words: readonly bigint[]): void {
    this.queue.push(...words);
  }

  /** Empties the queue before the unit. */
  withdraw(): void {
    this.queue.splice(0);
    this.dut.in.command.valid = 0;
  }

  /** Runs until as many instructions are done and the unit is idle. */
  finish(count: number): void {
    for (let cycles = 0; this.done.length < count; cycles++) {
      if (cycles > 50_000) throw new Error(`only ${this.done.length} of ${count} instructions were ever done`);
      this.step();
    }
    expect(this.dut.out.busy).toBe(0);
  }

  step(): void {
    const { dut, random, stalls, memories, config } = this;
    const { side } = config;
    const { command, grants } = dut.in;
    const { scratchpadRead, accumulatorRead, send, fault } = dut.out;
    const [next] = this.queue;
    if (!command.valid && next !== undefined && !random.bool(stalls)) {
      command.valid = 1;
      command.bits = next;
    }
    const ready = this.grants.filter(({ after }) => after <= this.done.length);
    const grant = random.bool(stalls) || ready.length === 0 ? undefined : ready[random.below(ready.length)];
    grants.valid = Number(grant !== undefined);
    if (grant) grants.bits = { payload: grant.tag, source: grant.source, last: 1 };
    scratchpadRead.ready = Number(!random.bool(stalls));
    accumulatorRead.ready = Number(!random.bool(stalls));
    send.ready = Number(!random.bool(stalls));

    const reads = [scratchpadRead, accumulatorRead].map(({ valid, ready, bits }) =>
      valid && ready ? Number(bits) * side : null,
    );
    if (send.valid && send.ready) {
      const { payload, destination, mask, last } = send.bits;
      this.sent.push({ payload: BigInt(payload), destination, mask, last });
    }
    const refused = [scratchpadRead, accumulatorRead].some(({ valid, ready }) => valid && !ready);
    expect(dut.out.waits.memory).toBe(Number(refused));
    if (send.valid && !send.ready) expect(dut.out.waits.network).toBe(1);
    this.bytes.written += dut.out.bytesWritten;
    this.bytes.sent += dut.out.bytesSent;
    if (dut.out.done)
      this.done.push({
        tag: Number(dut.out.tag),
        fault: fault.valid ? fault.reason : "None",
        address: fault.valid ? Number(fault.address) : 0,
      });
    else expect(fault.valid).toBe(0);
    expect(grants.ready).toBe(1);
    const commanded = command.valid && command.ready;

    dut.step();
    const [bytes, words] = reads;
    dut.in.scratchpadData = {
      valid: Number(bytes !== null),
      bits: memories.send({ sub: "scratchpad", node: 0, tag: 0, local: (bytes ?? 0) / side, rows: 1 })[0] ?? 0n,
    };
    dut.in.accumulatorData = {
      valid: Number(words !== null),
      bits: [...memories.accumulators.slice(words ?? 0, (words ?? 0) + side)],
    };
    if (grant) this.grants.splice(this.grants.indexOf(grant), 1);
    if (commanded) {
      this.given++;
      this.queue.shift();
      command.valid = 0;
    }
  }
}
