import { CheckFailure, type Checkpoint, type EngineOptions, type RunResult, SimulationError } from "../engine.ts";
import { allocate } from "../wasm/linear-memory.ts";
import { Column, columnBytes, inputRows, type Rows, stateRows } from "./column.ts";
import { Control } from "./layout.ts";
import { powerOnLanes } from "./power-on.ts";
import type { LaneProgram } from "./program.ts";
import { type Element, maskElement } from "./shape.ts";

/** Edges in one call: V8 puts better code in place between calls, and counters of covers cannot overflow. */
const mostCycles = 100_000;

/** Where one lane is in time. */
interface Clock {
  cycle: number;
  /** Index of the next moment in the schedule, and whole periods of it that are over. */
  moment: number;
  periods: number;
  /** Bit `d` is set while the reset of domain `d` is asserted. */
  asserted: number;
}

/**
 * Some lanes that run together, on a memory of their own. What is to stand still while the others run (lanes that are
 * held, or in which a property failed, or that are at another moment of the schedule) runs with them, but its state is
 * put aside before and comes back when it is asked for.
 */
export class LaneBlock {
  readonly memory: WebAssembly.Memory;
  readonly columns: readonly Column[];
  readonly #program: LaneProgram;
  readonly #clocks: readonly Clock[];
  readonly #cells: Uint32Array;
  readonly #inputs: readonly Rows[];
  readonly #state: readonly Rows[];
  /** By check, then lane: how often a cover was hit. */
  readonly #hits: readonly Float64Array[];
  readonly #held = new Set<number>();
  /** State that was put aside, of which the memory has something else. */
  readonly #aside = new Map<number, Uint8Array>();
  #edges: { readonly take: () => void; readonly run: (cycles: number) => number } | null = null;
  #settle: { readonly module: WebAssembly.Module; readonly call: () => void } | null = null;
  #taken = false;
  #settled = false;

  /** A lane for each seed. */
  constructor(program: LaneProgram, seeds: readonly number[], options: Pick<EngineOptions, "randomInit">) {
    const { plan, layout, places } = program;
    this.#program = program;
    this.memory = allocate(places.end, plan.flat.module.name);
    this.#cells = new Uint32Array(this.memory.buffer);
    this.columns = seeds.map((_, lane) => new Column(this.memory.buffer, layout.lanes, lane));
    this.#clocks = seeds.map(() => ({ cycle: 0, moment: 0, periods: 0, asserted: 0 }));
    this.#hits = plan.checks.map(() => new Float64Array(seeds.length));
    this.#inputs = inputRows(plan, layout);
    this.#state = stateRows(plan, layout);
    powerOnLanes(program, this.memory.buffer, seeds, options);
  }

  cycle(lane: number): number {
    return this.#clock(lane).cycle;
  }

  time(lane: number): number {
    const { period, moments } = this.#program.plan.schedule;
    const { moment, periods } = this.#clock(lane);
    // Between two periods it is still the last moment's time.
    const [over, last] = moment > 0 ? [periods, moment - 1] : [periods - 1, moments.length - 1];
    return over < 0 ? 0 : over * period + (moments[last]?.time ?? 0);
  }

  isHeld(lane: number): boolean {
    return this.#held.has(lane);
  }

  /** Lets a lane stand still from here on, or go on from where it stands. */
  hold(lane: number, held: boolean): void {
    this.bringBack(lane);
    if (held) this.#held.add(lane);
    else this.#held.delete(lane);
  }

