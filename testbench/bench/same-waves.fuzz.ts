import { readFileSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { type Design, hierarchy, joinPath, type Scope } from "../../hdl/netlist/index.ts";
import { drive, type Stretch } from "../../sim/fuzz/stimulus.fuzz.ts";
import {
  type ActivityChoice,
  type Checkpoint,
  type Clock,
  compile,
  compileLanes,
  type Engine,
  type EngineFace,
  type EngineOptions,
  interpret,
  type LaneChoice,
  type LaneEngine,
} from "../../sim/index.ts";
import { Recorder } from "./recorder.ts";

const compiled =
  (lanes: LaneChoice, activity: ActivityChoice = "off") =>
  (design: Design, options: EngineOptions): Engine =>
    compile(design, { ...options, lanes, activity });

/** All ways of simulating a design with one stimulus, by name. What each records must be the same. */
export const simulators = {
  interpreter: interpret,
  "lanes where they pay": compiled("auto"),
  "lanes everywhere": compiled("always"),
  "no lanes": compiled("off"),
  "parts that sleep": compiled("auto", "always"),
} as const satisfies Record<string, (design: Design, options: EngineOptions) => Engine>;
export type SimulatorName = keyof typeof simulators;

/** A design with what it is run with. */
export interface WaveCase {
  readonly design: Design;
  readonly clocks: Readonly<Record<string, Clock>>;
  readonly options: EngineOptions;
  /** Words of memories are in the waves, cycle by cycle; otherwise they are compared at the end alone. */
  readonly memories: boolean;
}

/** What a run leaves behind. */
export interface Outcome {
  readonly waves: Buffer;
  /** Cycles that it took, with the one in which a property failed. */
  readonly cycles: number;
  /** The property that failed, and where. */
  readonly failure: string | null;
  /** Cycle, time, covers, failure and every word of memory. */
  readonly end: string;
}

/** Started at power-on, to which every run returns. */
interface Started<T> {
  readonly started: T;
  readonly powerOn: Checkpoint;
}

/** A case in all ways of simulating it, each compiled when it is first asked for. Waves are written into a folder. */
export class WaveComparison {
  private readonly known = new Map<SimulatorName, Started<Engine>>();
  private readonly inLanes = new Map<number, Started<LaneEngine>>();
  /** What stimuli left behind without lanes, which everything is compared with. */
  private readonly references = new WeakMap<readonly Stretch[], Outcome>();

  constructor(
    private readonly wanted: WaveCase,
    private readonly folder: string,
  ) {}

  /**
   * Runs a stimulus from power-on. Throws for the first way of simulating that does not record, byte for byte, what the
   * one without lanes does, or does not end as it.
   */
  same(stimulus: readonly Stretch[], names: readonly SimulatorName[]): Outcome {
    const expected = this.reference(stimulus);
    for (const name of names) requireSame(name, this.alone(name, stimulus), expected);
    return expected;
  }

  /** Runs several stimuli in lanes side by side. Throws for the first lane that is not as its stimulus alone. */
  sameInLanes(stimuli: readonly (readonly Stretch[])[]): void {
    const outcomes = this.sideBySide(stimuli);
    for (const [lane, stimulus] of stimuli.entries()) {
      const outcome = outcomes[lane];
      if (!outcome) throw new RangeError(`no lane ${lane}`);
      requireSame(`stimulus lane ${lane}`, outcome, this.reference(stimulus));
    }
  }

  /**
   * A stimulus like this one under which no property fails, as far as there is one: where one would, the inputs stay as
   * they were, or are exchanged for others. Ends with the first stretch that fails whatever the inputs.
   */
  lawful(stimulus: readonly Stretch[]): readonly Stretch[] {
    const { design } = this.wanted;
    const { started: engine, powerOn } = this.start("no lanes");
    engine.restore(powerOn);
    const found: Stretch[] = [];
    for (const stretch of stimulus) {
      const before = engine.checkpoint();
      const fits = (candidate: Stretch): boolean => {
        engine.restore(before);
        drive(engine, design, candidate);
        return engine.run(1).failure === null;
      };
      const others = Array.from({ length: mostTries }, (_, i) => (stretch.inputs * (i + 2) + i) % 65_536);
      const candidates = [stretch.inputs, ...others, found.at(-1)?.inputs ?? 0, 0];
      const inputs = candidates.find((inputs) => fits({ ...stretch, inputs }));
      found.push({ ...stretch, inputs: inputs ?? stretch.inputs });
      if (inputs === undefined) break;
    }
    return found;
  }

  private reference(stimulus: readonly Stretch[]): Outcome {
    const outcome = this.references.get(stimulus) ?? this.alone("no lanes", stimulus);
    this.references.set(stimulus, outcome);
    return outcome;
  }

  /** Runs a stimulus from power-on in one way. */
  alone(name: SimulatorName, stimulus: readonly Stretch[]): Outcome {
    const { started: engine, powerOn } = this.start(name);
    engine.restore(powerOn);
    const run = this.record(engine, name);
    for (const stretch of stimulus) {
      run.before(stretch);
      if (run.after(engine.run(1).failure)) break;
    }
    return run.close();
  }

  private sideBySide(stimuli: readonly (readonly Stretch[])[]): Outcome[] {
    const { started: engine, powerOn } = this.startLanes(stimuli.length);
    const runs = engine.lanes.map((face, lane) => {
      face.restore(powerOn);
      face.held = false;
      return this.record(face, `lane-${lane}`);
    });
    const ended = new Set<number>();
    for (let at = 0; ended.size < runs.length; at++) {
      for (const [lane, run] of runs.entries()) {
        const stretch = stimuli[lane]?.[at];
        if (stretch && !ended.has(lane)) run.before(stretch);
        else ended.add(lane);
      }
      // What has ended stands still, and stays to be looked at.
      for (const [lane, face] of engine.lanes.entries()) face.held = ended.has(lane);
      const results = engine.run(1);
      for (const [lane, run] of runs.entries())
        if (!ended.has(lane) && run.after(results[lane]?.failure ?? null)) ended.add(lane);
    }
    return runs.map((run) => run.close());
  }

  private record(face: EngineFace, name: string): RecordedRun {
    return new RecordedRun(this.wanted, face, join(this.folder, `${name.replaceAll(" ", "-")}.vcd`));
  }

  private start(name: SimulatorName): Started<Engine> {
    const known = this.known.get(name);
    if (known) return known;
    const { design, options, clocks } = this.wanted;
    const started = simulators[name](design, { ...options, clocks });
    const own = { started, powerOn: started.checkpoint() };
    this.known.set(name, own);
    return own;
  }

  private startLanes(count: number): Started<LaneEngine> {
    const known = this.inLanes.get(count);
    if (known) return known;
    const { design, options, clocks } = this.wanted;
    const { seed = 0, ...others } = options;
    const started = compileLanes(design, { ...others, clocks, seeds: new Array<number>(count).fill(seed) });
    const [lane] = started.lanes;
    if (!lane) throw new RangeError(`${count} stimuli give no lanes`);
    const own = { started, powerOn: lane.checkpoint() };
    this.inLanes.set(count, own);
    return own;
  }
}

/** So many other inputs are tried where a property fails. */
const mostTries = 6;

/** One run of a case while it is recorded. */
class RecordedRun {
  private readonly recorder: Recorder;
  private cycles = 0;
  private failure: string | null = null;

  constructor(
    private readonly wanted: WaveCase,
    private readonly face: EngineFace,
    private readonly vcd: string,
  ) {
    const { design, memories, clocks } = wanted;
    this.recorder = new Recorder(design, face, { vcd, memories }, clocks);
  }

  /** Drives the inputs of a cycle and records it. */
  before(stretch: Stretch): void {
    drive(this.face, this.wanted.design, stretch);
    this.recorder.sample();
  }

  /** Whether a property failed in the cycle that was taken. */
  after(failure: Error | null): boolean {
    this.cycles++;
    this.failure = failure?.message ?? null;
    return failure !== null;
  }

  close(): Outcome {
    const { recorder, face, cycles, failure, vcd } = this;
    recorder.close();
    const words = memoryPaths(hierarchy(this.wanted.design)).map(([path, depth]) =>
      Array.from({ length: depth }, (_, address) => face.peekMemory(path, address).toString(16)).join(),
    );
    const end = [face.cycle, face.time, failure, [...face.covers()].sort().join(), ...words].join("\n");
    const waves = readFileSync(vcd);
    // Writing over a file can wait for the disk.
    unlinkSync(vcd);
    return { waves, cycles, failure, end };
  }
}

function requireSame(name: string, { waves, end }: Outcome, expected: Outcome): void {
  if (!waves.equals(expected.waves))
    throw new Error(`${name}, not as without lanes: ${difference(waves, expected.waves)}`);
  if (end !== expected.end) throw new Error(`${name} ends not as without lanes:\n${end}\nand\n${expected.end}`);
}

/** Where two dumps part: the last time before it, and both lines. */
function difference(a: Buffer, b: Buffer): string {
  const [first, second] = [a, b].map((bytes) => bytes.toString("latin1").split("\n"));
  if (!first || !second) return "";
  const at = first.findIndex((line, i) => line !== second[i]);
  const line = at < 0 ? first.length : at;
  const time = first.slice(0, line).findLast((text) => text.startsWith("#"));
  return `line ${line + 1}, after ${time}: ${first[line]} and ${second[line]}`;
}

function memoryPaths({ path, module, children }: Scope): readonly (readonly [path: string, depth: number])[] {
  const own = module.memories.map(({ name, depth }) => [joinPath(path, name), depth] as const);
  return [...own, ...children.flatMap(memoryPaths)];
}
