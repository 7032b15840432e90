import { describe, expect, test } from "vitest";
import { Random } from "../../../testbench/bench/random.ts";
import { replay, seedOf } from "../../../testbench/bench/seed.ts";
import { simulate } from "../../../testbench/bench/simulate.ts";
import { InputUnit } from "./input-unit.ts";
import { nocConfig, nodeId } from "./noc-config.ts";
import { turns } from "./ports.ts";

const seed = seedOf(undefined);
const all = 0b11111;

describe.each(["interpreter", "wasm"] as const)(`InputUnit on the %s engine (${replay(seed)})`, (engine) => {
  test.each([2, 3, 4])("with %i virtual channels, of single-flit packets: each in order, each to its way", (vcs) => {
    const config = nocConfig({ width: 4, height: 4, vcs, vcDepth: 4, payloadBits: 16 });
    const dut = simulate(InputUnit(config), { engine, seed });
    const random = new Random(seed);
    const full = new Array<number>(vcs).fill(all);
    Object.assign(dut.in, { x: 1, y: 1, turns: turns("West"), room: full, empty: full });
    const queues = full.map((): { payload: number; port: number }[] => []);
    /** East, north, south and here, from column 1 of row 1. */
    const ways = [
      { node: nodeId(3, 0), port: 0b00001 },
      { node: nodeId(1, 0), port: 0b00100 },
      { node: nodeId(1, 3), port: 0b01000 },
      { node: nodeId(1, 1), port: 0b10000 },
    ];
    let left = 0;
    for (let cycle = 0; cycle < 600; cycle++) {
      const way = ways[random.below(4)];
      const [vc, payload] = [random.below(vcs), random.below(65_536)];
      if (!way) continue;
      const valid = (queues[vc]?.length ?? 4) < 4 && random.bool(0.7);
      const flit = { payload, destination: way.node, mask: 0, source: 0, last: 1, class: "Request", vc } as const;
      Object.assign(dut.in, { valid: Number(valid), flit, granted: dut.out.want.map(Number) });

      const ready = dut.out.ready.map(Number);
      const candidates = ready.flatMap((outputs, i) => (outputs ? [i] : []));
      const pick = candidates[random.below(Math.max(1, candidates.length))];
      const goes = pick !== undefined && random.bool(0.8);
      Object.assign(dut.in, { picked: goes ? 1 << pick : 0, sent: goes ? ready[pick] : 0 });
      if (goes) {
        const expected = queues[pick]?.[0];
        expect(ready[pick]).toBe(expected?.port);
        expect(BigInt(dut.out.front) & 0xffffn).toBe(BigInt(expected?.payload ?? -1));
        expect(dut.out.last).toBe(1);
        left++;
      }
      expect(dut.out.credit).toBe(goes ? 1 << pick : 0);
      expect(dut.out.held).toEqual(queues.map(({ length }) => length));
      dut.step();
      if (goes) queues[pick]?.shift();
      if (valid) queues[vc]?.push({ payload, port: way.port });
    }
    expect(left).toBeGreaterThan(100);
  });

  test("checks that a flit has somewhere to go", () => {
    const dut = simulate(InputUnit(nocConfig({ width: 2, height: 2 })), { engine, seed });
    const flit = { payload: 0n, destination: 0x55, mask: 0, source: 0, last: 1, class: "Request", vc: 0 } as const;
    Object.assign(dut.in, { valid: 1, flit, x: 0, y: 0, turns: turns("Local") });
    expect(() => dut.step()).toThrow("every flit has somewhere to go");
  });
});
