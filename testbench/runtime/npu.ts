import type { ChipConfig, ChipNode, ChipSizes, TileMemory } from "../../hdl/index.ts";
import { Chip } from "../../hdl/npu/chip/chip.ts";
import { chipConfig, chipNodes, networkConfig } from "../../hdl/npu/chip-config.ts";
import { nocPorts } from "../../hdl/npu/noc/index.ts";
import { channelConfig, transactionIds } from "../../hdl/npu/npu-config.ts";
import { counters } from "../../hdl/npu/tile/index.ts";
import { SimulationError } from "../../sim/engine.ts";
import { daemon, type Process } from "../bench/process.ts";
import type { Sim } from "../bench/sim.ts";
import { type SimulateOptions, simulate } from "../bench/simulate.ts";
import { until } from "../bench/wait.ts";
import { AxiMonitor } from "../models/axi-monitor.ts";
import { Dram, type DramTiming } from "../models/dram.ts";
import { Host } from "../models/host.ts";
import { NocMonitor, ofClass } from "../models/noc-monitor.ts";
import { RandomStalls, stallable } from "../models/random-stalls.ts";
import { type Progress, silent } from "../progress.ts";
import { DramMap, dramBase } from "./dram-map.ts";
import { toBytes } from "./instruction.ts";
import type { NodeProgram } from "./model/chip-model.ts";
import { type NpuRun, since, TileCounters, type TileRun, type TileTraffic } from "./npu-run.ts";
import { describeFault, TileFault } from "./tile-fault.ts";
import { TileMemories } from "./tile-memories.ts";
import { TileRegisters } from "./tile-registers.ts";

type Ports = ReturnType<typeof Chip>["ports"];

export interface NpuOptions extends SimulateOptions {
  /** Cycles that all runs together may take. */
  readonly cycles?: number;
  /** Cycles without progress after which a tile says that it is stuck. */
  readonly watchdog?: number;
  /** Makes streams inside the chip such that `Npu.stalls` can hold them back. */
  readonly stallable?: boolean;
  /** Puts a monitor on the network, see `NocMonitor`. */
  readonly watchNetwork?: boolean;
}

/** Bytes of the DRAM that the chip sees. */
const dramBytes = 2 ** 32 - dramBase;

/**
 * The simulated chip with its host and its memory: one DRAM behind all ports. Tensors and programs are given places by
 * `map`.
 */
export class Npu {
  readonly config: ChipConfig;
  readonly nodes: readonly ChipNode[];
  readonly dut: Sim<Ports["in"], Ports["out"]>;
  readonly dram: Dram;
  readonly map = new DramMap();
  /** Holds back the streams inside a chip that is `stallable`. */
  readonly stalls: RandomStalls | null;
  private readonly host: Host;
  private readonly monitors: readonly { reads: readonly AxiMonitor[]; write: AxiMonitor }[];
  private readonly network: NocMonitor | null;
  private readonly interrupts: readonly Uint32Array[];
  private readonly limit: number;
  private readonly watchdog: number;

