import { expect } from "vitest";
import { type SimulateOptions, simulate } from "../../../testbench/bench/simulate.ts";
import type { DramTiming } from "../../../testbench/models/dram.ts";
import { MoverBench } from "../movers/mover-bench.fuzz.ts";
import type { NocConfig } from "../noc/index.ts";
import type { NpuConfig } from "../npu-config.ts";
import { StoreUnit } from "./store-unit.ts";

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

const storeUnit = (config: NpuConfig, noc: NocConfig, options: SimulateOptions) =>
  simulate(StoreUnit(config, noc), options);

/**
 * A store unit with a DRAM at its port, a tile's memories full of random data, and the network's end. Grants come in any
 * order.
 */
export class StoreBench extends MoverBench<ReturnType<typeof storeUnit>> {
  readonly sent: SentOut[] = [];
  /** Grants that have not reached the unit. */
  readonly grants: Grant[] = [];
  /** What the unit's counters of bytes add up to. */
  readonly bytes = { written: 0, sent: 0 };

  constructor(
    private readonly config: NpuConfig,
    noc: NocConfig,
    stalls: number,
    timing: Partial<DramTiming>,
    options: SimulateOptions & { readonly seed: number },
  ) {
    const { seed } = options;
    super(storeUnit(config, noc, options), { config, stalls, timing, seed }, [{ write: "write" }], true);
  }

  step(): void {
    const { dut, random, memories, config } = this;
    const { side } = config;
    const { grants } = dut.in;
    const { scratchpadRead, accumulatorRead, send } = dut.out;
    this.offer();
    const ready = this.grants.filter(({ after }) => after <= this.done.length);
    const grant = !this.chance() || ready.length === 0 ? undefined : ready[random.below(ready.length)];
    grants.valid = Number(grant !== undefined);
    if (grant) grants.bits = { payload: grant.tag, source: grant.source, last: 1 };
    scratchpadRead.ready = Number(this.chance());
    accumulatorRead.ready = Number(this.chance());
    send.ready = Number(this.chance());

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
    expect(grants.ready).toBe(1);
    this.end();
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
  }
}
