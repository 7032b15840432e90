import { joinPath } from "../../hdl/netlist/index.ts";
import type { Engine } from "../../sim/index.ts";
import type { Clocked } from "../bench/clocked.ts";
import type { PinLayout } from "./pin-layout.ts";
import type { PinStimulus } from "./pin-stimulus.ts";

/** Records the inputs of a block, cycle by cycle, while it runs as a simulation's top or somewhere inside it. */
export class InputRecord implements Clocked {
  /** The words of each cycle, as the block's layout has them. */
  readonly cycles: Uint32Array[] = [];
  private readonly inputs: readonly { readonly first: number; readonly words: Uint32Array }[];

  /** `path` of the block in the simulation, "" for its top. @throws SimulationError where it has not such inputs */
  constructor(
    engine: Engine,
    private readonly layout: PinLayout,
    path = "",
  ) {
    this.inputs = [...layout.inputs.values()].map(({ name, first }) => ({
      first,
      words: engine.signal(joinPath(path, name)),
    }));
  }

  sample(): void {
    const cycle = new Uint32Array(this.layout.inputWords);
    for (const { first, words } of this.inputs) cycle.set(words, first);
    this.cycles.push(cycle);
  }

  drive(): void {}
}

/** Drives inputs as they were recorded, without a reset, and then as `rest` does. */
export class RecordedStimulus implements PinStimulus {
  private cycle = 0;

  constructor(
    private readonly recorded: readonly Uint32Array[],
    private readonly rest: PinStimulus,
  ) {}

  next(words: Uint32Array, at: number, before: number): void {
    const now = this.recorded[this.cycle++];
    if (now) words.set(now, at);
    else this.rest.next(words, at, before);
  }
}