  /** @throws RangeError for sizes that the chip or the DRAM refuses */
  constructor(sizes: ChipSizes, timing: Partial<DramTiming>, options: NpuOptions = {}) {
    const {
      cycles = Number.MAX_SAFE_INTEGER,
      watchdog,
      stallable: gated = false,
      watchNetwork = false,
      ...rest
    } = options;
    this.config = chipConfig(sizes);
    this.nodes = chipNodes(this.config);
    this.limit = cycles;
    const pass = gated ? { pass: stallable } : {};
    const noc = networkConfig(this.config);
    const observe = [...(rest.observe ?? []), ...(watchNetwork ? NocMonitor.signals(noc, "network") : [])];
    this.dut = simulate(Chip(this.config), { timeout: Number.MAX_SAFE_INTEGER, ...pass, ...rest, observe });
    const { engine } = this.dut;
    this.stalls = gated ? new RandomStalls(engine, this.dut.design) : null;
    if (this.stalls) this.dut.attach(this.stalls);
    this.dram = new Dram({ base: dramBase, bytes: dramBytes, ...timing });
    const { latency, rowMiss, stalls } = this.dram.timing;
    this.watchdog = watchdog ?? Math.ceil((20_000 + 20 * (latency + rowMiss)) / (1 - stalls) ** 2);
    const channel = channelConfig(this.config.tile, transactionIds.data);
    this.monitors = this.nodes.map((_, i) => {
      const [first, second, write] = [`read[${2 * i}]`, `read[${2 * i + 1}]`, `write[${i}]`];
      this.dut.attach(this.dram.port(engine, channel, { read: first }));
      this.dut.attach(this.dram.port(engine, channel, { read: second }));
      this.dut.attach(this.dram.port(engine, channel, { write }));
      const reads = [first, second].map((read) => new AxiMonitor(engine, { read }));
      const monitor = new AxiMonitor(engine, { write });
      for (const one of [...reads, monitor]) this.dut.attach(one);
      return { reads, write: monitor };
    });
    this.network = watchNetwork ? new NocMonitor(engine, noc, "network") : null;
    if (this.network) this.dut.attach(this.network);
    this.interrupts = this.nodes.map((_, i) => engine.signal(`interrupt[${i}]`));
    this.host = new Host(engine, "host");
    this.dut.attach(this.host);
  }

  /** Puts bytes into the DRAM. */
  load(contents: readonly { readonly address: number; readonly bytes: Uint8Array }[]): void {
    for (const { address, bytes } of contents) this.dram.memory.write(address, bytes);
  }

  /**
   * Starts programs side by side and waits for the interrupt of each. `expected` cycles are for the progress; without
   * `counters` these are not read.
   * @throws TileFault when a tile faults; CheckFailure when a check in the hardware fails; SimulationError past the limit
   *   of cycles; Interrupted
   */
  async run(
    programs: readonly NodeProgram[],
    progress: Progress,
    { expected = 0, counters: counting = true } = {},
  ): Promise<NpuRun> {
    const placed = programs.map(({ node, program }) => {
      const bytes = toBytes(program);
      const { address } = this.map.place(`program of tile ${node}`, bytes.length);
      this.dram.memory.write(address, bytes);
      return { index: this.indexOf(node), registers: new TileRegisters(this.host, node), program, address };
    });
    const before = this.nodes.map((_, i) => this.traffic(i));
    const cycles = { start: 0, end: 0 };
    const tiles: TileRun[] = [];
    const host = () => this.start(placed, cycles);
    await this.dut.runAsync([host, daemon(() => this.watch())], progress, expected);
    const moved = before.map((traffic, i) => since(traffic, this.traffic(i)));
    const read = () => this.finish(placed, moved, counting, tiles);
    await this.dut.runAsync([read, daemon(() => this.watch())], progress);
    const misdelivery = this.network && (this.network.problem ?? this.network.leftover);
    return { cycles: cycles.end - cycles.start, tiles, misdelivery };
  }

  /**
   * The words of rows of a tile's local memory, as the host reads them between programs; see `TileMemories`.
   * @throws RangeError for a node or rows that there are not
   */
  async readMemory(node: number, memory: TileMemory, from: number, rows: number): Promise<Int32Array<ArrayBuffer>> {
    const memories = this.memoriesOf(node);
    let words = new Int32Array(0);
    const read = function* () {
      words = yield* memories.read(memory, from, rows);
    };
    await this.dut.runAsync([read], silent);
    return words;
  }

  /** Has the host write rows of a tile's local memory between programs; like `readMemory`. */
  async writeMemory(node: number, memory: TileMemory, from: number, words: Int32Array): Promise<void> {
    const memories = this.memoriesOf(node);
    await this.dut.runAsync([() => memories.write(memory, from, words)], silent);
  }

  /** Ends the recording of waves. */
  close(): void {
    this.dut.close();
  }

