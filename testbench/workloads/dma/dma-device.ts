import type { DmaConfig } from "../../../hdl/index.ts";
import { Dma } from "../../../hdl/npu/dma/dma.ts";
import { dmaConfig } from "../../../hdl/npu/dma/dma-config.ts";
import { SimulationError } from "../../../sim/engine.ts";
import { daemon } from "../../bench/process.ts";
import type { Sim } from "../../bench/sim.ts";
import { type SimulateOptions, simulate } from "../../bench/simulate.ts";
import { AxiMonitor, type AxiTraffic } from "../../models/axi-monitor.ts";
import { Dram, type DramTiming } from "../../models/dram.ts";
import type { Progress } from "../../progress.ts";
import type { Transfer } from "./transfer.ts";

type Ports = ReturnType<typeof Dma>["ports"];

/** What the hardware says of a transfer. */
export interface TransferStatus {
  readonly error: "None" | "Read" | "Write" | "Length" | "Count";
  readonly response: number;
  readonly address: number;
  readonly bytes: number;
  readonly interrupt: boolean;
  readonly tag: number;
}

/** The engine's own counters; see `DmaCounters` of the NPU. */
export type Counters = Readonly<Record<(typeof counterNames)[number], number>>;

export const counterNames = [
  "busy",
  "readBursts",
  "readBeats",
  "writeBursts",
  "writeBeats",
  "bytes",
  "addressStalls",
  "writeStalls",
  "dataStalls",
] as const;

/** The DMA engine with a DRAM at both its ports, a monitor on them, and a host that hands it transfers. */
export class DmaDevice {
  readonly config: DmaConfig;
  readonly dut: Sim<Ports["in"], Ports["out"]>;
  readonly dram: Dram;
  readonly monitor: AxiMonitor;
  private readonly limit: number;
  private tag = 0;

  /** @throws RangeError for sizes that the engine or the DRAM refuses */
  constructor(
    sizes: Partial<DmaConfig>,
    timing: Partial<DramTiming>,
    options: SimulateOptions & { readonly cycles?: number } = {},
  ) {
    const { cycles = Number.MAX_SAFE_INTEGER, ...rest } = options;
    this.config = dmaConfig(sizes);
    this.limit = cycles;
    this.dut = simulate(Dma(this.config), { timeout: Number.MAX_SAFE_INTEGER, ...rest });
    const { engine } = this.dut;
    this.dram = new Dram({ bytes: 2 ** this.config.addressBits, ...timing });
    this.monitor = new AxiMonitor(engine, { read: "read", write: "write" });
    this.dut.attach(this.dram.port(engine, this.config, { read: "read", write: "write" }));
    this.dut.attach(this.monitor);
  }

  /**
   * Carries out a transfer.
   * @throws CheckFailure when a check in the hardware fails; SimulationError past the limit of cycles, or when nothing
   *   moves on the bus for too long; Interrupted
   */
  async run(transfer: Transfer, progress: Progress): Promise<TransferStatus> {
    const [status] = await this.runAll([transfer], progress);
    if (!status) throw new SimulationError("the DMA engine gave no status");
    return status;
  }

  /** Carries out transfers one after the other, as `run` does. */
  async runAll(transfers: readonly Transfer[], progress: Progress): Promise<TransferStatus[]> {
    const statuses: TransferStatus[] = [];
    const host = () => this.hand(transfers, statuses);
    await this.dut.runAsync([host, daemon(() => this.watch())], progress);
    return statuses;
  }

  /** The tag of the last transfer handed over. */
  get lastTag(): number {
    return this.tag;
  }

  get counters(): Counters {
    return this.dut.out.counters;
  }

  get traffic(): AxiTraffic {
    return this.monitor.traffic;
  }

  /** Ends the recording of waves. */
  close(): void {
    this.dut.close();
  }

  private *hand(transfers: readonly Transfer[], statuses: TransferStatus[]) {
    for (const transfer of transfers) {
      this.tag = (this.tag + 1) % 16;
      yield* this.dut.in.descriptor.send(this.descriptor(transfer));
      const status = yield* this.dut.out.status.recv();
      statuses.push({ ...status, address: Number(status.address), interrupt: status.interrupt === 1 });
    }
  }

  private descriptor(transfer: Transfer) {
    const { source, destination, length, counts, padding, onError, interrupt } = transfer;
    const { addressBits } = this.config;
    const wrapped = (numbers: readonly number[]) => numbers.map((one) => BigInt.asUintN(addressBits, BigInt(one)));
    return {
      source,
      destination,
      length,
      counts,
      sourceStrides: wrapped(transfer.sourceStrides),
      destinationStrides: wrapped(transfer.destinationStrides),
      padding: padding
        ? { enable: 1, ...padding, across: padding.across.map(Number) }
        : { enable: 0, top: 0, bottom: 0, left: 0, right: 0, down: [0, 0, 0], across: [0, 0, 0] },
      proceed: Number(onError === "continue"),
      interrupt: Number(interrupt),
      tag: this.tag,
    };
  }

  private *watch() {
    const { timing } = this.dram;
    const patience = Math.ceil((2000 + 10 * timing.latency + 10 * timing.rowMiss) / (1 - timing.stalls) ** 2);
    const slowest = Math.ceil((4 * this.config.dataBytes) / timing.bandwidth);
    for (let moves = -1, since = 0; ; since++) {
      if (this.monitor.moves !== moves || !this.dut.out.busy) {
        moves = this.monitor.moves;
        since = 0;
      }
      if (since > patience + slowest)
        throw new SimulationError(`nothing has moved on the bus for ${since} cycles, up to cycle ${this.dut.cycle}`);
      if (this.dut.cycle >= this.limit)
        throw new SimulationError(`not finished after ${this.limit} cycles; raise --cycles, or transfer less`);
      yield;
    }
  }
}
