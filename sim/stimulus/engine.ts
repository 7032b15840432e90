import type { Design } from "../../hdl/netlist/index.ts";
import { type EngineOptions, type RunResult, SimulationError } from "../engine.ts";
import { plan } from "../plan/plan.ts";
import { LaneBlock } from "./block.ts";
import { blockWidth } from "./block-width.ts";
import { LaneFailure } from "./failure.ts";
import { Lane, type LaneFace } from "./lane.ts";
import { LaneProgram } from "./program.ts";
import type { Lanes } from "./shape.ts";

const mostLanes = 1024;

export interface LaneOptions extends Omit<EngineOptions, "seed" | "lanes" | "cache"> {
  /** The seed of each lane's undefined power-on state: a lane for each. */
  readonly seeds: readonly number[];
  /** How many lanes share a vector. Default: what the widths of the design's signals make the fastest. */
  readonly blockLanes?: Lanes;
}

/** Several stimuli of one design, each in a lane that equals a run of its own. */
export interface LaneEngine {
  readonly lanes: readonly LaneFace[];
  /** Brings what is looked at up to date in all lanes. */
  settle(): void;
  /**
   * Runs so many cycles in every lane, 1 if not said. A lane in which a check fails stops there, the others run on.
   * @throws LaneFailure when a check failed in any lane
   */
  step(cycles?: number): void;
  /** Like `step`; says for each lane how many cycles ran and what stopped it instead of throwing. */
  run(cycles: number): readonly RunResult[];
}

/**
 * Compiles a design to WebAssembly that runs several stimuli at once in the lanes of its vectors: 4, 8 or 16 together,
 * as many such blocks as there are seeds for. Throws like `compile`, and a SimulationError for too many seeds or none.
 */
export function compileLanes(design: Design, { seeds, ...options }: LaneOptions): LaneEngine {
  return new CompiledLanes(design, seeds, options);
}

class CompiledLanes implements LaneEngine {
  readonly lanes: readonly LaneFace[];
  readonly #blocks: readonly LaneBlock[];
  readonly #seeds: readonly number[];

  constructor(design: Design, seeds: readonly number[], options: Omit<LaneOptions, "seeds">) {
    if (seeds.length === 0 || seeds.length > mostLanes)
      throw new SimulationError(`${seeds.length} lanes; give 1 to ${mostLanes} seeds, one for each`);
    const planned = plan(design, { ...options, lanes: "off", activity: "off" });
    const width = options.blockLanes ?? blockWidth(planned, seeds.length);
    const program = new LaneProgram(planned, width);
    const { ports } = program.plan.flat.module;
    const observe = ports.filter(({ direction }) => direction === "out").map(({ name }) => name);
    const blocks: LaneBlock[] = [];
    for (let first = 0; first < seeds.length; first += width)
      blocks.push(new LaneBlock(program, seeds.slice(first, first + width), options));
    this.lanes = seeds.map((_, lane) => {
      const block = blocks[Math.floor(lane / width)];
      if (!block) throw new RangeError(`there is no block for lane ${lane}`);
      return new Lane(program, block, lane % width);
    });
    for (const path of [...observe, ...(options.observe ?? [])]) program.observe(program.find(path));
    this.#blocks = blocks;
    this.#seeds = seeds;
  }

  settle(): void {
    for (const block of this.#blocks) block.settle();
  }

  step(cycles = 1): void {
    const failures = this.run(cycles).flatMap(({ failure }, lane) =>
      failure ? [{ lane, seed: this.#seeds[lane] ?? 0, failure }] : [],
    );
    if (failures.length > 0) throw new LaneFailure(failures);
  }

  run(cycles: number): readonly RunResult[] {
    if (!Number.isSafeInteger(cycles) || cycles < 0)
      throw new RangeError(`the number of cycles must be a whole number from 0, not ${cycles}`);
    return this.#blocks.flatMap((block) => block.run(cycles));
  }
}
