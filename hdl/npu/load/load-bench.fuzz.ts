import { expect } from "vitest";
import type { Random } from "../../../testbench/bench/random.ts";
import { type SimulateOptions, simulate } from "../../../testbench/bench/simulate.ts";
import type { DramTiming } from "../../../testbench/models/dram.ts";
import { Feed } from "../movers/feed.fuzz.ts";
import { MoverBench } from "../movers/mover-bench.fuzz.ts";
import type { Matrix } from "../movers/tile-memories.fuzz.ts";
import { type NocConfig, nocConfig } from "../noc/index.ts";
import { type NpuConfig, npuConfig } from "../npu-config.ts";
import { LoadUnit } from "./load-unit.ts";

/** Sizes at which a load unit is quick to simulate, and its memories are full soon. */
export const smallTile = (side: number) =>
  npuConfig({ side, scratchpadRows: 1024, accumulatorRows: 512, reads: 8, burstBeats: 16, bufferBeats: 64 });

/** The network that a tile of such a side is in. */
export const smallNoc = (side: number) => nocConfig({ width: 3, height: 2, payloadBits: 8 * side });

/** A LOAD of 8 rows of 16 bytes. */
export const someLoad: Matrix = { sub: "scratchpad", local: 0, dram: 0x14000, rows: 8, cols: 16, stride: 100 };

/** Random flits of 4 bytes from a node. */
export const flitsOf = (source: number, count: number, random: Random): ArrivingFlit[] =>
  Array.from({ length: count }, () => ({ source, payload: BigInt.asUintN(32, BigInt(random.int32())) }));

/** A flit for the unit. */
export interface ArrivingFlit {
  readonly source: number;
  readonly payload: bigint;
}

const loadUnit = (config: NpuConfig, noc: NocConfig, options: SimulateOptions) =>
  simulate(LoadUnit(config, noc), options);

/** A load unit with a DRAM at its ports, a tile's memories, and the network's end. */
export class LoadBench extends MoverBench<ReturnType<typeof loadUnit>> {
  /** Grants seen so far. */
  readonly grants: { readonly node: number; readonly tag: number }[] = [];
  /** Flits on their way to the unit. */
  readonly flits: ArrivingFlit[];
  /** What is sent upon each grant, in their order. */
  readonly answers: ArrivingFlit[][] = [];
  /** Rows and entries written so far. */
  writes = 0;
  /** What the unit's counts of bytes add up to. */
  readonly bytesRead = [0, 0];
  bytesReceived = 0;
  private readonly arriving: Feed<ArrivingFlit>;

  constructor(
    config: NpuConfig,
    noc: NocConfig,
    stalls: number,
    timing: Partial<DramTiming>,
    options: SimulateOptions & { readonly seed: number },
  ) {
    const { seed } = options;
    const ports = [{ read: "read[0]" }, { read: "read[1]" }];
    super(loadUnit(config, noc, options), { config, stalls, timing, seed }, ports, false);
    const { receive } = this.dut.in;
    this.arriving = new Feed(receive, (flit: ArrivingFlit) => {
      receive.bits = { ...flit, last: 1 };
    });
    this.flits = this.arriving.items;
    const words = Uint32Array.from({ length: 2 ** 14 }, () => this.random.int32());
    this.dram.memory.write(0x10000, new Uint8Array(words.buffer));
  }

  step(): void {
    const { dut, memories } = this;
    this.offer();
    this.arriving.offer(this.chance);
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
    this.end(this.arriving);
  }
}
