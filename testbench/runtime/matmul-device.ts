import type { EngineConfig } from "../../hdl/index.ts";
import { engineConfig } from "../../hdl/npu/config.ts";
import { MatmulEngine } from "../../hdl/npu/matmul-engine.ts";
import { SimulationError } from "../../sim/engine.ts";
import { daemon } from "../bench/process.ts";
import type { Sim } from "../bench/sim.ts";
import { type SimulateOptions, simulate } from "../bench/simulate.ts";
import { all, until } from "../bench/wait.ts";
import type { Progress } from "../progress.ts";
import { type Int8Matrix, type Int32Matrix, int32Matrix } from "../workloads/matrix.ts";
import { type Block, boundOf, planBlocks } from "./block-plan.ts";

type Ports = ReturnType<typeof MatmulEngine>["ports"];
type Device = Sim<Ports["in"], Ports["out"]>;

/** What the engine's own counters say of some runs, in cycles unless said otherwise. See `Counters` of the NPU. */
export interface MatmulCounters {
  readonly busy: number;
  readonly window: number;
  readonly compute: number;
  readonly loadWeights: number;
  readonly waitForWeights: number;
  readonly drain: number;
  /** Words. */
  readonly weightRows: number;
  /** Rows. */
  readonly results: number;
}

export interface Product {
  readonly sums: Int32Matrix;
  readonly counters: MatmulCounters;
  readonly blocks: readonly Block[];
  /** The fewest cycles possible from each run's first weight to its last result, see `boundOf`. */
  readonly bound: number;
  /** Cycles of the whole call: loading the buffers, running, reading the results. */
  readonly cycles: number;
}

/**
 * The simulated matmul engine with its host: takes matrices of any shape, cut into blocks that fit the buffers, through
 * the engine's ports.
 */
export class MatmulDevice {
  readonly config: EngineConfig;
  readonly dut: Device;
  private readonly limit: number;

  /** @throws RangeError for sizes that the engine refuses */
  constructor(sizes: Partial<EngineConfig>, options: SimulateOptions & { readonly cycles?: number } = {}) {
    const { cycles = Number.MAX_SAFE_INTEGER, ...rest } = options;
    this.config = engineConfig(sizes);
    this.limit = cycles;
    this.dut = simulate(MatmulEngine(this.config), rest);
  }

  /**
   * C = A·W on the array.
   * @throws CheckFailure when a check in the hardware fails, SimulationError past the limit of cycles, Interrupted
   */
  async multiply(a: Int8Matrix, w: Int8Matrix, progress: Progress): Promise<Product> {
    const { dut, config } = this;
    const blocks = planBlocks({ m: a.rows, k: a.cols, n: w.cols }, config);
    const bound = boundOf(blocks, config);
    const sums = int32Matrix(a.rows, w.cols);
    const start = { cycle: dut.cycle, counters: { ...dut.out.counters } };
    const transfers = blocks.reduce((sum, block) => sum + this.transferCycles(block), 0);
    await dut.runAsync(
      [() => this.runBlocks(blocks, a, w, sums), daemon(() => this.watch())],
      progress,
      bound + transfers,
    );
    return {
      sums,
      counters: difference(dut.out.counters, start.counters),
      blocks,
      bound,
      cycles: dut.cycle - start.cycle,
    };
  }

  /** Ends the recording of waves. */
  close(): void {
    this.dut.close();
  }

  private *watch() {
    for (;;) {
      if (this.dut.cycle >= this.limit)
        throw new SimulationError(
          `not finished after ${this.limit} cycles; raise --cycles, or make the matrices smaller`,
        );
      yield;
    }
  }

