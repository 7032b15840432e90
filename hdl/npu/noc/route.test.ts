import { describe, expect, test } from "vitest";
import { Random } from "../../../testbench/bench/random.ts";
import { replay, seedOf } from "../../../testbench/bench/seed.ts";
import { simulate } from "../../../testbench/bench/simulate.ts";
import { nocConfig, nodeId } from "./noc-config.ts";
import { type Port, ports, turns } from "./ports.ts";
import { Route } from "./route.ts";

const seed = seedOf(undefined);
const sizes = [
  { width: 1, height: 1 },
  { width: 3, height: 2 },
  { width: 8, height: 8 },
  { width: 5, height: 16 },
];

describe.each(["interpreter", "wasm"] as const)(`Route on the %s engine (${replay(seed)})`, (engine) => {
  test.each(sizes)("in a mesh of $width x $height a packet comes once to each node it names, by its XY way", (size) => {
    const { width, height } = size;
    const dut = simulate(Route(nocConfig(size)), { engine, seed });
    const random = new Random(seed);
    for (let round = 0; round < 60; round++) {
      const mask = round % 2 === 0 ? 0 : random.below(256);
      const start = { x: random.below(width), y: random.below(height) };
      const target = nodeId(random.below(width), random.below(height));
      const reached: number[] = [];
      const follow = (x: number, y: number, from: Port, way: readonly Port[]) => {
        Object.assign(dut.in, { destination: target, mask, x, y, turns: turns(from) });
        const outputs = Number(dut.out.outputs);
        ports.forEach((port, i) => {
          if (!((outputs >> i) & 1)) return;
          if (port === "Local") {
            reached.push(nodeId(x, y));
            expect(way.join(" ")).toMatch(/^((East ?)*|(West ?)*)((North ?)*|(South ?)*)$/);
            expect(way.length).toBe(Math.abs(x - start.x) + Math.abs(y - start.y));
          } else if (port === "East") follow(x + 1, y, "West", [...way, port]);
          else if (port === "West") follow(x - 1, y, "East", [...way, port]);
          else if (port === "North") follow(x, y - 1, "South", [...way, port]);
          else follow(x, y + 1, "North", [...way, port]);
        });
      };
      follow(start.x, start.y, "Local", []);

      const wanted: number[] = [];
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) if (((nodeId(x, y) ^ target) & ~mask) === 0) wanted.push(nodeId(x, y));
      expect(reached.sort((a, b) => a - b)).toEqual(wanted.sort((a, b) => a - b));
    }
  });
});
