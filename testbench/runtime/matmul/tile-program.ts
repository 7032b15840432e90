import type { NpuConfig } from "../../../hdl/index.ts";
import { configurationValue } from "../../../hdl/npu/isa/index.ts";
import type { Instruction } from "../instruction.ts";
import type { Placed, ProgramBuilder } from "../program-builder.ts";
import type { MatmulTask } from "./matmul-task.ts";
import type { TileLayout, TilePlan } from "./tile-plan.ts";
import { type OutputBlock, type Step, type TilePart, type TileSchedule, tileSchedule } from "./tile-schedule.ts";

/** How a tile works with others. */
export interface TileRole {
  /** The node that sends the weights to all tiles of a row; null: each tile loads its own. */
  readonly weightsFrom: number | null;
  /** The nodes that each sum up a part of K, and which of them this is. One alone keeps its sums. */
  readonly sharers: readonly number[];
  readonly own: number;
}

export const tags = { weights: 0, sums: 1 } as const;

/** LOADs that may be ahead of the GEMM at hand: fewer than the load queue holds, so that it never holds up the others. */
const loadsAhead = 6;

/**
 * Adds a tile's part of a matmul to its program.
 *
 *     load      A, W of the steps to come         execute   GEMM of a step
 *     vector    requantise or bias of a block     store     block before
 *
 * Pieces are loaded as early as their slots are free. A block leaves the accumulators through the vector unit: as int8
 * into the scratchpad, or as int32 with its bias added. Without a bias a copy of one row onto itself passes on the
 * tokens, which only neighbours exchange; another such copy tells the array that a block of int32 has been stored.
 */
export class TileProgram {
  private readonly schedule: TileSchedule;
  private readonly side: number;
  private readonly aLoads: (Placed | undefined)[] = [];
  private readonly wLoads: (Placed | undefined)[] = [];
  private readonly gemms: Placed[] = [];
  private readonly parameterLoads: (Placed | undefined)[] = [];
  /** By block: its last use of the vector unit, what frees its half for the block after the next, and its way out. */
  private readonly vectors: Placed[] = [];
  private readonly frees: (Placed | undefined)[] = [];
  private readonly exits: Placed[] = [];
  private readonly int8Stores: Placed[] = [];
  private nextLoad = 0;
  /** LOADs that were added before each step's own, and in all. */
  private readonly loadsBefore: number[] = [];
  private loads = 0;
  private spare: Placed | null = null;

  constructor(
    private readonly builder: ProgramBuilder,
    private readonly task: MatmulTask,
    part: TilePart,
    private readonly plan: TilePlan,
    private readonly layout: TileLayout,
    { side }: Pick<NpuConfig, "side">,
    private readonly role: TileRole,
  ) {
    this.side = side;
    this.schedule = tileSchedule(part, plan, layout, side);
  }

  add(): void {
    const { builder, task, schedule } = this;
    if (task.output) {
      const { zeroPoint, low, high } = task.output;
      const value = configurationValue("quantisation", { zeroPoint, low, high });
      builder.control({ mnemonic: "cfg", operands: { reg: "quantisation", value } });
    }
    for (const [number, step] of schedule.steps.entries()) {
      this.addLoads(number);
      this.addGemm(number, step);
      const block = schedule.blocks[step.block];
      if (block?.lastStep === number) this.addExit(step.block, block);
    }
  }

  /** Adds the LOADs of a step, and of as many behind it as their slots and the queue allow. */
  private addLoads(current: number): void {
    const { steps } = this.schedule;
    for (; this.nextLoad < steps.length; this.nextLoad++) {
      const next = this.nextLoad;
      if (next > current) {
        const ahead = this.loads - (this.loadsBefore[current + 1] ?? this.loads);
        if (ahead >= loadsAhead || this.freedBefore(next) >= current) return;
      }
      this.loadsBefore[next] = this.loads;
      this.addLoadsOf(next);
    }
  }

  /** The last step that must have been added before the LOADs of one: one more than those whose slots they take. */
  private freedBefore(number: number): number {
    const step = this.schedule.steps[number];
    if (!step) return -1;
    let last = Math.max(step.a.loads ? step.a.freedBy + 1 : -1, step.w.loads ? step.w.freedBy + 1 : -1);
    const parameters = this.parametersAt(number);
    if (parameters && parameters.freedBy >= 0)
      last = Math.max(last, this.schedule.blocks[parameters.freedBy + 2]?.firstStep ?? -1);
    return last;
  }

  /** What the block that begins with a step needs to be loaded for its exit. */
  private parametersAt(number: number) {
    const step = this.schedule.steps[number];
    if (!step || this.task.bias === null || this.schedule.blocks[step.block]?.firstStep !== number) return null;
    const use = this.schedule.parameters[step.block];
    return use?.loads ? use : null;
  }