  private *runBlocks(blocks: readonly Block[], a: Int8Matrix, w: Int8Matrix, sums: Int32Matrix) {
    const { dut } = this;
    for (const block of blocks) {
      yield* this.load(block, a, w);
      yield* dut.in.command.send({
        m: block.m.size,
        kTiles: Math.ceil(block.k.size / this.config.rows),
        nTiles: Math.ceil(block.n.size / this.config.cols),
        accumulate: block.accumulate ? 1 : 0,
        activationBase: 0,
        weightBase: 0,
        accumulatorBase: 0,
      });
      yield* until(() => dut.out.done === 1, "the engine is done");
      if (block.last) yield* this.readResults(block, sums);
    }
  }

  /** Words of the block's A and W, and rows of its C: what goes through the engine's ports. */
  private words({ m, k, n }: Block) {
    const { rows, cols } = this.config;
    const kTiles = Math.ceil(k.size / rows);
    const nTiles = Math.ceil(n.size / cols);
    return { activations: kTiles * m.size, weights: kTiles * nTiles * rows, results: nTiles * m.size, kTiles };
  }

  private transferCycles(block: Block): number {
    const { activations, weights, results } = this.words(block);
    return Math.max(activations, weights) + (block.last ? results : 0);
  }

  /** Fills both buffers side by side, a word of each in a cycle, K and N padded with zeros to whole tiles. */
  private *load(block: Block, a: Int8Matrix, w: Int8Matrix) {
    const { in: ports } = this.dut;
    const { rows, cols } = this.config;
    const { m, k, n } = block;
    const { activations, weights, kTiles } = this.words(block);
    const row = new Array<number>(rows).fill(0);
    const column = new Array<number>(cols).fill(0);
    for (let address = 0; address < Math.max(activations, weights); address++) {
      if (address < activations) {
        const from = Math.floor(address / m.size) * rows;
        const at = (m.from + (address % m.size)) * a.cols + k.from + from;
        for (let i = 0; i < rows; i++) row[i] = from + i < k.size ? (a.data[at + i] ?? 0) : 0;
        ports.activations = { enable: 1, address, data: row };
      } else ports.activations = { enable: 0, address: 0, data: row };
      if (address < weights) {
        const tile = Math.floor(address / rows);
        const depth = (tile % kTiles) * rows + (address % rows);
        const across = Math.floor(tile / kTiles) * cols;
        const at = (k.from + depth) * w.cols + n.from + across;
        for (let i = 0; i < cols; i++) column[i] = depth < k.size && across + i < n.size ? (w.data[at + i] ?? 0) : 0;
        ports.weights = { enable: 1, address, data: column };
      } else ports.weights = { enable: 0, address: 0, data: column };
      yield;
    }
    ports.activations = { enable: 0, address: 0, data: row };
    ports.weights = { enable: 0, address: 0, data: column };
  }

  /** Asks for a row in every cycle and takes each one when it comes, a cycle later. */
  private *readResults(block: Block, sums: Int32Matrix) {
    const { dut } = this;
    const { cols } = this.config;
    const { m, n } = block;
    const { results } = this.words(block);
    yield* all(
      function* ask() {
        for (let address = 0; address < results; address++) yield* dut.in.read.send(address);
      },
      function* take() {
        for (let address = 0; address < results; address++) {
          do yield;
          while (dut.out.result.valid === 0);
          const across = Math.floor(address / m.size) * cols;
          const at = (m.from + (address % m.size)) * sums.cols + n.from + across;
          const { bits } = dut.out.result;
          for (let i = 0; i < cols && across + i < n.size; i++) sums.data[at + i] = Number(bits[i] ?? 0);
        }
      },
    );
  }
}

function difference(after: MatmulCounters, before: MatmulCounters): MatmulCounters {
  const since = (name: keyof MatmulCounters) => (after[name] - before[name]) >>> 0;
  return {
    busy: since("busy"),
    window: since("window"),
    compute: since("compute"),
    loadWeights: since("loadWeights"),
    waitForWeights: since("waitForWeights"),
    drain: since("drain"),
    weightRows: since("weightRows"),
    results: since("results"),
  };
}
