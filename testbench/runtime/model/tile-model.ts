import type { NpuConfig } from "../../../hdl/index.ts";
import { computeQueues } from "../../../hdl/npu/controller/instruction-queues.ts";
import { configurationRegisters } from "../../../hdl/npu/isa/index.ts";
import type { SparseMemory } from "../../models/sparse-memory.ts";
import type { Instruction } from "../instruction.ts";
import { type Access, AccessLog } from "./access-log.ts";
import type { DramLog } from "./dram-log.ts";
import { ProgramError } from "./program-error.ts";
import { type TileKind, TokenModel } from "./queue-model.ts";
import { SequencerModel } from "./sequencer-model.ts";
import { type Clock, join, placeOf, queueNumbers, queues, type Step } from "./step.ts";
import { gemmRows, runGemm } from "./tile-gemm.ts";
import { loadMatrix, matrixMove, storeMatrix } from "./tile-matrix.ts";
import { type LocalMemory, localMemories, TileMemory } from "./tile-memory.ts";
import { runVector, type VectorConfiguration, vectorRows } from "./tile-vector.ts";

/** What a tile shares with the others. */
export interface Surroundings {
  readonly dram: SparseMemory;
  readonly tiles: number;
  dramLog: DramLog;
}

/**
 * One tile of the NPU by its instructions: each is carried out at once when its tokens are there. All orders in which the
 * hardware may carry them out give the same as this one, or the model says what they race for.
 */
export class TileModel {
  readonly memory: TileMemory;
  private sequencer = new SequencerModel([], 0);
  private tokens = new TokenModel("compute");
  private readonly waiting: Step[][] = [[], [], [], []];
  /** Instructions that each queue was given. */
  private given = [0, 0, 0, 0];
  private clocks: readonly Clock[] = [];
  private begun: readonly Clock[] = [];
  private sequencerClock: Clock;
  private logs: ReadonlyMap<LocalMemory, AccessLog>;
  private readonly defined: ReadonlyMap<LocalMemory, Uint8Array>;
  private held = new Int8Array(0);
  private configuration: readonly bigint[] = [];
  private halted = true;

  /** `number` is the tile's place in all tiles, `node` its id on the network, `kind` whether it has an array. */
  constructor(
    readonly config: NpuConfig,
    readonly number: number,
    readonly node: number,
    readonly kind: TileKind,
    private readonly around: Surroundings,
  ) {
    this.memory = new TileMemory(config);
    this.sequencerClock = new Int32Array(4 * around.tiles);
    this.logs = this.emptyLogs();
    this.defined = new Map(localMemories.map((memory) => [memory, new Uint8Array(this.memory.rowsOf(memory))]));
  }

  /** Begins a program; the memories keep what they hold. */
  start(program: readonly Instruction[]): void {
    const clock = () => new Int32Array(4 * this.around.tiles);
    this.sequencer = new SequencerModel(program, this.number);
    this.tokens = new TokenModel(this.kind);
    this.given = [0, 0, 0, 0];
    this.clocks = queues.map(clock);
    this.begun = queues.map(clock);
    this.sequencerClock = clock();
    this.logs = this.emptyLogs();
    this.configuration = [];
    this.halted = false;
  }

  get done(): boolean {
    return this.halted;
  }

  /** Does whatever it can without the other tiles; whether that was anything. */
  advance(): boolean {
    let moved = false;
    for (let again = true; again; ) {
      again = this.dispatch();
      for (let queue = 0; queue < queues.length; queue++) again = this.execute(queue) || again;
      moved ||= again;
    }
    return moved;
  }

  /** The RECEIVE or SEND that waits for other tiles: first of its queue, with its tokens there. */
  exchange(mnemonic: "receive" | "send"): Step | null {
    const [step] = this.waiting[mnemonic === "receive" ? 0 : 3] ?? [];
    if (!step || step.operands.mnemonic !== mnemonic || this.tokens.missing(step) !== null) return null;
    return step;
  }

  /** Rows that a SEND takes, or a RECEIVE fills. */
  packetRows({ operands }: Step): { memory: "scratchpad" | "accumulator"; from: number; rows: number } {
    const memory = operands.sub === "accumulator" ? "accumulator" : "scratchpad";
    return { memory, from: operands.number("local"), rows: operands.number("rows") };
  }

