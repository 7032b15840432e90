import { describe, expect, test } from "vitest";
import { Random } from "../../../testbench/bench/random.ts";
import { replay, seedOf } from "../../../testbench/bench/seed.ts";
import { simulate } from "../../../testbench/bench/simulate.ts";
import { nocConfig } from "./noc-config.ts";
import { portCount } from "./ports.ts";
import { SwitchAllocator } from "./switch-allocator.ts";

const seed = seedOf(undefined);

describe.each(["interpreter", "wasm"] as const)(`SwitchAllocator on the %s engine (${replay(seed)})`, (engine) => {
  test.each([2, 4])("with %i virtual channels: one flit of an input, one for an output, none in vain", (vcs) => {
    const dut = simulate(SwitchAllocator(nocConfig({ vcs })), { engine, seed });
    const random = new Random(seed);
    for (let cycle = 0; cycle < 300; cycle++) {
      const ready = Array.from({ length: portCount }, () =>
        Array.from(
          { length: vcs },
          () => (random.bool(0.5) ? 1 << random.below(portCount) : 0) | (random.bool(0.1) ? random.below(32) : 0),
        ),
      );
      dut.in.ready = ready;
      const picked = dut.out.picked.map(Number);
      const sent = dut.out.sent.map(Number);

      let taken = 0;
      let asked = 0;
      for (const [input, outputs] of sent.entries()) {
        const byVc = ready[input] ?? [];
        const vc = Math.log2(picked[input] ?? 0);
        expect(picked[input] === 0).toBe(byVc.every((word) => word === 0));
        const wanted = byVc[vc] ?? 0;
        asked |= wanted;
        expect(outputs & ~wanted).toBe(0);
        expect(outputs & taken).toBe(0);
        taken |= outputs;
      }
      expect(taken).toBe(asked);
      dut.step();
    }
  });

  test("every virtual channel of every input is served in turn", () => {
    const vcs = 3;
    const dut = simulate(SwitchAllocator(nocConfig({ vcs })), { engine, seed });
    dut.in.ready = Array.from({ length: portCount }, () => new Array<number>(vcs).fill(0b00010));
    const served = new Map<string, number>();
    for (let cycle = 0; cycle < 2 * vcs * portCount; cycle++) {
      const input = dut.out.sent.map(Number).indexOf(0b00010);
      const key = `${input} ${dut.out.picked[input]}`;
      served.set(key, (served.get(key) ?? 0) + 1);
      dut.step();
    }
    expect([...served.values()]).toEqual(new Array(vcs * portCount).fill(2));
  });
});
