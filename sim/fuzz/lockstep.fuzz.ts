import { type Design, hierarchy, joinPath, type Scope } from "../../hdl/netlist/index.ts";
import type { Checkpoint, Engine, EngineOptions } from "../engine.ts";
import { drive, inputValue, type Stretch } from "./stimulus.fuzz.ts";

/** Builds an engine for a design. */
export type EngineFactory = (design: Design, options: EngineOptions) => Engine;

const shown = (value: unknown) => (typeof value === "bigint" ? `0x${value.toString(16)}` : JSON.stringify(value));

/** Two engines did not agree. */
export class Difference extends Error {
  override readonly name = "Difference";
  constructor(
    readonly cycle: number,
    readonly path: string,
    readonly first: unknown,
    readonly second: unknown,
  ) {
    super(`in cycle ${cycle}, ${path}: ${shown(first)} and ${shown(second)}`);
  }
}

interface Word {
  readonly path: string;
  readonly address: number;
  readonly width: number;
}

/**
 * Runs two engines on one design and stimulus and compares, after every stretch, every named signal of every instance,
 * every word of memory, cycle, time, failures and covers. Checkpoints go back into the same engines or new ones. Throws a Difference at the first that is not the same.
 */
export function lockstep(
  factories: readonly [EngineFactory, EngineFactory],
  design: Design,
  options: EngineOptions,
  stimulus: readonly Stretch[],
): void {
  const tree = hierarchy(design);
  const signals = [...new Set(signalPaths(tree))];
  const words = memoryWords(tree);
  let [first, second] = [factories[0](design, options), factories[1](design, options)];
  let saved: readonly [Checkpoint, Checkpoint] | null = null;

  const same = (path: string, of: (engine: Engine) => unknown): void => {
    const [a, b] = [of(first), of(second)];
    if (a !== b && shown(a) !== shown(b)) throw new Difference(first.cycle, path, a, b);
  };
  const compare = (): void => {
    for (const path of signals) same(path, (engine) => engine.peek(path));
    for (const { path, address } of words) same(`${path}[${address}]`, (engine) => engine.peekMemory(path, address));
    same("the cycle", ({ cycle }) => cycle);
    same("the time", ({ time }) => time);
    same("the covers", (engine) => [...engine.covers()].sort());
  };

  compare();
  for (const stretch of stimulus) {
    if (stretch.action === "save") saved = [first.checkpoint(), second.checkpoint()];
    if (stretch.action === "restore" && saved) {
      if (stretch.inputs % 2 === 1) [first, second] = [factories[0](design, options), factories[1](design, options)];
      first.restore(saved[0]);
      second.restore(saved[1]);
      compare();
    }
    const word = words[stretch.inputs % Math.max(1, words.length)];
    if (stretch.action === "write memory" && word) {
      const value = inputValue({ name: word.path, width: word.width }, stretch.inputs);
      for (const engine of [first, second]) engine.pokeMemory(word.path, word.address, value);
      compare();
    }
    for (const engine of [first, second]) drive(engine, design, stretch);
    if (stretch.inputs % 4 === 0) compare();
    same("the run", (engine) => {
      const { cycles, failure } = engine.run(stretch.cycles);
      return { cycles, failure: failure && { ...failure, message: failure.message } };
    });
    compare();
  }
}

function signalPaths({ path, module, children }: Scope): string[] {
  const names = [...module.ports, ...module.names].map(({ name }) => joinPath(path, name));
  return [...names, ...children.flatMap(signalPaths)];
}

function memoryWords({ path, module, children }: Scope): Word[] {
  const own = module.memories.flatMap(({ name, depth, width }) =>
    Array.from({ length: depth }, (_, address) => ({ path: joinPath(path, name), address, width })),
  );
  return [...own, ...children.flatMap(memoryWords)];
}