  private addLoadsOf(number: number): void {
    const step = this.schedule.steps[number];
    if (!step) return;
    if (step.a.loads) this.loadA(step);
    if (step.w.loads) this.loadW(step);
    if (this.role.sharers.length > 1 && !this.spare) this.loadSpare();
    const parameters = this.parametersAt(number);
    if (parameters) this.loadParameters(step.block, parameters);
  }

  private load(instruction: Instruction, after: readonly (Placed | null | undefined)[]): Placed {
    this.loads++;
    return this.builder.add(instruction, after);
  }

  private loadA({ m, k, a }: Step): void {
    const { task, layout } = this;
    this.aLoads[a.slot] = this.load(
      {
        mnemonic: "load",
        sub: "scratchpad",
        set: this.plan.dataflow === "os" ? ["transpose"] : [],
        operands: {
          local: layout.a[a.slot] ?? 0,
          dram: task.a + m.from * task.aStride + k.from,
          rows: m.size,
          cols: k.size,
          stride: m.size > 1 ? task.aStride : 0,
        },
      },
      [this.gemms[a.freedBy]],
    );
  }

  private loadW(step: Step): void {
    const { layout, role } = this;
    const local = layout.w[step.w.slot] ?? 0;
    const after = [this.gemms[step.w.freedBy]];
    if (role.weightsFrom === null) {
      this.wLoads[step.w.slot] = this.load(weightLoad(step, this.task, this.side, local), after);
      return;
    }
    const rows = Math.ceil(step.k.size / this.side) * this.side;
    this.wLoads[step.w.slot] = this.load(
      {
        mnemonic: "receive",
        sub: "scratchpad",
        operands: { node: role.weightsFrom, tag: tags.weights, local, rows },
      },
      after,
    );
  }

  /** A row that the array may read while it only passes on tokens. */
  private loadSpare(): void {
    const operands = { local: this.layout.spare, dram: this.task.a, rows: 1, cols: 1 };
    this.spare = this.load({ mnemonic: "load", sub: "scratchpad", operands }, []);
  }

  private loadParameters(number: number, use: { readonly slot: number; readonly freedBy: number }): void {
    const { task, layout } = this;
    const { bias, output } = task;
    const block = this.schedule.blocks[number];
    if (!block || bias === null) return;
    const after = [this.vectors[use.freedBy]];
    const size = { rows: 1, cols: block.n.size };
    const dram = bias + 4 * block.n.from;
    if (!output) {
      const local = layout.parameters[use.slot] ?? 0;
      this.parameterLoads[use.slot] = this.load(
        { mnemonic: "load", sub: "accumulator", set: ["int32"], operands: { local, dram, ...size } },
        after,
      );
      return;
    }
    const local = layout.parameters[use.slot] ?? 0;
    this.load({ mnemonic: "load", sub: "bias", operands: { local, dram, ...size } }, after);
    const scale = output.scale + 4 * block.n.from;
    this.parameterLoads[use.slot] = this.load(
      { mnemonic: "load", sub: "scale", operands: { local, dram: scale, ...size } },
      [],
    );
  }

  private addGemm(number: number, step: Step): void {
    const { layout, plan } = this;
    const block = this.schedule.blocks[step.block];
    const parameters = this.schedule.parameters[step.block];
    const [first, last] = [block?.firstStep === number, block?.lastStep === number];
    const accumulates = step.k.from !== this.schedule.steps[0]?.k.from;
    const os = plan.dataflow === "os";
    this.gemms[number] = this.builder.add(
      {
        mnemonic: "gemm",
        set: [...(os ? ["os"] : []), ...(accumulates ? ["accumulate"] : [])],
        operands: {
          a: layout.a[step.a.slot] ?? 0,
          w: layout.w[step.w.slot] ?? 0,
          acc: this.blockRow(step.block) + step.column * step.m.size,
          m: step.m.size,
          k: step.k.size,
          n: step.n.size,
          a_stride: os ? step.k.size : step.m.size,
          acc_stride: step.m.size,
        },
      },
      [
        this.aLoads[step.a.slot],
        this.wLoads[step.w.slot],
        first ? this.frees[step.block] : null,
        last && parameters ? this.parameterLoads[parameters.slot] : null,
      ],
    );
  }

  private blockRow(block: number): number {
    return this.layout.blocks[block % 2 === 0 ? 0 : 1];
  }

