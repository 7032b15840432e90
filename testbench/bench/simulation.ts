import type { Design } from "../../hdl/index.ts";
import { hierarchy } from "../../hdl/netlist/index.ts";
import { type Engine, SimulationError, travelling } from "../../sim/index.ts";
import { compileCache } from "../compile-cache.ts";
import type { Progress } from "../progress.ts";
import type { Clocked } from "./clocked.ts";
import { checkSteps, DesignUnderTest, resettableDomains } from "./design-under-test.ts";
import { startEngine } from "./engine-choice.ts";
import { Past } from "./past.ts";
import type { ProcessFunction } from "./process.ts";
import type { RecordOptions } from "./recorder.ts";
import type { Scheduler } from "./scheduler.ts";
import { seedOf } from "./seed.ts";
import type { Running, SimulationCheckpoint } from "./sim.ts";
import type { SimulateOptions } from "./simulate-options.ts";
import { inTimeSlices } from "./time-slices.ts";

/** A design that runs, whatever face its ports have. */
export class Simulation extends DesignUnderTest<Engine> implements Running {
  private readonly past: Past | null;
  private running = false;

  constructor(moduleName: string, design: Design, options: SimulateOptions) {
    const { engine = "wasm", randomInit, clocks, observe, travel = false } = options;
    const seed = seedOf(options.seed);
    const engineOptions = {
      seed,
      ...(randomInit === undefined ? {} : { randomInit }),
      ...(clocks ? { clocks } : {}),
      ...(observe ? { observe } : {}),
    };
    options.starting?.(design, engineOptions);
    const cache = engine !== "wasm" ? null : options.cache === true ? compileCache() : options.cache || null;
    const started = startEngine(engine, design, { ...engineOptions, ...(cache ? { cache } : {}) });
    const top = hierarchy(design);
    const traveller = travel === false ? null : travelling(started, design, travel === true ? {} : travel);
    const past = traveller && new Past(design, top, traveller, clocks ?? {});
    super(moduleName, design, top, traveller ?? started, seed, options, past);
    this.past = past;
  }

  get newest(): number {
    return this.past?.engine.newest ?? this.cycle;
  }
  get earliest(): number {
    return this.past?.engine.earliest ?? this.cycle;
  }

  step(cycles = 1): void {
    this.atPresent("step");
    checkSteps(cycles);
    if (this.modelsAlone) {
      this.stepModels(cycles);
      return;
    }
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
    const scheduler = this.start("run", processes);
    try {
      while (!scheduler.done) scheduler.advance(65_536, () => this.edge());
      this.rejectIdleCalls();
    } finally {
      this.running = false;
    }
  }

  async runAsync(processes: readonly ProcessFunction[], progress: Progress, total = 0): Promise<void> {
    const scheduler = this.start("runAsync", processes);
    const start = this.cycle;
    const cycle = (): number => this.cycle;
    const run = {
      get done() {
        return scheduler.done;
      },
      get taken() {
        return cycle() - start;
      },
      advance: (cycles: number) => scheduler.advance(cycles, () => this.edge()),
    };
    try {
      await inTimeSlices(run, progress, total, this.moduleName);
      this.rejectIdleCalls();
    } finally {
      scheduler.stop();
      this.running = false;
    }
  }

  override attach(surroundings: Clocked): void {
    this.atPresent("attach");
    super.attach(surroundings);
  }

  reset(cycles = 1): void {
    this.atPresent("reset");
    const domains = resettableDomains(this.moduleName, this.top);
    for (const domain of domains) this.engine.reset(true, domain);
    this.step(cycles);
    for (const domain of domains) this.engine.reset(false, domain);
  }

  override restore(checkpoint: SimulationCheckpoint): void {
    this.atPresent("restore");
    super.restore(checkpoint);
  }

  seek(cycle: number): void {
    const { engine } = this.pastFor("seek");
    engine.seek(cycle);
    this.pins.frozen = engine.cycle !== engine.newest;
  }

  record(options: RecordOptions): void {
    this.pastFor("record").record(options);
  }

  /** Apart from `step`, and without calls between, so that V8 makes one tight loop of it. */
  private stepModels(cycles: number): void {
    const { engine, surroundings } = this;
    for (let left = cycles; left > 0; left--) {
      engine.settle();
      for (let i = 0; i < surroundings.length; i++) surroundings[i]?.sample();
      engine.step(1);
      for (let i = 0; i < surroundings.length; i++) surroundings[i]?.drive();
    }
  }

  private edge(): void {
    this.sampleModels();
    this.engine.step(1);
    this.driveModels();
  }

  private start(what: string, processes: readonly ProcessFunction[]): Scheduler {
    this.atPresent(what);
    this.running = true;
    try {
      return this.schedule(processes);
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
}
