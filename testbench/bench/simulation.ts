import { setImmediate } from "node:timers/promises";
import type { Design } from "../../hdl/index.ts";
import { hierarchy, type Scope } from "../../hdl/netlist/index.ts";
import { type Engine, SimulationError, travelling } from "../../sim/index.ts";
import { Interrupted, type Progress } from "../progress.ts";
import type { Clocked } from "./clocked.ts";
import { startEngine } from "./engine-choice.ts";
import { History } from "./history.ts";
import { decoder, wideEncoder } from "./leaf-value.ts";
import { Past } from "./past.ts";
import { Pins } from "./pins.ts";
import type { ProcessFunction } from "./process.ts";
import { Random } from "./random.ts";
import { Recorder, type RecordOptions } from "./recorder.ts";
import { type Clockwork, Scheduler } from "./scheduler.ts";
import { seedOf } from "./seed.ts";
import { findMemory, findSignal } from "./signal-lookup.ts";
import type { Running, SignalValue, SimulationCheckpoint } from "./sim.ts";
import type { SimulateOptions } from "./simulate-options.ts";
import type { StreamPort } from "./stream-port.ts";

const chunkMilliseconds = 20;

/** A design that runs, whatever face its ports have. */
export class Simulation implements Clockwork, Running {
  readonly seed: number;
  readonly random: Random;
  readonly engine: Engine;
  readonly pins: Pins;
  readonly streams: StreamPort[] = [];
  private readonly views = new Map<string, () => SignalValue>();
  private readonly surroundings: Clocked[] = [];
  private readonly limits: { readonly timeout: number; readonly maxCycles: number };
  private readonly recorder: Recorder | null;
  readonly "~history": History;
  private readonly past: Past | null;
  private tree: Scope | null = null;
  private running = false;

  constructor(
    readonly moduleName: string,
    readonly design: Design,
    options: SimulateOptions,
  ) {
    const { engine = "wasm", randomInit, clocks, observe } = options;
    this.seed = seedOf(options.seed);
    this.random = new Random(this.seed);
    const started = startEngine(engine, design, {
      seed: this.seed,
      ...(randomInit === undefined ? {} : { randomInit }),
      ...(clocks ? { clocks } : {}),
      ...(observe ? { observe } : {}),
    });
    const { travel = false } = options;
    const traveller = travel === false ? null : travelling(started, design, travel === true ? {} : travel);
    this.engine = traveller ?? started;
    this.past = traveller && new Past(design, this.top(), traveller, clocks ?? {});
    this.pins = new Pins(this.engine, moduleName);
    this["~history"] = new History(this.top(), this.engine, options.watch ?? [], this.past);
    if (options.gtkw !== undefined && options.vcd === undefined)
      throw new SimulationError("gtkw needs vcd: the save file points to recorded waves");
    this.recorder =
      options.vcd === undefined
        ? null
        : new Recorder(
            design,
            this.engine,
            { ...options.trace, vcd: options.vcd, ...(options.gtkw === undefined ? {} : { gtkw: options.gtkw }) },
            clocks,
          );
    this.limits = {
      timeout: limit("timeout", options.timeout ?? 100_000),
      maxCycles: limit("maxCycles", options.maxCycles ?? Number.MAX_SAFE_INTEGER),
    };
  }

  get cycle(): number {
    return this.engine.cycle;
  }
  get newest(): number {
    return this.past?.engine.newest ?? this.cycle;
  }
  get earliest(): number {
    return this.past?.engine.earliest ?? this.cycle;
  }
  get changes(): number {
    return this.pins.changes;
  }

  step(cycles = 1): void {
    this.atPresent("step");
    if (!Number.isSafeInteger(cycles) || cycles < 0)
      throw new SimulationError(`step(${cycles}): give a whole number of cycles from 0`);
    for (let left = cycles; left > 0; ) {
      const idle = this.idle(left);
      if (idle > 0) this.engine.step(idle);
      else {
        this.sample();
        this.edge();
      }
      left -= Math.max(idle, 1);
    }
  }

  run(...processes: readonly ProcessFunction[]): void {
    const scheduler = this.schedule("run", processes);
    try {
      while (!scheduler.done) scheduler.advance(65_536);
      this.rejectIdleCalls();
    } finally {
      this.running = false;
    }
  }

  async runAsync(processes: readonly ProcessFunction[], progress: Progress, total = 0): Promise<void> {
    const scheduler = this.schedule("runAsync", processes);
    const start = this.cycle;
    let chunk = 16;
    try {
      while (!scheduler.done) {
        if (progress.signal.aborted) throw new Interrupted();
        const began = performance.now();
        scheduler.advance(chunk);
        chunk = performance.now() - began < chunkMilliseconds ? Math.min(chunk * 2, 2 ** 20) : Math.max(1, chunk >> 1);
        const done = this.cycle - start;
        progress.report(done, Math.max(done, total), this.moduleName);
        await setImmediate();
      }
      this.rejectIdleCalls();
    } finally {
      scheduler.stop();
      this.running = false;
    }
  }

