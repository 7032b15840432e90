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
import { checkSteps, DesignUnderTest, type LookOptions, resettableDomains } from "./design-under-test.ts";
import type { LaneSim, LanesSim } from "./lane-sim.ts";
import type { ProcessFunction } from "./process.ts";
import type { Scheduler } from "./scheduler.ts";
import { replay } from "./seed.ts";

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
    this.exclusively("step", (failed) => {
      for (let left = cycles; left > 0 && this.going().length > 0; ) {
        const lanes = this.going();
        const idle = lanes.reduce((least, lane) => Math.min(least, lane.idle(left)), left);
        if (idle === 0) for (const lane of lanes) lane.sample();
        this.edges(Math.max(1, idle), failed);
        left -= Math.max(1, idle);
      }
    });
  }

  run(start: (lane: LaneSim<I, O>) => ProcessFunction | readonly ProcessFunction[]): void {
    const schedulers = new Map<Lane, Scheduler>();
    this.exclusively("run", (failed) => {
      try {
        for (const lane of this.going()) inLane(lane, () => schedulers.set(lane, lane.schedule([start(lane)].flat())));
        const stopWhereDone = (): void => {
          for (const lane of this.going()) if (schedulers.get(lane)?.done) this.stop(lane);
        };
        for (stopWhereDone(); this.going().length > 0; stopWhereDone()) {
          for (const lane of this.going()) inLane(lane, () => schedulers.get(lane)?.beforeEdge());
          this.edges(1, failed);
          for (const lane of this.going()) inLane(lane, () => schedulers.get(lane)?.afterEdge());
        }
        for (const lane of this.lanes) inLane(lane, () => lane.rejectIdleCalls());
      } finally {
        for (const scheduler of schedulers.values()) scheduler.stop();
      }
    });
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

  private exclusively(what: string, body: (failed: FailedLane[]) => void): void {
    if (this.running)
      throw new SimulationError(
        `[${this.moduleName}] ${what} is called while processes run; in a process, yield to wait for an edge`,
      );
    this.running = true;
    const failed: FailedLane[] = [];
    try {
      body(failed);
    } finally {
      this.running = false;
      for (const lane of this.stopped) lane.engine.held = false;
      this.stopped.clear();
    }
    if (failed.length > 0) throw new LaneFailure(failed.sort((a, b) => a.lane - b.lane));
  }
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
