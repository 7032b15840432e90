import { readFileSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { type Design, hierarchy, joinPath, type Scope } from "../../hdl/netlist/index.ts";
import { drive, type Stretch } from "../../sim/fuzz/stimulus.fuzz.ts";
import {
  type ActivityChoice,
  type Clock,
  compile,
  compileLanes,
  type EngineFace,
  type EngineOptions,
  interpret,
  type LaneChoice,
  type RunResult,
} from "../../sim/index.ts";
import { Recorder } from "./recorder.ts";

/** One way of simulating a design: something to drive and look at, and how it takes its cycles. */
interface Started {
  readonly face: EngineFace;
  run(cycles: number): RunResult;
}

const compiled =
  (lanes: LaneChoice, activity: ActivityChoice = "off") =>
  (design: Design, options: EngineOptions): Started => {
    const engine = compile(design, { ...options, lanes, activity });
    return { face: engine, run: (cycles) => engine.run(cycles) };
  };

/** All ways of simulating a design, by name. What each records must be the same. */
export const simulators = {
  interpreter: (design, options) => {
    const engine = interpret(design, options);
    return { face: engine, run: (cycles) => engine.run(cycles) };
  },
  "lanes where they pay": compiled("auto"),
  "lanes everywhere": compiled("always"),
  "no lanes": compiled("off"),
  "parts that sleep": compiled("auto", "always"),
  "one stimulus lane": (design, { seed = 0, ...options }) => {
    const { lanes, run } = lanesOf(design, { ...options, seeds: [seed] });
    return { face: lanes, run };
  },
} as const satisfies Record<string, (design: Design, options: EngineOptions) => Started>;
export type SimulatorName = keyof typeof simulators;

function lanesOf(design: Design, options: Parameters<typeof compileLanes>[1]) {
  const engine = compileLanes(design, options);
  const [lanes] = engine.lanes;
  if (!lanes) throw new RangeError("one seed gives one lane");
  return {
    lanes,
    run: (cycles: number): RunResult => {
      const [result] = engine.run(cycles);
      if (!result) throw new RangeError("one lane has one result");
      return result;
    },
  };
}

/** A design with what it is run with. */
export interface WaveCase {
  readonly design: Design;
  readonly clocks: Readonly<Record<string, Clock>>;
  readonly options: EngineOptions;
  readonly stimulus: readonly Stretch[];
  /** Words of memories are in the waves, cycle by cycle; otherwise they are compared at the end alone. */
  readonly memories: boolean;
}

/** What a run leaves behind. */
export interface Outcome {
  readonly waves: Buffer;
  /** Cycle, time, covers, the property that failed if any, and every word of memory. */
  readonly end: string;
}

/** Runs a case in one way, recording every signal with a Recorder into a file in the folder. */
export function recorded(name: SimulatorName, folder: string, wanted: WaveCase): Outcome {
  const { design, clocks, options, stimulus, memories } = wanted;
  const vcd = join(folder, `${name.replaceAll(" ", "-")}.vcd`);
  const { face, run } = simulators[name](design, { ...options, clocks });
  const recorder = new Recorder(design, face, { vcd, memories }, clocks);
  let failure: string | null = null;
  for (const stretch of stimulus) {
    drive(face, design, stretch);
    recorder.sample();
    failure = run(1).failure?.message ?? null;
    if (failure !== null) break;
  }
  recorder.close();
  const words = memoryPaths(hierarchy(design)).map(([path, depth]) =>
    Array.from({ length: depth }, (_, address) => face.peekMemory(path, address).toString(16)).join(),
  );
  const end = [face.cycle, face.time, failure, [...face.covers()].sort().join(), ...words].join("\n");
  const waves = readFileSync(vcd);
  // Writing over a file can wait for the disk.
  unlinkSync(vcd);
  return { waves, end };
}

/**
 * Throws for the first way of simulating a case that does not record, byte for byte, what the first one does, or does
 * not end as it.
 */
export function sameWaves(names: readonly SimulatorName[], folder: string, wanted: WaveCase): Outcome {
  const [first, ...others] = names;
  if (first === undefined) throw new RangeError("there is nothing to compare");
  const expected = recorded(first, folder, wanted);
  for (const name of others) {
    const { waves, end } = recorded(name, folder, wanted);
    if (!waves.equals(expected.waves))
      throw new Error(`${name}, not as ${first}: ${difference(waves, expected.waves)}`);
    if (end !== expected.end) throw new Error(`${name} ends not as ${first}:\n${end}\nand\n${expected.end}`);
  }
  return expected;
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
