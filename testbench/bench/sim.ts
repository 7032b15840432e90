import type { Design, Ports } from "../../hdl/index.ts";
import type { Checkpoint, Engine } from "../../sim/index.ts";
import type { Progress } from "../progress.ts";
import type { Clocked } from "./clocked.ts";
import type { History } from "./history.ts";
import type { InPorts, OutPorts } from "./port-types.ts";
import type { ProcessFunction } from "./process.ts";
import type { Random } from "./random.ts";
import type { RecordOptions } from "./recorder.ts";

/** A word of a signal or memory: a number up to 53 bits and a bigint above, or the name of an enumeration's state. */
export type SignalValue = number | bigint | string;

export interface SimulationCheckpoint {
  readonly engine: Checkpoint;
}

/**
 * A running design, whatever face its ports have. A cycle is: set inputs, settle, sample, edge, settle; what is read
 * outside `run` are the values for the inputs as they are now.
 */
export interface Running {
  /** Edges of the implicit clock so far. In a process: the cycle whose values it reads. */
  readonly cycle: number;
  readonly seed: number;
  /** Random numbers from the seed. */
  readonly random: Random;
  readonly design: Design;
  readonly engine: Engine;

  /** Runs `cycles` cycles, 1 if not said. @throws CheckFailure when a `check` or `assume` fails */
  step(cycles?: number): void;
  /**
   * Runs processes side by side until all that are no daemons have ended.
   * @throws CheckFailure as `step`; TimeoutError when nothing moves; SimulationError for a send or recv without `yield*`
   */
  run(...processes: readonly ProcessFunction[]): void;
  /** Like `run`, but lets the rest of the program go on every few milliseconds: Ctrl-C works and progress is shown. */
  runAsync(processes: readonly ProcessFunction[], progress: Progress, total?: number): Promise<void>;
  /** Lets a model move with the clock from here on, in `step` and `run` alike. Models are not part of checkpoints. */
  attach(surroundings: Clocked): void;
  /** Asserts the resets of all clock domains that have one for `cycles` cycles, 1 if not said. */
  reset(cycles?: number): void;

  /** Any signal's value by path: `count`, `array.pe[2][3].held`. @throws SimulationError with the nearest path */
  peek(path: string): SignalValue;
  /** A memory's word by the memory's path. */
  peekMemory(path: string, address: number): SignalValue;
  pokeMemory(path: string, address: number, value: number | bigint): void;
  /**
   * Gives a signal named in `forces` a value that all its readers see in place of its own, until `release` or another
   * `force` of it; with `mask` only the bits that it has ones in, so that a stuck bit is `force(path, 0, 1 << bit)`. In a
   * process, from the next edge on. A register that holds its value goes on holding what was forced.
   * @throws SimulationError for a signal that is not in `forces`, or a value that does not fit
   */
  force(path: string, value: SignalValue, mask?: number | bigint): void;
  /** Ends the force of a signal; of all of them where none is named. */
  release(path?: string): void;
  /** For every `cover`, by `path: message`, in how many cycles it was hit. */
  covers(): ReadonlyMap<string, number>;

  /** A copy of all state. */
  checkpoint(): SimulationCheckpoint;
  /** Goes back to a checkpoint of this simulation, or of another of the same module, engine and options. */
  restore(checkpoint: SimulationCheckpoint): void;
  /** The cycle that the simulation has come to; `cycle` is the one that is looked at. */
  readonly newest: number;
  /** The first cycle that can be looked at again. */
  readonly earliest: number;
  /**
   * Goes to a cycle from `earliest` to `newest`, of a simulation with `travel`: everything that is read is as it was at
   * the edge that ended it, while nothing can be driven and no cycle run until `seek(newest)`. The past is run again from
   * the inputs that were logged; processes and models take no part.
   */
  seek(cycle: number): void;
  /** Writes waves of cycles that are over, of a simulation with `travel`; of all that are known where no window is said. */
  record(options: RecordOptions): void;
  /** Ends the recording of waves. The simulation itself needs no closing. */
  close(): void;
  /** What `waves` draws. */
  readonly "~history": History;
}

/** A running module with typed ports. */
export interface Sim<I extends Ports, O extends Ports> extends Running {
  /** The design's inputs: write values, send on streams. Parts that flow backwards are read here. */
  readonly in: InPorts<I>;
  /** The design's outputs: read values, receive from streams. Parts that flow backwards are written here. */
  readonly out: OutPorts<O>;
}

/** A running netlist, whose ports have no types: they are driven with `poke` and read with `peek`. */
export interface DesignSim extends Running {
  /**
   * Drives an input port of the top; in a process, from the next edge on.
   * @throws SimulationError for a name that is no input, or a value that does not fit it
   */
  poke(port: string, value: number | bigint): void;
}
