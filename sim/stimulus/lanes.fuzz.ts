import { type Design, hierarchy, joinPath, type Scope } from "../../hdl/netlist/index.ts";
import type { Checkpoint, Engine, EngineOptions } from "../engine.ts";
import type { Watch } from "../fuzz/lockstep.fuzz.ts";
import { drive, inputValue, type Stretch } from "../fuzz/stimulus.fuzz.ts";
import { compileLanes, type Lanes } from "./index.ts";

interface Word {
  readonly path: string;
  readonly address: number;
  readonly width: number;
}

/**
 * Runs a design in lanes, and each lane's stimulus on an engine of its own, and compares after every stretch all that
 * can be looked at. Lanes have different seeds, inputs, resets and writes to memory; checkpoints go into other lanes.
 * Throws at the first difference.
 */
export function lanesInLockstep(
  single: (design: Design, options: EngineOptions) => Engine,
  design: Design,
  count: number,
  blockLanes: Lanes,
  { seed = 0, ...options }: EngineOptions,
  stimulus: readonly Stretch[],
  watch: Watch = "every signal",
): void {
  const tree = hierarchy(design);
  const signals = watch === "ports" ? tree.module.ports.map(({ name }) => name) : [...new Set(signalPaths(tree))];
  const words = memoryWords(tree);
  const seeds = Array.from({ length: count }, (_, lane) => (seed + lane * 7919) % 2 ** 32);
  const engine = compileLanes(design, { ...options, seeds, blockLanes, observe: signals });
  const singles = seeds.map((own) => single(design, { ...options, seed: own, observe: signals }));
  const saved: { lane: Checkpoint; single: Checkpoint }[] = [];

  const compare = (): void => {
    for (const [lane, own] of singles.entries()) {
      const face = engine.lanes[lane];
      if (!face) throw new Error(`no lane ${lane}`);
      const same = (what: string, a: unknown, b: unknown): void => {
        if (a === b) return;
        const [first, second] = [a, b].map((value) =>
          JSON.stringify(value, (_, item) => (typeof item === "bigint" ? `0x${item.toString(16)}` : item)),
        );
        if (first !== second)
          throw new Error(`lane ${lane} of ${count}, cycle ${own.cycle}, ${what}: ${first} and alone ${second}`);
      };
      same("the cycle", face.cycle, own.cycle);
      same("the time", face.time, own.time);
      same("the covers", [...face.covers()].sort(), [...own.covers()].sort());
      for (const path of signals) same(path, face.peek(path), own.peek(path));
      for (const { path, address } of words)
        same(`${path}[${address}]`, face.peekMemory(path, address), own.peekMemory(path, address));
    }
  };
  compare();
  for (const stretch of stimulus) {
    for (const [lane, own] of singles.entries()) {
      const face = engine.lanes[lane];
      if (!face) throw new Error(`no lane ${lane}`);
      const mine = ownStretch(stretch, lane);
      if (mine.action === "save") saved[0] = { lane: face.checkpoint(), single: own.checkpoint() };
      const [last] = saved;
      if (mine.action === "restore" && last && mine.inputs % 3 === 0) {
        face.restore(last.lane);
        own.restore(last.single);
      }
      const word = words[mine.inputs % Math.max(1, words.length)];
      if (mine.action === "write memory" && word) {
        const value = inputValue({ name: word.path, width: word.width }, mine.inputs);
        for (const one of [face, own]) one.pokeMemory(word.path, word.address, value);
      }
      drive(face, design, mine);
      drive(own, design, mine);
    }
    if (stretch.inputs % 4 === 0) compare();
    // Now and then a lane stands still.
    const held = stretch.inputs % 5 === 1 ? stretch.inputs % count : -1;
    for (const [lane, face] of engine.lanes.entries()) face.held = lane === held;
    const results = engine.run(stretch.cycles);
    for (const [lane, own] of singles.entries()) {
      if (lane === held) continue;
      const alone = own.run(stretch.cycles);
      const result = results[lane];
      const text = ({ cycles, failure }: typeof alone): string => `${cycles} cycles, ${failure?.message}`;
      if (!result || text(result) !== text(alone))
        throw new Error(`lane ${lane} of ${count} ran ${result && text(result)}, alone ${text(alone)}`);
    }
    compare();
  }
}

/** The same small numbers make another stimulus in every lane, and none in all of them. */
function ownStretch(stretch: Stretch, lane: number): Stretch {
  const other = (number: number, range: number): number => (number * (2 * lane + 1)) % range;
  return { ...stretch, inputs: other(stretch.inputs, 65_536), resets: lane % 3 === 2 ? 0 : stretch.resets };
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
