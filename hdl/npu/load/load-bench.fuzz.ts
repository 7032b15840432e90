import { expect } from "vitest";
import { Random } from "../../../testbench/bench/random.ts";
import { type SimulateOptions, simulate } from "../../../testbench/bench/simulate.ts";
import { Dram, type DramTiming } from "../../../testbench/models/dram.ts";
import { MoverBench } from "../movers/mover-bench.fuzz.ts";
import { TileMemories } from "../movers/tile-memories.fuzz.ts";
import type { NocConfig } from "../noc/index.ts";
import { channelConfig, type NpuConfig } from "../npu-config.ts";
import { LoadUnit } from "./load-unit.ts";

/** A flit for the unit. */
export interface ArrivingFlit {
  readonly source: number;
  readonly payload: bigint;
}

/** A load unit with a DRAM at its ports, a tile's memories, and the network's end. Everything stalls by chance. */
export class LoadBench extends MoverBench {
  readonly dut;
  readonly dram: Dram;
  readonly memories: TileMemories;
  /** Grants seen so far. */
  readonly grants: { readonly node: number; readonly tag: number }[] = [];
  /** Flits on their way to the unit. */
  readonly flits: ArrivingFlit[] = [];
  /** What is sent upon each grant, in their order. */
  readonly answers: ArrivingFlit[][] = [];
  /** Rows and entries written so far. */
  writes = 0;
  /** What the unit's counts of bytes add up to. */
  readonly bytesRead = [0, 0];
  bytesReceived = 0;

  constructor(
    config: NpuConfig,
    noc: NocConfig,
    stalls: number,
    timing: Partial<DramTiming>,
    options: SimulateOptions & { readonly seed: number },
  ) {
    const { seed } = options;
    super(new Random(seed + 17), stalls);
    this.memories = new TileMemories(config);
    this.dut = simulate(LoadUnit(config, noc), options);
    this.dram = new Dram({ seed, stalls, ...timing });
    for (const read of ["read[0]", "read[1]"])
      this.dut.attach(this.dram.port(this.dut.engine, channelConfig(config, 0), { read }));
    const words = Uint32Array.from({ length: 2 ** 14 }, () => this.random.int32());
    this.dram.memory.write(0x10000, new Uint8Array(words.buffer));
  }

  step(): void {
    const { dut, memories } = this;
    const { receive } = dut.in;
    this.offer();
    const [flit] = this.flits;
    if (!receive.valid && flit && this.chance()) {
      receive.valid = 1;
      receive.bits = { ...flit, last: 1 };
    }
    const { add, grant, bias, scale, table } = dut.out;
    for (const write of dut.out.scratchpadWrite) write.ready = Number(this.chance());
    add.ready = Number(this.chance());
    grant.ready = Number(this.chance());

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
    const after = this.note();

    const received = receive.valid && receive.ready;
    dut.step();
    after();
    if (received) {
      this.flits.shift();
      receive.valid = 0;
    }
  }
}
