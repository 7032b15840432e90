import type { Design, Ports } from "../../hdl/index.ts";
import type { LaneEngine, LaneFace } from "../../sim/index.ts";
import type { Progress } from "../progress.ts";
import type { InPorts, OutPorts } from "./port-types.ts";
import type { ProcessFunction } from "./process.ts";
import type { Running } from "./sim.ts";
import type { SimulateOptions } from "./simulate-options.ts";

export interface LaneOptions extends Omit<SimulateOptions, "engine" | "travel" | "cache"> {
  /** How many stimuli run at once, 1 to 1,024: 4, 8 and multiples of 16 leave no part of a vector unused. */
  readonly lanes: number;
  /** The seed of each lane. Default: consecutive ones from `seed`. */
  readonly seeds?: readonly number[];
  /** The lane that `vcd` records: default 0. */
  readonly vcdLane?: number;
}

/**
 * One lane of a simulation: a run of its own, with its own seed, that takes its steps together with the others. What is
 * read outside `run` are the values for the inputs as they are now.
 */
export interface LaneSim<I extends Ports, O extends Ports>
  extends Pick<
    Running,
    | "cycle"
    | "seed"
    | "random"
    | "design"
    | "peek"
    | "peekMemory"
    | "pokeMemory"
    | "force"
    | "release"
    | "covers"
    | "attach"
    | "checkpoint"
    | "restore"
    | "~history"
  > {
  /** Its place among the lanes. */
  readonly index: number;
  readonly engine: LaneFace;
  /** The design's inputs and outputs in this lane, as in a simulation of its own. */
  readonly in: InPorts<I>;
  readonly out: OutPorts<O>;
}

/** The processes of one lane. */
export type LaneProcesses<I extends Ports, O extends Ports> = (
  lane: LaneSim<I, O>,
) => ProcessFunction | readonly ProcessFunction[];

/** Several stimuli of one design, run at once; each lane equals a run of its own with its seed. */
export interface LanesSim<I extends Ports, O extends Ports> {
  readonly design: Design;
  readonly engine: LaneEngine;
  readonly lanes: readonly LaneSim<I, O>[];
  /** @throws RangeError for a lane that there is not */
  lane(index: number): LaneSim<I, O>;
  /**
   * Runs `cycles` cycles in all lanes, 1 if not said. A lane in which a check fails stops there.
   * @throws LaneFailure when the others have run, for all lanes in which a check failed
   */
  step(cycles?: number): void;
  /**
   * Runs processes in every lane, side by side: `start` gives those of one. A lane stands still once its processes have
   * ended, or a check failed in it, and goes on with the next step; the run ends with the last lane.
   * @throws LaneFailure at the end, as `step`; what a process throws at once, with the lane and its seed in the message
   */
  run(start: LaneProcesses<I, O>): void;
  /**
   * Like `run`, but lets the rest of the program go on every few milliseconds: Ctrl-C works and progress is shown, as the
   * cycles that the lane furthest on has run.
   */
  runAsync(start: LaneProcesses<I, O>, progress: Progress, total?: number): Promise<void>;
  /** Asserts the resets of all clock domains that have one, in all lanes, for `cycles` cycles, 1 if not said. */
  reset(cycles?: number): void;
  /** Ends the recording of waves. */
  close(): void;
}
