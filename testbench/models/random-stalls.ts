import type { Design } from "../../hdl/index.ts";
import { elaborate } from "../../hdl/lang/index.ts";
import { StallGate } from "../../hdl/lib/stall-gate.ts";
import {
  hierarchy,
  insertStallGates,
  joinPath,
  type Scope,
  stallInputs,
  topOf,
  type UnstalledStream,
} from "../../hdl/netlist/index.ts";
import type { Engine } from "../../sim/index.ts";
import type { Clocked } from "../bench/clocked.ts";

/** A gate in a running design: its path, whether it saw a valid so far, and whether it held back one, or a ready. */
export interface SeenGate {
  readonly path: string;
  readonly used: boolean;
  readonly refused: boolean;
  readonly withheld: boolean;
}

/** Streams of the NPU that are always accepted, so that nothing waits for them. */
export const unstalled: readonly UnstalledStream[] = [
  {
    block: "ExecuteUnit",
    stream: "add",
    reason: "rows leave the array without stopping, and the accumulators serve it before all others",
  },
];

/** The design with a gate on every stream inside it, see `insertStallGates`; a `pass` of `simulate`. */
export function stallable(design: Design): Design {
  return insertStallGates(design, elaborate(StallGate), unstalled).design;
}

/** Holds back every stream inside a design that `stallable` made, at random. Until `start` none is. */
export class RandomStalls implements Clocked {
  private readonly load: Uint32Array;
  private readonly seed: Uint32Array;
  private readonly threshold: Uint32Array;
  private loading = false;
  private readonly gates: readonly string[];

  /** @throws SimulationError for a design without gates */
  constructor(
    private readonly engine: Engine,
    design: Design,
  ) {
    this.load = engine.input(stallInputs.load);
    this.seed = engine.input(stallInputs.seed);
    this.threshold = engine.input(stallInputs.threshold);
    this.gates = gatePaths(hierarchy(design), topOf(elaborate(StallGate)).name);
  }

  /**
   * From the next cycle but one on holds each stream back with a probability of 0 to below 1 in a cycle, by a seed of 32
   * bits.
   * @throws RangeError for another probability
   */
  start(probability: number, seed: number): void {
    if (!(probability >= 0 && probability < 1))
      throw new RangeError(`a stream is held back with probability 0 to below 1, not ${probability}`);
    this.threshold[0] = Math.floor(probability * 2 ** 16);
    this.seed[0] = seed;
    this.load[0] = 1;
    this.loading = true;
    this.engine.touch();
  }

  /** All gates, in the order of the hierarchy. */
  get seen(): readonly SeenGate[] {
    const flag = (path: string, name: string) => this.engine.peek(joinPath(path, name)) === 1n;
    return this.gates.map((path) => ({
      ...{ path, used: flag(path, "used"), refused: flag(path, "refused"), withheld: flag(path, "withheld") },
    }));
  }

  sample(): void {}

  drive(): void {
    if (!this.loading) return;
    this.loading = false;
    this.load[0] = 0;
    this.engine.touch();
  }
}

function gatePaths({ module, path, children }: Scope, gate: string): string[] {
  return module.name === gate ? [path] : children.flatMap((child) => gatePaths(child, gate));
}
