import type { Design, Ports } from "../../hdl/index.ts";
import type { Scope } from "../../hdl/netlist/index.ts";
import {
  type FailedLane,
  type LaneEngine,
  type LaneFace,
  LaneFailure,
  type RunResult,
  SimulationError,
} from "../../sim/index.ts";
import type { Progress } from "../progress.ts";
import { checkSteps, DesignUnderTest, type LookOptions, resettableDomains } from "./design-under-test.ts";
import type { LaneProcesses, LaneSim, LanesSim } from "./lane-sim.ts";
import type { Scheduler } from "./scheduler.ts";
import { replay } from "./seed.ts";
import { inTimeSlices } from "./time-slices.ts";

/** One lane, whatever face its ports have. */
export class Lane extends DesignUnderTest<LaneFace> {
  constructor(
    moduleName: string,
    design: Design,
    top: Scope,
    engine: LaneFace,
    seed: number,
    readonly index: number,
    options: LookOptions,
  ) {
    super(moduleName, design, top, engine, seed, options);
  }
}

/** All lanes of a design, of which each step is one of the engine. */
export class Lanes<I extends Ports, O extends Ports> implements LanesSim<I, O> {
  private running = false;
  /** Lanes that stand still until the end of what runs. */
  private readonly stopped = new Set<Lane>();

  constructor(
    private readonly moduleName: string,
    readonly design: Design,
    private readonly top: Scope,
    readonly engine: LaneEngine,
    readonly lanes: readonly (Lane & LaneSim<I, O>)[],
  ) {}

  lane(index: number): LaneSim<I, O> {
    const lane = this.lanes[index];
    if (!lane) throw new RangeError(`there is no lane ${index}; they are 0 to ${this.lanes.length - 1}`);
    return lane;
  }

  step(cycles = 1): void {
    checkSteps(cycles);
    const failed = this.begin("step");
    try {
      for (let left = cycles; left > 0 && this.going().length > 0; ) {
        const lanes = this.going();
        const idle = lanes.reduce((least, lane) => Math.min(least, lane.idle(left)), left);
        if (idle === 0) for (const lane of lanes) lane.sample();
        this.edges(Math.max(1, idle), failed);
        left -= Math.max(1, idle);
      }
    } finally {
      this.end();
    }
    report(failed);
  }

  run(start: LaneProcesses<I, O>): void {
    const failed = this.begin("run");
    const schedulers = new Map<Lane, Scheduler>();
    try {
      this.schedule(start, schedulers);
      while (this.going().length > 0) this.cycle(schedulers, failed);
      this.rejectIdleCalls();
    } finally {
      this.end(schedulers);
    }
    report(failed);
  }

  async runAsync(start: LaneProcesses<I, O>, progress: Progress, total = 0): Promise<void> {
    const failed = this.begin("runAsync");
    const schedulers = new Map<Lane, Scheduler>();
    const going = (): boolean => this.going().length > 0;
    let taken = 0;
    const run = {
      get done() {
        return !going();
      },
      get taken() {
        return taken;
      },
      advance: (cycles: number) => {
        for (let left = cycles; left > 0 && going(); left--, taken++) this.cycle(schedulers, failed);
      },
    };
    try {
      this.schedule(start, schedulers);
      await inTimeSlices(run, progress, total, this.moduleName);
      this.rejectIdleCalls();
    } finally {
      this.end(schedulers);
    }
    report(failed);
  }

  reset(cycles = 1): void {
    const domains = resettableDomains(this.moduleName, this.top);
    const set = (asserted: boolean): void => {
      for (const { engine } of this.lanes) for (const domain of domains) engine.reset(asserted, domain);
    };
    set(true);
    this.step(cycles);
    set(false);
  }

  close(): void {
    for (const lane of this.lanes) lane.close();
  }

  private going(): readonly (Lane & LaneSim<I, O>)[] {
    return this.lanes.filter((lane) => !lane.engine.held);
  }

  private stop(lane: Lane): void {
    lane.engine.held = true;
    this.stopped.add(lane);
  }

  /** Takes edges in all lanes that go on, and stops those in which a check fails. */
  private edges(cycles: number, failed: FailedLane[]): void {
    const going = this.going();
    for (const lane of going) lane.sampleModels();
    const results: readonly RunResult[] = this.engine.run(cycles);
    for (const lane of going) {
      const failure = results[lane.index]?.failure;
      if (!failure) {
        lane.driveModels();
        continue;
      }
      failed.push({ lane: lane.index, seed: lane.seed, failure });
      this.stop(lane);
    }
  }

  /** Starts the processes of every lane. */
  private schedule(start: LaneProcesses<I, O>, schedulers: Map<Lane, Scheduler>): void {
    for (const lane of this.going()) inLane(lane, () => schedulers.set(lane, lane.schedule([start(lane)].flat())));
    this.stopWhereDone(schedulers);
  }

  /** One cycle of the processes in all lanes that go on. */
  private cycle(schedulers: ReadonlyMap<Lane, Scheduler>, failed: FailedLane[]): void {
    for (const lane of this.going()) inLane(lane, () => schedulers.get(lane)?.beforeEdge());
    this.edges(1, failed);
    for (const lane of this.going()) inLane(lane, () => schedulers.get(lane)?.afterEdge());
    this.stopWhereDone(schedulers);
  }

  private stopWhereDone(schedulers: ReadonlyMap<Lane, Scheduler>): void {
    for (const lane of this.going()) if (schedulers.get(lane)?.done) this.stop(lane);
  }

  private rejectIdleCalls(): void {
    for (const lane of this.lanes) inLane(lane, () => lane.rejectIdleCalls());
  }

  /** Begins what must not be called while it runs. What it returns is for the lanes that fail. */
  private begin(what: string): FailedLane[] {
    if (this.running)
      throw new SimulationError(
        `[${this.moduleName}] ${what} is called while processes run; in a process, yield to wait for an edge`,
      );
    this.running = true;
    return [];
  }

  /** Ends all processes, and lets lanes that stood still go on. */
  private end(schedulers: ReadonlyMap<Lane, Scheduler> = new Map()): void {
    this.running = false;
    for (const lane of this.stopped) lane.engine.held = false;
    this.stopped.clear();
    for (const scheduler of schedulers.values()) scheduler.stop();
  }
}

/** @throws LaneFailure where any lane failed */
function report(failed: FailedLane[]): void {
  if (failed.length > 0) throw new LaneFailure(failed.sort((a, b) => a.lane - b.lane));
}

/** Does something for a lane; what it throws says for which. */
function inLane(lane: Lane, action: () => void): void {
  try {
    action();
  } catch (error) {
    if (error instanceof Error) error.message = `lane ${lane.index} (${replay(lane.seed)}): ${error.message}`;
    throw error;
  }
}