  /** Has the state of a lane in memory; to be called before it is looked at or changed. */
  bringBack(lane: number): void {
    const saved = this.#aside.get(lane);
    if (!saved) return;
    this.#aside.delete(lane);
    this.columns[lane]?.load(this.#state, saved);
    this.#settled = false;
  }

  touch(): void {
    this.#taken = false;
    this.#settled = false;
  }

  settle(): void {
    const { settle: module, constants } = this.#program;
    if (this.#settle?.module !== module) {
      constants.write(this.memory.buffer);
      const call = exported(module, this.memory, "settle");
      this.#settle = { module, call: () => void call() };
      this.#settled = false;
    }
    if (this.#settled) return;
    this.#settle.call();
    this.#taken = true;
    this.#settled = true;
  }

  isInReset(lane: number): boolean {
    return this.#clock(lane).asserted !== 0;
  }

  reset(lane: number, domain: number, asserted: boolean): void {
    this.bringBack(lane);
    const clock = this.#clock(lane);
    clock.asserted = asserted ? clock.asserted | (1 << domain) : clock.asserted & ~(1 << domain);
    this.#showResets();
  }

  hits(lane: number, rank: number): number {
    return this.#hits[rank]?.[lane] ?? 0;
  }

  /** Runs so many cycles in every lane that is not held. */
  run(cycles: number): RunResult[] {
    const results = this.columns.map(
      (_, lane): RunResult => ({ cycles: this.isHeld(lane) ? 0 : cycles, failure: null }),
    );
    const together = new Map<number, Set<number>>();
    for (const [lane, { moment }] of this.#clocks.entries()) {
      if (this.isHeld(lane)) continue;
      const lanes = together.get(moment) ?? new Set();
      together.set(moment, lanes.add(lane));
    }
    for (const lanes of together.values()) this.#runTogether(lanes, cycles, results);
    for (const lane of [...this.#aside.keys()]) if (!this.isHeld(lane)) this.bringBack(lane);
    return results;
  }

  checkpoint(lane: number): Checkpoint {
    this.bringBack(lane);
    const { cycle, moment, periods, asserted } = this.#clock(lane);
    const hits = this.#hits.map((counts) => counts[lane] ?? 0);
    const header = new Float64Array([this.#program.fingerprint, moment, periods, asserted, ...hits]);
    const column = this.columns[lane]?.save([...this.#inputs, ...this.#state]) ?? new Uint8Array();
    const state = new Uint8Array(header.byteLength + column.length);
    state.set(new Uint8Array(header.buffer));
    state.set(column, header.byteLength);
    return { cycle, time: this.time(lane), state };
  }

  restore(lane: number, { cycle, state }: Checkpoint): void {
    const { fingerprint, plan } = this.#program;
    const rows = [...this.#inputs, ...this.#state];
    const headerBytes = 8 * (4 + this.#hits.length);
    const header = new Float64Array(state.slice(0, headerBytes).buffer);
    const [own, moment = 0, periods = 0, asserted = 0, ...hits] = header;
    if (state.length !== headerBytes + columnBytes(rows) || own !== fingerprint)
      throw new SimulationError(`the checkpoint is not one of a lane of ${plan.flat.module.name} in as many lanes`);
    Object.assign(this.#clock(lane), { cycle, moment, periods, asserted });
    this.#hits.forEach((counts, rank) => {
      counts[lane] = hits[rank] ?? 0;
    });
    this.#aside.delete(lane);
    this.columns[lane]?.load(rows, state.subarray(headerBytes));
    this.#showResets();
  }

  #runTogether(active: Set<number>, cycles: number, results: RunResult[]): void {
    const [first] = active;
    if (first === undefined) return;
    this.#edges ??= this.#instantiateEdges();
    if (!this.#taken) this.#edges.take();
    this.#taken = true;
    for (const [lane, column] of this.columns.entries())
      if (active.has(lane)) this.bringBack(lane);
      else if (!this.#aside.has(lane)) this.#aside.set(lane, column.save(this.#state));
    this.#cells[Control.moment / 4] = this.#clock(first).moment;
    for (let left = cycles; left > 0 && active.size > 0; ) {
      this.#writeMask(Control.ignored, maskElement(this.#program.layout.lanes), (lane) => !active.has(lane));
      const ran = this.#edges.run(Math.min(left, mostCycles));
      this.#settled = false;
      left -= ran;
      for (const lane of active) this.#advance(lane, ran);
      this.#countCovers(active);
      if (this.#cell(Control.failed) === 0) continue;
      for (const lane of [...active]) {
        const failure = this.#failure(lane);
        if (!failure) continue;
        results[lane] = { cycles: cycles - left, failure };
        this.#aside.set(lane, this.columns[lane]?.save(this.#state) ?? new Uint8Array());
        active.delete(lane);
      }
    }
  }

  #advance(lane: number, cycles: number): void {
    const clock = this.#clock(lane);
    clock.cycle += cycles;
    clock.moment = this.#cell(Control.moment);
    clock.periods += this.#cell(Control.periods);
  }

  /** The property of the lowest rank that failed in a lane. */
  #failure(lane: number): CheckFailure | null {
    const { plan, layout } = this.#program;
    const domains = plan.schedule.moments[this.#cell(Control.moment)]?.domains ?? 0;
    for (const [rank, { kind, domain, path, message, source }] of plan.checks.entries()) {
      if (kind === "cover" || !((domains >>> domain) & 1)) continue;
      if (this.columns[lane]?.read(layout.checks[rank] ?? 0, 1) === 1n)
        return new CheckFailure(path, message, this.cycle(lane), source, kind);
    }
    return null;
  }

  #countCovers(active: ReadonlySet<number>): void {
    const { plan, layout } = this.#program;
    plan.checks.forEach(({ kind }, rank) => {
      if (kind !== "cover") return;
      const counters = new Uint32Array(this.memory.buffer, layout.checks[rank], layout.lanes);
      const hits = this.#hits[rank];
      if (hits) for (const lane of active) hits[lane] = (hits[lane] ?? 0) + (counters[lane] ?? 0);
      counters.fill(0);
    });
  }

  #instantiateEdges(): { readonly take: () => void; readonly run: (cycles: number) => number } {
    const { edges, constants } = this.#program;
    constants.write(this.memory.buffer);
    const { exports } = new WebAssembly.Instance(edges, { env: { memory: this.memory } });
    const { take, run } = exports;
    if (typeof take !== "function" || typeof run !== "function") throw new TypeError("the module takes no edges");
    return { take: () => void take(), run: (cycles) => Number(run(cycles)) };
  }

  #showResets(): void {
    this.#program.layout.resets.forEach(({ asserted, masks }, domain) => {
      const isAsserted = (lane: number): boolean => (((this.#clocks[lane]?.asserted ?? 0) >>> domain) & 1) === 1;
      this.#cells[asserted / 4] = this.#clocks.some((_, lane) => isAsserted(lane)) ? 1 : 0;
      for (const [element, address] of masks) this.#writeMask(address, element, isAsserted);
    });
    this.touch();
  }

  #writeMask(address: number, element: Element, isSet: (lane: number) => boolean): void {
    const { lanes } = this.#program.layout;
    const bytes = element / 8;
    for (let lane = 0; lane < lanes; lane++)
      new Uint8Array(this.memory.buffer, address + bytes * lane, bytes).fill(isSet(lane) ? 0xff : 0);
  }

  #clock(lane: number): Clock {
    const clock = this.#clocks[lane];
    if (!clock) throw new RangeError(`there is no lane ${lane}`);
    return clock;
  }

  #cell(address: number): number {
    return this.#cells[address / 4] ?? 0;
  }
}

function exported(module: WebAssembly.Module, memory: WebAssembly.Memory, name: string): () => unknown {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const found = exports[name];
  if (typeof found !== "function") throw new TypeError(`the compiled module has no function ${name}`);
  return () => found();
}