  /** Begins the RECEIVE or SEND at hand. */
  beginExchange(step: Step): void {
    this.begin(step);
  }

  /** Ends the RECEIVE or SEND begun, which comes after what `others` know; `act` moves the data. */
  endExchange(step: Step, others: readonly Clock[], act: () => void): void {
    const receives = step.operands.mnemonic === "receive";
    // What is received comes after all that its sender knew; what is sent was read before anybody answered.
    if (receives) for (const other of others) join(step.before, other);
    this.checked(step, () => {
      const { memory, from, rows } = this.packetRows(step);
      if (rows === 0) throw new RangeError("a packet has at least one row");
      const access = !receives ? "read" : step.operands.has("accumulate") ? "add" : "write";
      this.touch(step, memory, access, from, rows);
      act();
    });
    for (const other of others) join(step.before, other);
    this.end(step);
  }

  /** What each part of the tile waits for. */
  get waits(): string {
    const parts = queues.flatMap((name, queue) => {
      const [step] = this.waiting[queue] ?? [];
      if (!step) return [];
      const what = this.tokens.missing(step) ?? "other tiles";
      return [`${name} waits for ${what} before instruction ${step.pc} (${step.operands.text})`];
    });
    if (!this.halted) parts.push(`the sequencer is at instruction ${this.sequencer.pc}`);
    return `tile ${this.number}: ${parts.join("; ")}`;
  }

  private emptyLogs(): ReadonlyMap<LocalMemory, AccessLog> {
    return new Map(localMemories.map((memory) => [memory, new AccessLog(`tile ${this.number}, ${memory}`)]));
  }

  /** One step of the sequencer; whether it moved. */
  private dispatch(): boolean {
    if (this.halted) return false;
    const operands = this.sequencer.current;
    const { unit } = operands;
    if (unit !== "Controller") {
      const queue = queueNumbers[unit];
      if (this.kind === "memory" && (unit === "Execute" || unit === "Vector"))
        throw new ProgramError(`tile ${this.number}, instruction ${this.sequencer.pc}: a memory tile has no array`);
      const steps = this.waiting[queue] ?? [];
      if (steps.length >= (computeQueues[queue]?.depth ?? 0)) return false;
      const number = this.given[queue] ?? 0;
      this.given[queue] = number + 1;
      const { configuration } = this;
      const before = this.sequencerClock.slice();
      steps.push({ tile: this.number, queue, number, pc: this.sequencer.pc, operands, configuration, before });
      this.sequencer.advance();
      return true;
    }
    switch (operands.mnemonic) {
      case "loop":
        this.sequencer.enter(operands);
        return true;
      case "cfg":
        this.configuration = configurationRegisters.map((_, register) =>
          register === operands.number("reg") ? operands.bits("value") : (this.configuration[register] ?? 0n),
        );
        break;
      case "fence":
      case "halt": {
        const mask = operands.mnemonic === "halt" ? 15 : operands.number("queues");
        for (let queue = 0; queue < queues.length; queue++) {
          if (((mask >> queue) & 1) === 0) continue;
          if ((this.waiting[queue] ?? []).length > 0) return false;
          join(this.sequencerClock, this.clocks[queue] ?? this.sequencerClock);
        }
        if (operands.mnemonic === "fence") break;
        this.halted = true;
        if (this.tokens.left > 0)
          throw new ProgramError(`tile ${this.number}: the program halts with ${this.tokens.left} tokens not taken`);
        return true;
      }
    }
    this.sequencer.advance();
    return true;
  }

  /** Carries out a queue's first instruction, if it can; whether it did. */
  private execute(queue: number): boolean {
    const [step] = this.waiting[queue] ?? [];
    if (!step || this.tokens.missing(step) !== null) return false;
    const { mnemonic } = step.operands;
    if (mnemonic === "receive" || mnemonic === "send") return false;
    this.begin(step);
    this.checked(step, () => {
      if (mnemonic === "gemm") this.gemm(step);
      else if (mnemonic === "vec") this.vector(step);
      else this.matrix(step);
    });
    this.end(step);
    return true;
  }

  private begin(step: Step): void {
    const { queue, before } = step;
    this.waiting[queue]?.shift();
    this.tokens.pop(step);
    const begun = this.begun[queue];
    if (!begun) return;
    join(before, begun);
    // The vector unit ends one instruction before it begins the next.
    if (queue === queueNumbers.Vector) join(before, this.clocks[queue] ?? before);
    join(begun, before);
  }