  /** Takes a block out of the accumulators: to DRAM, or to the tile that sums it up. */
  private addExit(number: number, block: OutputBlock): void {
    const { builder, role, task } = this;
    const gemm = this.gemms[block.lastStep];
    // Tells the array that the block before has left, before this block's own turn in the vector unit.
    const before = this.exits[number - 1];
    if (number + 1 < this.schedule.blocks.length && before && !this.frees[number + 1])
      this.frees[number + 1] = builder.add(this.passOn(number + 1), [before]);

    const columns = Math.ceil(block.n.size / this.side);
    const rows = columns * block.m.size;
    const owner = number % role.sharers.length;
    if (owner !== role.own) {
      const vector = builder.add(this.passOn(number), [gemm]);
      const operands = { node: role.sharers[owner] ?? 0, tag: tags.sums, local: this.blockRow(number), rows };
      this.vectors[number] = vector;
      this.exits[number] = builder.add({ mnemonic: "send", sub: "accumulator", operands }, [vector]);
      return;
    }
    const summed = this.addSums(number, rows, gemm);
    if (task.output) this.requantise(number, block, summed);
    else {
      const vector = builder.add(task.bias === null ? this.passOn(number) : this.addBias(number, block), [summed]);
      this.vectors[number] = vector;
      this.exits[number] = builder.add(this.storeBlock(block, "accumulator", this.blockRow(number)), [vector]);
    }
  }

  /** Adds the other tiles' sums to a block; what comes after this is what knows that they are there. */
  private addSums(number: number, rows: number, gemm: Placed | undefined): Placed | undefined {
    const { role, layout } = this;
    let summed: Placed | undefined;
    // Every tile begins with another, so that all send at once.
    for (let i = 1; i < role.sharers.length; i++) {
      const node = role.sharers[(role.own + role.sharers.length - i) % role.sharers.length] ?? 0;
      const operands = { node, tag: tags.sums, local: this.blockRow(number), rows };
      summed = this.builder.add({ mnemonic: "receive", sub: "accumulator", set: ["accumulate"], operands }, [gemm]);
    }
    if (!summed) return gemm;
    const { spare } = layout;
    return this.builder.add(
      {
        mnemonic: "gemm",
        set: ["os", "accumulate", "zero_a"],
        operands: { a: spare, w: spare, acc: this.blockRow(number), m: 1, k: 1, n: 1, a_stride: 1, acc_stride: 1 },
      },
      [summed, this.spare],
    );
  }

  private requantise(number: number, block: OutputBlock, summed: Placed | undefined): void {
    const { builder, layout, task } = this;
    const parameters = layout.parameters[this.schedule.parameters[number]?.slot ?? 0] ?? 0;
    const dst = layout.out[this.int8Stores.length % 2 === 0 ? 0 : 1];
    const vector = builder.add(
      {
        mnemonic: "vec",
        set: ["dst_int8"],
        operands: {
          op: "copy",
          act: task.output?.activation ?? "none",
          src: this.blockRow(number),
          dst,
          rows: block.m.size,
          cols: block.n.size,
          scale: parameters,
        },
      },
      [summed, this.int8Stores.at(-2)],
    );
    this.vectors[number] = vector;
    if (number + 2 < this.schedule.blocks.length) this.frees[number + 2] = vector;
    const store = builder.add(this.storeBlock(block, "scratchpad", dst), [vector]);
    this.exits[number] = store;
    this.int8Stores.push(store);
  }

  private addBias(number: number, block: OutputBlock): Instruction {
    const src2 = this.layout.parameters[this.schedule.parameters[number]?.slot ?? 0] ?? 0;
    const row = this.blockRow(number);
    const operands = { op: "add", src: row, src2, dst: row, rows: block.m.size, cols: block.n.size };
    return { mnemonic: "vec", set: ["broadcast"], operands };
  }

  /** Copies a block's first row onto itself. */
  private passOn(block: number): Instruction {
    const row = this.blockRow(block);
    return { mnemonic: "vec", operands: { op: "copy", src: row, dst: row, rows: 1, cols: this.side } };
  }

  private storeBlock({ m, n }: OutputBlock, sub: "scratchpad" | "accumulator", local: number): Instruction {
    const { task } = this;
    const bytes = sub === "accumulator" ? 4 : 1;
    const operands = {
      local,
      dram: task.c + m.from * task.cStride + bytes * n.from,
      rows: m.size,
      cols: n.size,
      stride: m.size > 1 ? task.cStride : 0,
    };
    return { mnemonic: "store", sub, set: bytes === 4 ? ["int32"] : [], operands };
  }
}

/** The LOAD that brings a step's weights to rows from `local` on: one run of bytes. */
export function weightLoad(
  { k, n }: Pick<Step, "k" | "n">,
  task: MatmulTask,
  side: number,
  local: number,
): Instruction {
  const blockRows = Math.ceil(task.k / side) * side;
  const dram = task.w + ((n.from / side) * blockRows + k.from) * side;
  const rows = Math.ceil(k.size / side) * side;
  return { mnemonic: "load", sub: "scratchpad", operands: { local, dram, rows, cols: side, stride: side } };
}
