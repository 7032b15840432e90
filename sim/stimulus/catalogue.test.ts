import { expect, test } from "vitest";
import { smallest } from "../../hdl/catalogue/small.fuzz.ts";
import { blocks, buildBlock, type Design, elaborate } from "../../hdl/index.ts";
import { hierarchy, joinPath, type Scope, topOf } from "../../hdl/netlist/index.ts";
import type { EngineFace } from "../engine.ts";
import { drive } from "../fuzz/stimulus.fuzz.ts";
import { compile } from "../wasm/index.ts";
import { compileLanes } from "./index.ts";

const cycles = 40;
const blockLanes = [4, 8, 16] as const;

/** Random inputs in every cycle, after two of reset. */
function stimulate(engine: EngineFace, design: Design, lane: number, cycle: number): void {
  const inputs = ((cycle * 97 + lane * 31 + 1) * 40_503) % 65_536;
  drive(engine, design, { inputs, resets: cycle < 2 ? 7 : 0, cycles: 1, action: "none" });
}

/** Random inputs do not respect properties, and a lane in which one fails would go no further. */
function withoutChecks({ modules, top }: Design): Design {
  return { modules: modules.map((module) => ({ ...module, checks: [] })), top };
}

function memories({ path, module, children }: Scope): readonly (readonly [path: string, depth: number])[] {
  const own = module.memories.map(({ name, depth }) => [joinPath(path, name), depth] as const);
  return [...own, ...children.flatMap(memories)];
}

/** Blocks whose outputs were not the same in all lanes. */
const different: string[] = [];

test.each(blocks.map((block, i) => [block.name, blockLanes[i % 3] ?? 4, block] as const))(
  "%s in %i lanes equals as many runs of its own",
  (_, count, block) => {
    const design = withoutChecks(elaborate(buildBlock(block, smallest(block))));
    const outputs = topOf(design).ports.flatMap(({ name, direction }) => (direction === "out" ? [name] : []));
    const words = memories(hierarchy(design));
    const look = (engine: EngineFace): string => outputs.map((name) => engine.peek(name).toString(16)).join();
    const dump = (engine: EngineFace): string[] =>
      words.flatMap(([path, depth]) => Array.from({ length: depth }, (_, at) => `${engine.peekMemory(path, at)}`));

    const lanes = compileLanes(design, {
      seeds: new Array<number>(count).fill(0),
      blockLanes: count,
      randomInit: false,
    });
    const seen = lanes.lanes.map((): string[] => []);
    for (let cycle = 0; cycle < cycles; cycle++) {
      for (const [lane, face] of lanes.lanes.entries()) stimulate(face, design, lane, cycle);
      for (const [lane, face] of lanes.lanes.entries()) seen[lane]?.push(look(face));
      lanes.step();
    }

    const single = compile(design, { randomInit: false });
    const start = single.checkpoint();
    for (const [lane, face] of lanes.lanes.entries()) {
      single.restore(start);
      const alone: string[] = [];
      for (let cycle = 0; cycle < cycles; cycle++) {
        stimulate(single, design, lane, cycle);
        alone.push(look(single));
        single.step();
      }
      expect(seen[lane]).toEqual(alone);
      expect(dump(face)).toEqual(dump(single));
    }
    if (new Set(seen.map((own) => own.join())).size > 1) different.push(block.name);
  },
);

test("lanes of nearly all blocks had something different to do", () => {
  expect(different.length).toBeGreaterThan(0.9 * blocks.length);
});
