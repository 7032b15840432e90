import { expect } from "vitest";
import { Random } from "../../../testbench/bench/random.ts";
import { type SimulateOptions, simulate } from "../../../testbench/bench/simulate.ts";
import { Dram, type DramTiming } from "../../../testbench/models/dram.ts";
import { TileMemories } from "../movers/tile-memories.fuzz.ts";
import type { NocConfig } from "../noc/index.ts";
import { channelConfig, type NpuConfig } from "../npu-config.ts";
import { LoadUnit } from "./load-unit.ts";

/** An instruction that is done. */
export interface Done {
  readonly tag: number;
  readonly fault: string;
  readonly address: number;
  readonly cycle: number;
}

/** A flit for the unit. */
export interface ArrivingFlit {
  readonly source: number;
  readonly payload: bigint;
}

/** A load unit with a DRAM at its ports, a tile's memories, and the network's end. Everything stalls by chance. */
export class LoadBench {
  readonly dut;
  readonly dram: Dram;
  readonly memories: TileMemories;
  readonly done: Done[] = [];
  /** Grants seen so far. */
  readonly grants: { readonly node: number; readonly tag: number }[] = [];
  /** Flits on their way to the unit. */
  readonly flits: ArrivingFlit[] = [];
  /** What is sent upon each grant, in their order. */
  readonly answers: ArrivingFlit[][] = [];
  /** Rows and entries written so far. */
  writes = 0;
  /** Instructions that the unit has accepted. */
  given = 0;
  /** What the unit's counts of bytes add up to. */
  readonly bytesRead = [0, 0];
  bytesReceived = 0;
  private readonly queue: bigint[] = [];
  private readonly random: Random;

  constructor(
    config: NpuConfig,
    noc: NocConfig,
    private readonly stalls: number,
    timing: Partial<DramTiming>,
    options: SimulateOptions & { readonly seed: number },
  ) {
    const { seed } = options;
    this.random = new Random(seed + 17);
    this.memories = new TileMemories(config);
    this.dut = simulate(LoadUnit(config, noc), options);
    this.dram = new Dram({ seed, stalls, ...timing });
    for (const read of ["read[0]", "read[1]"])
      this.dut.attach(this.dram.port(this.dut.engine, channelConfig(config, 0), { read }));
    const words = Uint32Array.from({ length: 2 ** 14 }, () => this.random.int32());
    this.dram.memory.write(0x10000, new Uint8Array(words.buffer));
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

  /** Runs until as many instructions are done, all that has been written is written, and the unit is idle. */
  finish(count: number): void {
    for (let cycles = 0; this.done.length < count; cycles++) {
      if (cycles > 50_000) throw new Error(`only ${this.done.length} of ${count} instructions were ever done`);
      this.step();
    }
    expect(this.dut.out.busy).toBe(0);
  }

  step(): void {
    const { dut, random, stalls, memories } = this;
    const { command, receive } = dut.in;
    const [next] = this.queue;
    if (!command.valid && next !== undefined && !random.bool(stalls)) {
      command.valid = 1;
      command.bits = next;
    }
    const [flit] = this.flits;
    if (!receive.valid && flit && !random.bool(stalls)) {
      receive.valid = 1;
      receive.bits = { ...flit, last: 1 };
    }
    const { add, grant, bias, scale, table, fault } = dut.out;
    for (const write of dut.out.scratchpadWrite) write.ready = Number(!random.bool(stalls));
    add.ready = Number(!random.bool(stalls));
    grant.ready = Number(!random.bool(stalls));

    for (const { valid, ready, bits } of dut.out.scratchpadWrite) {
      if (!valid || !ready) continue;
      this.writes++;
      memories.writeRow(bits);
    }
    if (add.valid && add.ready) {
      this.writes++;
      memories.addRow(add.bits);
    }
    for (const [memory, { enable, address, row }] of [["bias", bias] as const, ["scale", scale] as const]) {
      if (!enable) continue;
      this.writes++;
      memories.setParameter(memory, Number(address), row);
    }
    if (table.enable) {
      this.writes++;
      memories.table[Number(table.address)] = Number(table.entry);
    }
    const refused = dut.out.scratchpadWrite.some(({ valid, ready }) => valid && !ready) || (add.valid && !add.ready);
    expect(dut.out.waits.memory).toBe(Number(refused));
    if (grant.valid) expect(dut.out.waits.network).toBe(1);
    dut.out.bytesRead.forEach((bytes, i) => {
      this.bytesRead[i] = (this.bytesRead[i] ?? 0) + bytes;
    });
    this.bytesReceived += dut.out.bytesReceived;
    if (grant.valid && grant.ready) {
      const { payload, destination, mask, last } = grant.bits;
      expect([mask, last]).toEqual([0, 1]);
      this.grants.push({ node: Number(destination), tag: Number(payload) });
      this.flits.push(...(this.answers.shift() ?? []));
    }
    if (dut.out.done)
      this.done.push({
        tag: Number(dut.out.tag),
        fault: fault.valid ? fault.reason : "None",
        address: fault.valid ? Number(fault.address) : 0,
        cycle: dut.cycle,
      });
    else expect(fault.valid).toBe(0);

    const [commanded, received] = [command.valid && command.ready, receive.valid && receive.ready];
    dut.step();
    if (commanded) {
      this.given++;
      this.queue.shift();
      command.valid = 0;
    }
    if (received) {
      this.flits.shift();
      receive.valid = 0;
    }
  }
}
