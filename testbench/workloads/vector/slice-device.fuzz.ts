import { type NpuConfig, npuConfig } from "../../../hdl/index.ts";
import { SimulationError } from "../../../sim/index.ts";
import { daemon } from "../../bench/process.ts";
import type { Sim } from "../../bench/sim.ts";
import { type SimulateOptions, simulate } from "../../bench/simulate.ts";
import { all } from "../../bench/wait.ts";
import type { Progress } from "../../progress.ts";
import type { Instruction } from "../../runtime/instruction.ts";
import type { KernelPlaces, MatrixPlace } from "../../runtime/kernels/vector-kernel.ts";
import type { LocalImage, VectorPlan } from "../../runtime/kernels/vector-plan.ts";
import { type Int8Matrix, type Int32Matrix, int8Matrix } from "../matrix.ts";
import type { KernelDevice, KernelRun } from "./kernel-device.ts";
import { type Configuration, configured, vectorCommand } from "./vector-command.fuzz.ts";
import { VectorSlice } from "./vector-slice.fuzz.ts";

type Ports = ReturnType<typeof VectorSlice>["ports"];

/**
 * The vector unit and its memories alone, with a host that fills them, hands over instructions and reads results: quicker
 * than a tile, for tests.
 */
export class SliceDevice implements KernelDevice {
  readonly config: NpuConfig;
  readonly dut: Sim<Ports["in"], Ports["out"]>;
  private readonly limit: number;
  private readonly zeros: readonly number[];

  /** @throws RangeError for sizes that the hardware refuses */
  constructor(sizes: Partial<NpuConfig>, options: SimulateOptions & { readonly cycles?: number } = {}) {
    const { cycles = Number.MAX_SAFE_INTEGER, ...rest } = options;
    this.config = npuConfig(sizes);
    this.limit = cycles;
    this.zeros = new Array<number>(this.config.side).fill(0);
    this.dut = simulate(VectorSlice(this.config), rest);
  }

  async run(
    plan: VectorPlan,
    { inputs, output }: KernelPlaces,
    matrices: readonly (Int8Matrix | Int32Matrix)[],
    progress: Progress,
  ): Promise<KernelRun> {
    const [first] = inputs;
    const [given] = matrices;
    if (!first || !given) throw new RangeError("a kernel has an input");
    const parts = Math.ceil(given.rows / first.rows);
    const result = int8Matrix(parts === 1 ? output.rows : given.rows, output.cols);
    let vectorCycles = 0;
    const host = function* (this: SliceDevice) {
      for (const image of plan.images) yield* this.load(image);
      for (let part = 0; part < parts; part++) {
        const from = Math.min(part * first.rows, given.rows - first.rows);
        for (const [i, place] of inputs.entries()) yield* this.write(place, matrices[i] ?? given, from);
        const start = this.dut.cycle;
        yield* this.execute(plan.program);
        vectorCycles += this.dut.cycle - start;
        yield* this.read(output, result, from);
      }
    }.bind(this);
    await this.dut.runAsync([host, daemon(() => this.watch())], progress);
    return { output: result, vectorCycles, cycles: null, bytes: null };
  }

  /** Ends the recording of waves. */
  close(): void {
    this.dut.close();
  }

  private *execute(program: readonly Instruction[]) {
    const { dut } = this;
    let configuration: Configuration = new Map();
    for (const [number, instruction] of program.entries()) {
      if (instruction.mnemonic === "cfg") {
        configuration = configured(configuration, instruction);
        continue;
      }
      dut.in.command.bits = vectorCommand(instruction, configuration);
      dut.in.command.valid = 1;
      do yield;
      while (dut.in.command.ready === 0);
      dut.in.command.valid = 0;
      while (dut.out.done === 0) yield;
      if (dut.out.fault) throw new SimulationError(`instruction ${number} of the program is a fault`);
    }
  }

  private *load({ memory, row: base, rows }: LocalImage) {
    const { in: ports } = this.dut;
    for (const [i, row] of rows.entries()) {
      const address = base + i;
      if (memory === "scratchpad") yield* this.writeRow(address, row);
      else if (memory === "accumulator") yield* ports.add.send({ address, sums: [...row], accumulate: 0 });
      else if (memory === "table") {
        for (const [entry, value] of row.entries()) {
          ports.table = { enable: 1, address: entry, entry: value };
          yield;
        }
        ports.table = { enable: 0, address: 0, entry: 0 };
      } else {
        ports[memory] = { enable: 1, address, row: [...row] };
        yield;
        ports[memory] = { enable: 0, address: 0, row: [...this.zeros] };
      }
    }
  }

  private *write({ at, rows, cols }: MatrixPlace, { data }: Int8Matrix | Int32Matrix, top: number) {
    const { side } = this.config;
    for (let from = 0, address = at.row; from < cols; from += side)
      for (let i = 0; i < rows; i++, address++) {
        const row = this.zeros.map((zero, lane) =>
          from + lane < cols ? (data[(top + i) * cols + from + lane] ?? zero) : zero,
        );
        if (at.memory === "scratchpad") yield* this.writeRow(address, row);
        else yield* this.dut.in.add.send({ address, sums: row, accumulate: 0 });
      }
  }

  private *writeRow(address: number, row: readonly number[]) {
    const { side } = this.config;
    const data = row.reduceRight((word, value) => (word << 8n) | BigInt.asUintN(8, BigInt(value)), 0n);
    yield* this.dut.in.write.send({ address, data, mask: (1n << BigInt(side)) - 1n });
  }

  /** Asks for a row in every cycle and takes each one when it comes, a cycle later. */
  private *read({ at, rows, cols }: MatrixPlace, result: Int8Matrix, top: number) {
    const { dut } = this;
    const { side } = this.config;
    const count = rows * Math.ceil(cols / side);
    yield* all(
      function* ask() {
        for (let i = 0; i < count; i++) yield* dut.in.read.send(at.row + i);
      },
      function* take() {
        for (let i = 0; i < count; i++) {
          do yield;
          while (dut.out.data.valid === 0);
          const from = Math.floor(i / rows) * side;
          const word = BigInt(dut.out.data.bits);
          for (let lane = 0; lane < side && from + lane < cols; lane++)
            result.data[(top + (i % rows)) * cols + from + lane] = Number((word >> BigInt(8 * lane)) & 255n);
        }
      },
    );
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
}
