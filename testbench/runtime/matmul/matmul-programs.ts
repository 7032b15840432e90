import type { ChipConfig } from "../../../hdl/index.ts";
import { nodeId } from "../../../hdl/npu/noc/noc-config.ts";
import type { NodeProgram } from "../model/chip-model.ts";
import { type Placed, ProgramBuilder } from "../program-builder.ts";
import { type ChipPlan, canMulticast, mGrain } from "./chip-plan.ts";
import { type MatmulTask, type Range, shares } from "./matmul-task.ts";
import { layoutOf, type TileLayout } from "./tile-plan.ts";
import { TileProgram, type TileRole, tags, weightLoad } from "./tile-program.ts";
import { type TilePart, tileSchedule } from "./tile-schedule.ts";

/** Pieces of weights that a memory tile loads before it has sent the first: fewer than its queue of LOADs holds. */
const piecesAhead = 4;

/** The programs of a chip, one for each node that has something to do; several matmuls can go into them, one after the other. */
export class MatmulPrograms {
  private readonly builders = new Map<number, ProgramBuilder>();

  constructor(private readonly chip: ChipConfig) {}

  /**
   * Adds a matmul. Each tile begins it when it is done with its part of the one before and has written its results, so
   * that on one tile it may read what the one before wrote; tiles do not wait for each other. Throws a RangeError for a
   * plan that does not fit.
   */
  add(task: MatmulTask, plan: ChipPlan): void {
    const { tile: config } = this.chip;
    const { split } = plan;
    const demands = { int8: task.output !== null, bias: task.bias !== null };
    const layout = layoutOf(plan.tile, demands, config);
    if (!layout) throw new RangeError("the plan does not fit the tiles");
    const multicast = plan.weights === "multicast";
    if (multicast && !canMulticast(split, this.chip))
      throw new RangeError("weights are multicast along the rows of the chip: to 2, 4 or 8 parts of M and one of K");
    const parts = {
      m: shares(task.m, split.m, mGrain(task, split, config.side)),
      n: shares(task.n, split.n, config.side),
      k: shares(task.k, split.k, config.side),
    };
    for (const [row, n] of parts.n.entries()) {
      for (const [column, m] of parts.m.entries()) {
        const sharers = parts.k.map((_, i) => this.nodeOf(plan, { m: column, n: row, k: i }));
        for (const [own, k] of parts.k.entries()) {
          const node = sharers[own] ?? 0;
          const weightsFrom = multicast ? nodeId(this.chip.width, row) : null;
          this.addTile(node, task, { m, n, k }, plan, layout, { weightsFrom, sharers, own });
        }
      }
      if (multicast) this.addSender(nodeId(this.chip.width, row), task, { m: parts.m, n, k: parts.k[0] }, plan, layout);
    }
  }

  /** All programs, each with its HALT. */
  get programs(): NodeProgram[] {
    return [...this.builders].map(([node, builder]) => ({
      node,
      program: [...builder.program, { mnemonic: "halt" }],
    }));
  }

  private builder(node: number): ProgramBuilder {
    const builder = this.builders.get(node);
    if (!builder) {
      const first = new ProgramBuilder((node & 15) === this.chip.width ? "memory" : "compute");
      this.builders.set(node, first);
      return first;
    }
    builder.control({ mnemonic: "fence", operands: { queues: 15 } });
    return builder;
  }

  /** The tile for a part: in rows of the chip where weights are multicast, else as they come. */
  private nodeOf({ split, weights }: ChipPlan, part: { m: number; n: number; k: number }): number {
    const { width } = this.chip;
    if (weights === "multicast") return nodeId(part.m, part.n);
    const number = (part.n * split.m + part.m) * split.k + part.k;
    return nodeId(number % width, Math.floor(number / width));
  }

  private addTile(
    node: number,
    task: MatmulTask,
    part: TilePart,
    plan: ChipPlan,
    layout: TileLayout,
    role: TileRole,
  ): void {
    new TileProgram(this.builder(node), task, part, plan.tile, layout, this.chip.tile, role).add();
  }

  /** Adds what a memory tile does: loads pieces of weights ahead and sends each to the tiles of its row. */
  private addSender(
    node: number,
    task: MatmulTask,
    { m, n, k }: { m: readonly Range[]; n: Range; k: Range | undefined },
    plan: ChipPlan,
    layout: TileLayout,
  ): void {
    const { side, scratchpadRows } = this.chip.tile;
    const [first] = m;
    if (!first || !k) return;
    const { steps } = tileSchedule({ m: first, n, k }, plan.tile, layout, side);
    const builder = this.builder(node);
    const slots = Math.floor(scratchpadRows / layout.wRows);
    const sends: Placed[] = [];
    const pieces = steps.filter(({ w }) => w.loads);
    const loads: Placed[] = [];
    for (const [i, piece] of pieces.entries()) {
      const rows = Math.ceil(piece.k.size / side) * side;
      // A few LOADs before the first SEND, so that there is always one under way.
      for (let ahead = loads.length; ahead < Math.min(i + piecesAhead, i + slots, pieces.length); ahead++) {
        const next = pieces[ahead];
        const local = (ahead % slots) * layout.wRows;
        if (next) loads.push(builder.add(weightLoad(next, task, side, local), [sends[ahead - slots]]));
      }
      const local = (i % slots) * layout.wRows;
      const operands = { node: nodeId(0, node >> 4), mask: m.length - 1, tag: tags.weights, local, rows };
      sends.push(builder.add({ mnemonic: "send", sub: "scratchpad", operands }, [loads[i]]));
    }
  }
}
