import type { Design } from "../../hdl/index.ts";
import { topOf } from "../../hdl/netlist/index.ts";
import { type Clock, compile, type Engine, interpret } from "../../sim/index.ts";
import { Random } from "../bench/random.ts";
import { ClockLevels, type Levels, randomClocks } from "./clock-levels.ts";
import type { PeerCase } from "./peer-case.ts";
import { type PinLayout, pinLayout } from "./pin-layout.ts";
import type { PinStimulus } from "./pin-stimulus.ts";
import { RandomStimulus } from "./random-stimulus.ts";

/**
 * A design as it is compared: values alone count, so properties, which random inputs need not respect, are left out.
 */
export function withoutChecks(design: Design): Design {
  return { ...design, modules: design.modules.map((module) => ({ ...module, checks: [] })) };
}

/** Clocks for a design by seed: see `randomClocks`. */
export function clocksOf(design: Design, seed: number): Record<string, Clock> {
  return randomClocks(topOf(design).domains, new Random((seed ^ 0x5eed) >>> 0));
}

/** An engine that is driven by words, as peers are. */
export class OwnEngine {
  readonly engine: Engine;
  private readonly inputs;
  private readonly outputs;
  private readonly resets;
  private asserted = 0;

  constructor(
    kind: Engine["kind"],
    design: Design,
    private readonly layout: PinLayout,
    clocks: Readonly<Record<string, Clock>>,
  ) {
    const build = kind === "wasm" ? compile : interpret;
    this.engine = build(withoutChecks(design), { randomInit: false, clocks });
    this.inputs = [...layout.inputs.values()].map((field) => ({ field, view: this.engine.input(field.name) }));
    this.outputs = [...layout.outputs.values()].map((field) => ({ field, view: this.engine.signal(field.name) }));
    this.resets = topOf(design).domains.flatMap(({ name, reset }, d) => (reset === "none" ? [] : [{ name, bit: d }]));
  }

  /** Sets inputs and resets from the words at `at` and settles. */
  drive(words: Uint32Array, at: number): void {
    for (const { field, view } of this.inputs)
      for (let i = 0; i < field.words; i++) view[i] = words[at + field.first + i] ?? 0;
    const asserted = words[at + this.layout.resets] ?? 0;
    if (asserted !== this.asserted)
      for (const { name, bit } of this.resets)
        if (((asserted ^ this.asserted) >>> bit) & 1) this.engine.reset(((asserted >>> bit) & 1) === 1, name);
    this.asserted = asserted;
    this.engine.touch();
    this.engine.settle();
  }

  /** Writes the outputs, which must have settled, to the words at `at`. */
  read(words: Uint32Array, at: number): void {
    for (const { field, view } of this.outputs)
      for (let i = 0; i < field.words; i++) words[at + field.first + i] = view[i] ?? 0;
  }
}

/** Some cycles of a case: what goes in, how its clocks go, and what our engines make of it. */
export interface OwnCycles {
  /** Cycle by cycle. */
  readonly inputs: Uint32Array;
  readonly levels: readonly (readonly Levels[])[];
  /** Ticks at which each cycle begins. */
  readonly times: readonly number[];
  /** Fills in what our engines answer, which may be later than the stimulus. */
  simulate(): OwnOutputs;
}

export interface OwnOutputs {
  readonly wasm: Uint32Array;
  /** Of the first cycles; shorter, or empty, where the interpreter has done its share. */
  readonly interpreter: Uint32Array;
}

/** A case on our side: its stimulus, its clocks and our engines. */
export class OwnRun {
  readonly layout: PinLayout;
  readonly clocks: ClockLevels;
  private readonly stimulus: PinStimulus;
  private readonly wasm: OwnEngine;
  private readonly interpreter: OwnEngine | null;
  private last = new Uint32Array(0);
  private done = 0;

  /** @param interpreted cycles that the interpreter takes part in */
  constructor(
    readonly peerCase: PeerCase,
    private readonly interpreted: number,
  ) {
    const { design, clocks, seed, stimulus } = peerCase;
    this.layout = pinLayout(design);
    this.clocks = new ClockLevels(topOf(design).domains, clocks);
    this.stimulus = stimulus?.(this.layout) ?? new RandomStimulus(design, this.layout, seed);
    this.wasm = new OwnEngine("wasm", design, this.layout, clocks);
    this.interpreter = interpreted > 0 ? new OwnEngine("interpreter", design, this.layout, clocks) : null;
  }

  /** The next cycles. Each must be simulated before the next ones are asked for. */
  cycles(count: number): OwnCycles {
    const { inputWords, outputWords } = this.layout;
    const inputs = new Uint32Array((count + 1) * inputWords);
    inputs.set(this.last);
    const times: number[] = [];
    const levels: Levels[][] = [];
    for (let cycle = 0; cycle < count; cycle++) {
      const before = this.done + cycle === 0 ? -1 : cycle * inputWords;
      this.stimulus.next(inputs, (cycle + 1) * inputWords, before);
      times.push(this.clocks.time);
      levels.push(this.clocks.cycle());
    }
    this.last = inputs.slice(count * inputWords);
    const simulate = (): OwnOutputs => {
      const share = this.interpreter ? Math.max(0, Math.min(count, this.interpreted - this.done)) : 0;
      const outputs = { wasm: new Uint32Array(count * outputWords), interpreter: new Uint32Array(share * outputWords) };
      for (let cycle = 0; cycle < count; cycle++) {
        const parts = [[this.wasm, outputs.wasm] as const];
        if (this.interpreter && cycle < share) parts.push([this.interpreter, outputs.interpreter]);
        for (const [own, words] of parts) {
          own.drive(inputs, (cycle + 1) * inputWords);
          own.read(words, cycle * outputWords);
          own.engine.run(1);
        }
      }
      this.done += count;
      return outputs;
    };
    return { inputs: inputs.subarray(inputWords), levels, times, simulate };
  }
}