  private *start(placed: readonly Placed[], cycles: { start: number; end: number }): Process {
    for (const { registers, address, program } of placed) {
      yield* registers.write("programAddress", { address });
      yield* registers.write("programLength", { length: program.length });
      yield* registers.write("watchdog", { cycles: this.watchdog });
      yield* registers.write("interruptEnable", { enable: 3 });
      yield* registers.write("control", { clearCounters: 1 });
    }
    cycles.start = this.dut.cycle;
    for (const { registers } of placed) yield* registers.write("control", { start: 1 });
    const raised = () => placed.every(({ index }) => this.interrupts[index]?.[0] === 1);
    yield* until(raised, "all tiles have halted");
    cycles.end = this.dut.cycle;
  }

  private *finish(
    placed: readonly Placed[],
    moved: readonly TileTraffic[],
    counting: boolean,
    tiles: TileRun[],
  ): Process {
    const faults: string[] = [];
    for (const { registers, program } of placed) {
      const interrupt = yield* registers.read("interrupt");
      if (interrupt.number("fault") === 1) {
        const text = yield* describeFault(registers, program);
        // A tile that waits for one that failed is no news.
        if (interrupt.number("deadlock") === 1) faults.push(text);
        else faults.unshift(text);
        yield* this.abort(registers);
      }
      yield* registers.write("interrupt", { halted: 1, fault: 1, queues: 15, deadlock: 1 });
    }
    const [first] = faults;
    if (first !== undefined) throw new TileFault(first);
    if (!counting) return;
    for (const { index, registers } of placed) {
      const values = new Map<string, number>();
      for (const { name } of counters) values.set(name, yield* registers.counter(name));
      const node = this.nodes[index];
      const traffic = moved[index];
      if (node && traffic) tiles.push({ node, counters: new TileCounters(values), traffic });
    }
  }

  /** Ends what is under way in a tile that failed, so that it can be started again. */
  private *abort(registers: TileRegisters): Process {
    yield* registers.write("control", { abort: 1 });
    while ((yield* registers.read("status")).number("rest") === 0);
  }

  private memoriesOf(node: number): TileMemories {
    this.indexOf(node);
    return new TileMemories(this.host, node, this.config.tile);
  }

  private indexOf(node: number): number {
    const index = this.nodes.findIndex(({ id }) => id === node);
    if (index < 0) throw new RangeError(`the chip has no node ${node}`);
    return index;
  }

  private traffic(index: number): TileTraffic {
    const { side } = this.config.tile;
    const monitor = this.monitors[index];
    const beats = (channel: number, id: number) => monitor?.reads[channel]?.readBeatsOf(id) ?? 0;
    return {
      bytesLoad0: side * beats(0, transactionIds.data),
      bytesLoad1: side * beats(1, transactionIds.data),
      bytesFetch: side * beats(1, transactionIds.fetch),
      bytesStore: monitor?.write.traffic.bytes ?? 0,
      ...(this.network ? this.networkTraffic(this.network, index) : {}),
    };
  }

  private networkTraffic(network: NocMonitor, index: number): TileTraffic {
    const { side } = this.config.tile;
    const { flits, blocked, sent, received } = network.traffic(index);
    const ofLinks = nocPorts.map((port, i) => ({
      [`flits${port}`]: flits[i] ?? 0,
      [`blocked${port}`]: blocked[i] ?? 0,
    }));
    return Object.assign(
      { bytesSend: side * ofClass(sent, "Response"), bytesReceive: side * ofClass(received, "Response") },
      ...ofLinks,
    );
  }

  private *watch(): Process {
    for (;;) {
      if (this.dut.cycle >= this.limit)
        throw new SimulationError(
          `not finished after ${this.limit} cycles; raise --cycles, or make the matrices smaller`,
        );
      yield;
    }
  }
}

interface Placed {
  readonly index: number;
  readonly registers: TileRegisters;
  readonly program: NodeProgram["program"];
  readonly address: number;
}
