import { createInterface } from "node:readline";
import type { Design } from "../../hdl/index.ts";
import { compile, type Engine, interpret } from "../../sim/index.ts";
import { subjectNamed } from "./designs/index.ts";
import { benchLanes } from "./mode.ts";

/**
 * Our side of the bench, a process of its own, so that its memory is its own and nothing before has warmed it up:
 *
 *     own-process <subject> <mode> <engine> [<vcd file>]
 *
 * Its first line says how many milliseconds loading and elaborating the design took, and compiling with the first
 * cycle; then it speaks as `contestant.ts` says. What a subject and a mode do not use it does not load.
 */
const [name = "", mode = "inside", engineName = "wasm", vcd = ""] = process.argv.slice(2);

/** What runs: `step` runs cycles, `checksum` is the one after them. */
interface Run {
  readonly step: (cycles: number) => void;
  readonly checksum: () => number;
  readonly poke: (port: string, value: number) => void;
  /** What is done after the first cycles, before any are timed. */
  readonly begin?: () => void;
}

function faceOf(
  running: { step(cycles: number): void; poke(port: string, value: number): void },
  checksum: () => number,
): Run {
  return { step: (cycles) => running.step(cycles), poke: (port, value) => running.poke(port, value), checksum };
}

async function start(design: Design): Promise<Run> {
  const kind = engineName === "interpreter" ? "interpreter" : "wasm";
  const checksumOf = (engine: Engine) => () => Number(engine.peek(subject.checksum));
  if (mode === "inside") {
    const engine = (kind === "wasm" ? compile : interpret)(design, { randomInit: false });
    return faceOf(engine, checksumOf(engine));
  }
  if (mode === "lanes") {
    const { LanesApart } = await import("./lanes-apart.ts");
    const lanes = new LanesApart(design, benchLanes);
    return { ...faceOf(lanes, () => lanes.peek(subject.checksum)), begin: () => lanes.spread() };
  }
  const { simulateDesign } = await import("../../testbench/index.ts");
  if (mode === "vcd") {
    const simulation = simulateDesign(design, name, { engine: kind, randomInit: false, vcd });
    process.on("exit", () => simulation.close());
    return faceOf(simulation, checksumOf(simulation.engine));
  }
  if (!subject.bare) throw new RangeError(`${name} has no ports to drive`);
  const simulation = simulateDesign(design, name, { engine: kind, randomInit: false });
  const testbench = await subject.bare.testbench(simulation.engine);
  simulation.attach(testbench);
  return faceOf(simulation, () => testbench.checksum);
}

const subject = subjectNamed(name);
const began = performance.now();
const design = await (mode === "driven" && subject.bare ? subject.bare.design() : subject.design());
const elaborated = performance.now();
const run = await start(design);
run.step(1);
if (subject.reset) {
  run.step(subject.reset.cycles - 1);
  run.poke(subject.reset.port, 1);
}
const stepped = performance.now();
run.begin?.();
process.stdout.write(`${elaborated - began} ${stepped - elaborated}\n`);

for await (const line of createInterface({ input: process.stdin })) {
  const from = process.hrtime.bigint();
  run.step(Number(line));
  const nanoseconds = process.hrtime.bigint() - from;
  // The cycles of every lane count.
  const share = mode === "lanes" ? benchLanes : 1;
  process.stdout.write(`${Number(nanoseconds) / share} ${run.checksum()}\n`);
}