  attach(surroundings: Clocked): void {
    this.atPresent("attach");
    this.surroundings.push(surroundings);
    surroundings.drive();
  }

  reset(cycles = 1): void {
    this.atPresent("reset");
    const { domains } = this.top().module;
    const resettable = domains.filter(({ reset }) => reset !== "none");
    if (resettable.length === 0)
      throw new SimulationError(`${this.moduleName} has no reset; give a clock domain a reset to use reset()`);
    for (const { name } of resettable) this.engine.reset(true, name);
    this.step(cycles);
    for (const { name } of resettable) this.engine.reset(false, name);
  }

  peek(path: string): SignalValue {
    const known = this.views.get(path);
    if (known) return known();
    const { width, format } = findSignal(this.top(), path);
    const decode = decoder(width, format);
    this.engine.settle();
    const words = this.engine.signal(path);
    const read = () => {
      this.engine.settle();
      return decode(words);
    };
    this.views.set(path, read);
    return read();
  }

  peekMemory(path: string, address: number): SignalValue {
    const { width, format } = findMemory(this.top(), path);
    const words = new Uint32Array(Math.ceil(width / 32));
    let rest = this.engine.peekMemory(path, address);
    for (let i = 0; i < words.length; i++, rest >>= 32n) words[i] = Number(rest & 0xffffffffn);
    return decoder(width, format)(words);
  }

  pokeMemory(path: string, address: number, value: number | bigint): void {
    const { width, format } = findMemory(this.top(), path);
    const bits = wideEncoder(width, format, `${path}[${address}] of ${this.moduleName}`)(value);
    this.engine.pokeMemory(path, address, bits);
  }

  covers(): ReadonlyMap<string, number> {
    return this.engine.covers();
  }

  checkpoint(): SimulationCheckpoint {
    return { engine: this.engine.checkpoint() };
  }

  restore(checkpoint: SimulationCheckpoint): void {
    this.atPresent("restore");
    if (this.recorder || this["~history"].watching)
      throw new SimulationError(
        "restore would turn back time while waves are recorded; simulate without vcd and watch",
      );
    if (this.surroundings.length > 0)
      throw new SimulationError(
        "restore would turn back the design but not what is attached to it; restore a simulation without surroundings",
      );
    this.engine.restore(checkpoint.engine);
  }

  seek(cycle: number): void {
    const { engine } = this.pastFor("seek");
    engine.seek(cycle);
    this.pins.frozen = engine.cycle !== engine.newest;
  }

  record(options: RecordOptions): void {
    this.pastFor("record").record(options);
  }

  close(): void {
    this.recorder?.close();
  }

  settle(): void {
    this.engine.settle();
  }

  sample(): void {
    this.recorder?.sample();
    if (!this["~history"].watching) return;
    this.engine.settle();
    this["~history"].sample();
  }

  edge(): void {
    for (const model of this.surroundings) model.sample();
    this.engine.step(1);
    for (const model of this.surroundings) model.drive();
  }

  hold(): void {
    this.pins.hold();
  }

  apply(): void {
    this.pins.apply();
  }

  /** How many of the next cycles nobody looks at. */
  private idle(cycles: number): number {
    if (this["~history"].watching || this.surroundings.length > 0) return 0;
    return Math.min(cycles, this.recorder?.idle ?? cycles);
  }

  private top(): Scope {
    this.tree ??= hierarchy(this.design);
    return this.tree;
  }

  private schedule(what: string, processes: readonly ProcessFunction[]): Scheduler {
    this.atPresent(what);
    for (const stream of this.streams) stream.idle = 0;
    this.running = true;
    try {
      return new Scheduler(this, processes, this.limits);
    } catch (error) {
      this.running = false;
      throw error;
    }
  }

  private pastFor(what: string): Past {
    this.outsideRun(what);
    if (!this.past)
      throw new SimulationError(
        `${what} needs the past of ${this.moduleName}; start with simulate(module, { travel: true })`,
      );
    if (this.recorder)
      throw new SimulationError(`${what} would turn back time while waves are recorded; simulate without vcd`);
    return this.past;
  }

  private atPresent(what: string): void {
    this.outsideRun(what);
    if (this.cycle !== this.newest)
      throw new SimulationError(
        `[${this.moduleName}] ${what} in cycle ${this.cycle}, which is in the past; seek(${this.newest}) to go on from there`,
      );
  }

  private outsideRun(what: string): void {
    if (this.running)
      throw new SimulationError(
        `[${this.moduleName}] ${what} is called while processes run; in a process, yield to wait for an edge and use all() for more processes`,
      );
  }

  private rejectIdleCalls(): void {
    for (const { idle, name, direction } of this.streams)
      if (idle > 0)
        throw new SimulationError(
          `[${this.moduleName}] ${direction === "in" ? "send" : "recv"} on ${name} was called but not waited for; write yield* before it`,
        );
  }
}

function limit(name: string, cycles: number): number {
  if (Number.isSafeInteger(cycles) && cycles > 0) return cycles;
  throw new SimulationError(`${name} ${cycles}: give a whole number of cycles from 1`);
}
