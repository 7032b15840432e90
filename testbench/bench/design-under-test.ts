import type { Design } from "../../hdl/index.ts";
import type { Scope } from "../../hdl/netlist/index.ts";
import { type EngineFace, SimulationError } from "../../sim/index.ts";
import type { Clocked } from "./clocked.ts";
import { Forces } from "./forces.ts";
import { History } from "./history.ts";
import { decoder, wideEncoder } from "./leaf-value.ts";
import type { Past } from "./past.ts";
import { Pins } from "./pins.ts";
import type { ProcessFunction } from "./process.ts";
import { Random } from "./random.ts";
import { Recorder } from "./recorder.ts";
import { type Clockwork, Scheduler } from "./scheduler.ts";
import { findMemory, findSignal } from "./signal-lookup.ts";
import type { SignalValue, SimulationCheckpoint } from "./sim.ts";
import type { SimulateOptions } from "./simulate-options.ts";
import type { StreamPort } from "./stream-port.ts";

/** The options that concern what is driven and looked at. */
export type LookOptions = Pick<
  SimulateOptions,
  "clocks" | "vcd" | "gtkw" | "trace" | "watch" | "timeout" | "maxCycles" | "forces"
>;

/** What can be done with a running design apart from running it: its ports, signals, waves, processes and models. */
export class DesignUnderTest<E extends EngineFace> implements Clockwork {
  readonly random: Random;
  readonly pins: Pins;
  readonly streams: StreamPort[] = [];
  readonly "~history": History;
  protected readonly recorder: Recorder | null;
  private readonly views = new Map<string, () => SignalValue>();
  protected readonly surroundings: Clocked[] = [];
  private readonly forces: Forces;
  private readonly limits: { readonly timeout: number; readonly maxCycles: number };

  constructor(
    readonly moduleName: string,
    readonly design: Design,
    protected readonly top: Scope,
    readonly engine: E,
    readonly seed: number,
    options: LookOptions,
    past: Past | null = null,
  ) {
    this.random = new Random(seed);
    this.pins = new Pins(engine, moduleName);
    this.forces = new Forces(this.pins, moduleName, top, options.forces);
    this["~history"] = new History(top, engine, options.watch ?? [], past);
    const { clocks, vcd, gtkw, trace } = options;
    if (gtkw !== undefined && vcd === undefined)
      throw new SimulationError("gtkw needs vcd: the save file points to recorded waves");
    this.recorder =
      vcd === undefined
        ? null
        : new Recorder(design, engine, { ...trace, vcd, ...(gtkw === undefined ? {} : { gtkw }) }, clocks);
    this.limits = {
      timeout: limit("timeout", options.timeout ?? 100_000),
      maxCycles: limit("maxCycles", options.maxCycles ?? Number.MAX_SAFE_INTEGER),
    };
  }

  get cycle(): number {
    return this.engine.cycle;
  }
  get changes(): number {
    return this.pins.changes;
  }

  peek(path: string): SignalValue {
    const known = this.views.get(path);
    if (known) return known();
    const { width, format } = findSignal(this.top, path);
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
    const { width, format } = findMemory(this.top, path);
    const words = new Uint32Array(Math.ceil(width / 32));
    let rest = this.engine.peekMemory(path, address);
    for (let i = 0; i < words.length; i++, rest >>= 32n) words[i] = Number(rest & 0xffffffffn);
    return decoder(width, format)(words);
  }

  pokeMemory(path: string, address: number, value: number | bigint): void {
    const { width, format } = findMemory(this.top, path);
    const bits = wideEncoder(width, format, `${path}[${address}] of ${this.moduleName}`)(value);
    this.engine.pokeMemory(path, address, bits);
  }

  force(path: string, value: SignalValue, mask?: number | bigint): void {
    this.forces.force(path, value, mask);
  }

  release(path?: string): void {
    this.forces.release(path);
  }

  covers(): ReadonlyMap<string, number> {
    return this.engine.covers();
  }

  attach(surroundings: Clocked): void {
    this.surroundings.push(surroundings);
    surroundings.drive();
  }

  checkpoint(): SimulationCheckpoint {
    return { engine: this.engine.checkpoint() };
  }

  restore(checkpoint: SimulationCheckpoint): void {
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

  hold(): void {
    this.pins.hold();
  }

  apply(): void {
    this.pins.apply();
  }

  /** Lets models look at the ports before an edge, and drive them after it. */
  sampleModels(): void {
    if (this.surroundings.length > 0) this.engine.settle();
    for (const model of this.surroundings) model.sample();
  }
  driveModels(): void {
    for (const model of this.surroundings) model.drive();
  }

  /** Whether models are attached, and nobody but them looks at the design. */
  protected get modelsAlone(): boolean {
    return this.surroundings.length > 0 && this.recorder === null && !this["~history"].watching;
  }

  /** How many of the next cycles nobody looks at. */
  idle(cycles: number): number {
    if (this["~history"].watching || this.surroundings.length > 0) return 0;
    return Math.min(cycles, this.recorder?.idle ?? cycles);
  }

  /** Starts processes. */
  schedule(processes: readonly ProcessFunction[]): Scheduler {
    for (const stream of this.streams) stream.idle = 0;
    return new Scheduler(this, processes, this.limits);
  }

  /** @throws SimulationError for a send or recv whose process nobody ran */
  rejectIdleCalls(): void {
    for (const { idle, name, direction } of this.streams)
      if (idle > 0)
        throw new SimulationError(
          `[${this.moduleName}] ${direction === "in" ? "send" : "recv"} on ${name} was called but not waited for; write yield* before it`,
        );
  }
}

/** @throws SimulationError unless it is a whole number of cycles from 0 */
export function checkSteps(cycles: number): void {
  if (!Number.isSafeInteger(cycles) || cycles < 0)
    throw new SimulationError(`step(${cycles}): give a whole number of cycles from 0`);
}

/** @throws SimulationError where no domain of the top has a reset */
export function resettableDomains(moduleName: string, { module }: Scope): readonly string[] {
  const resettable = module.domains.filter(({ reset }) => reset !== "none");
  if (resettable.length === 0)
    throw new SimulationError(`${moduleName} has no reset; give a clock domain a reset to use reset()`);
  return resettable.map(({ name }) => name);
}

function limit(name: string, cycles: number): number {
  if (Number.isSafeInteger(cycles) && cycles > 0) return cycles;
  throw new SimulationError(`${name} ${cycles}: give a whole number of cycles from 1`);
}