  private end(step: Step): void {
    const done = this.clocks[step.queue];
    if (!done) return;
    join(done, step.before);
    done[4 * step.tile + step.queue] = step.number + 1;
    this.tokens.push(step, done);
  }

  private checked(step: Step, act: () => void): void {
    try {
      act();
    } catch (error) {
      if (error instanceof RangeError) throw new ProgramError(`${placeOf(step)}: ${error.message}`);
      throw error;
    }
  }

  private touch(step: Step, memory: LocalMemory, access: Access, from: number, rows: number): void {
    const size = this.memory.rowsOf(memory);
    if (from + rows > size) throw new RangeError(`${memory} row ${from + rows - 1} is beyond its ${size} rows`);
    const defined = this.defined.get(memory);
    if (access === "write") defined?.fill(1, from, from + rows);
    else {
      const empty = defined?.subarray(from, from + rows).indexOf(0) ?? -1;
      if (empty >= 0) throw new RangeError(`${memory} row ${from + empty} is used, but nothing has written it`);
    }
    this.logs.get(memory)?.note(step, access, from, rows);
  }

  private matrix(step: Step): void {
    const { operands } = step;
    const { memory } = this;
    const { dram, dramLog } = this.around;
    const move = matrixMove(operands, memory);
    if (operands.mnemonic === "store") {
      this.touch(step, move.memory, "read", move.local, move.rows);
      dramLog.note(step, "write", move.dram);
      storeMatrix(operands, move, memory, dram);
    } else {
      this.touch(step, move.memory, operands.has("accumulate") ? "add" : "write", move.local, move.rows);
      dramLog.note(step, "read", move.dram);
      loadMatrix(operands, move, memory, dram);
    }
  }

  private gemm(step: Step): void {
    const { operands } = step;
    const { reads, sums, accumulates } = gemmRows(operands, this.memory.side);
    for (const { from, rows } of reads) this.touch(step, "scratchpad", "read", from, rows);
    for (const { from, rows } of sums) this.touch(step, "accumulator", accumulates ? "add" : "write", from, rows);
    if (operands.has("preload") && this.held.length === 0) throw new RangeError("the array holds no weights");
    this.held = new Int8Array(runGemm(operands, this.memory, this.held));
  }

  private vector(step: Step): void {
    const { operands } = step;
    const configuration = vectorConfiguration(step.configuration);
    const { sources, result, parameters, table, inPlace } = vectorRows(operands, configuration, this.memory.side);
    for (const source of sources) {
      this.touch(step, source.memory, "read", source.from, source.rows);
      const apart = source.from + source.rows <= result.from || result.from + result.rows <= source.from;
      const same = source.from === result.from && (inPlace || source === sources[0]);
      if (source.memory === result.memory && !apart && !same)
        throw new RangeError(`the result overlaps an operand from ${source.memory} row ${source.from} on`);
    }
    if (parameters)
      for (const memory of ["bias", "scale"] as const)
        this.touch(step, memory, "read", parameters.from, parameters.rows);
    if (table) this.touch(step, "lut", "read", 0, this.memory.rowsOf("lut"));
    this.touch(step, result.memory, "write", result.from, result.rows);
    runVector(operands, configuration, this.memory);
  }
}

/** What the configuration registers say to the vector unit. */
function vectorConfiguration(values: readonly bigint[]): VectorConfiguration {
  const field = (wanted: keyof VectorConfiguration): number => {
    for (const [register, { fields }] of configurationRegisters.entries()) {
      let low = 0n;
      for (const { name, width, signed } of fields) {
        const bits = (values[register] ?? 0n) >> low;
        if (name === wanted) return Number(signed ? BigInt.asIntN(width, bits) : BigInt.asUintN(width, bits));
        low += BigInt(width);
      }
    }
    throw new RangeError(`there is no configuration field ${wanted}`);
  };
  return {
    zeroPoint: field("zeroPoint"),
    low: field("low"),
    high: field("high"),
    poolWidth: field("poolWidth"),
    poolOutWidth: field("poolOutWidth"),
    poolPixels: field("poolPixels"),
  };
}
