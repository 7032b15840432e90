import { type Design, hierarchy, joinPath, type Scope } from "../../hdl/netlist/index.ts";
import type { Checkpoint, Engine, EngineOptions } from "../engine.ts";
import { drive, inputValue, type Stretch } from "./stimulus.fuzz.ts";

/** Builds an engine for a design. */
export type EngineFactory = (design: Design, options: EngineOptions) => Engine;

const shown = (value: unknown) => (typeof value === "bigint" ? `0x${value.toString(16)}` : JSON.stringify(value));

/** Two engines did not agree. */
class Difference extends Error {
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

interface Running {
  readonly engine: Engine;
  /** Live views of the first few signals that are watched. */
  readonly views: readonly Uint32Array[];
}

/** What is compared after every stretch. Naming a signal may keep an engine from optimising it away. */
export type Watch = "every signal" | "ports";

/**
 * Runs two engines on one design and stimulus and compares, after every stretch, what is to be watched of the signals,
 * every word of memory, cycle, time, failures and covers, and at the end every named signal of every instance.
 * Checkpoints go back into the same engines or new ones. Throws a Difference at the first that is not the same.
 */
export function lockstep(
  factories: readonly [EngineFactory, EngineFactory],
  design: Design,
  options: EngineOptions,
  stimulus: readonly Stretch[],
  watch: Watch = "every signal",
): void {
  const tree = hierarchy(design);
  const ports = tree.module.ports.map(({ name }) => name);
  const signals = [...new Set([...ports, ...signalPaths(tree)])];
  const watched = watch === "ports" ? ports : signals;
  const viewed = watched.slice(0, 12);
  const words = memoryWords(tree);
  const begin = (factory: EngineFactory): Running => {
    const engine = factory(design, { ...options, observe: watched });
    return { engine, views: viewed.map((path) => engine.signal(path)) };
  };
  let [first, second] = [begin(factories[0]), begin(factories[1])];
  let saved: readonly [Checkpoint, Checkpoint] | null = null;

  const same = (path: string, of: (running: Running) => unknown): void => {
    const [a, b] = [of(first), of(second)];
    if (a !== b && shown(a) !== shown(b)) throw new Difference(first.engine.cycle, path, a, b);
  };
  const compare = (paths: readonly string[]): void => {
    for (const path of paths) same(path, ({ engine }) => engine.peek(path));
    for (const [i, path] of viewed.entries())
      same(`the view of ${path}`, ({ engine, views }) => {
        engine.settle();
        return [...(views[i] ?? [])];
      });
    for (const { path, address } of words)
      same(`${path}[${address}]`, ({ engine }) => engine.peekMemory(path, address));
    same("the cycle", ({ engine }) => engine.cycle);
    same("the time", ({ engine }) => engine.time);
    same("the covers", ({ engine }) => [...engine.covers()].sort());
  };
  compare(watched);
  for (const stretch of stimulus) {
    if (stretch.action === "save") saved = [first.engine.checkpoint(), second.engine.checkpoint()];
    if (stretch.action === "restore" && saved) {
      if (stretch.inputs % 2 === 1) [first, second] = [begin(factories[0]), begin(factories[1])];
      first.engine.restore(saved[0]);
      second.engine.restore(saved[1]);
      compare(watched);
    }
    const word = words[stretch.inputs % Math.max(1, words.length)];
    if (stretch.action === "write memory" && word) {
      const value = inputValue({ name: word.path, width: word.width }, stretch.inputs);
      for (const { engine } of [first, second]) engine.pokeMemory(word.path, word.address, value);
      compare(watched);
    }
    for (const { engine } of [first, second]) drive(engine, design, stretch);
    if (stretch.inputs % 4 === 0) compare(watched);
    same("the run", ({ engine }) => {
      const { cycles, failure } = engine.run(stretch.cycles);
      return { cycles, failure: failure && { ...failure, message: failure.message } };
    });
    compare(watched);
  }
  for (const path of signals.slice(0, 2)) same(path, ({ engine }) => engine.peek(path));
  // Asking for all before anything is settled again lets an engine make room for them once.
  for (const { engine } of [first, second]) {
    engine.touch();
    for (const path of signals) engine.signal(path);
  }
  compare(signals);
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
