import { describe, expect, test } from "vitest";
import { Random } from "../../../testbench/bench/random.ts";
import { replay, seedOf } from "../../../testbench/bench/seed.ts";
import { simulate } from "../../../testbench/bench/simulate.ts";
import { nocConfig } from "./noc-config.ts";
import { portCount } from "./ports.ts";
import { VcAllocator } from "./vc-allocator.ts";

const seed = seedOf(undefined);

describe.each(["interpreter", "wasm"] as const)(`VcAllocator on the %s engine (${replay(seed)})`, (engine) => {
  test.each([2, 3, 4])("with %i virtual channels each output's goes to one packet, in turn, until released", (vcs) => {
    const dut = simulate(VcAllocator(nocConfig({ vcs })), { engine, seed });
    const random = new Random(seed);
    const outputs = vcs * portCount;
    const owner = new Array<number | null>(outputs).fill(null);
    const first = new Array<number>(outputs).fill(0);
    let given = 0;
    for (let cycle = 0; cycle < 400; cycle++) {
      const want = Array.from({ length: portCount }, () =>
        Array.from({ length: vcs }, (_, vc) =>
          random.bool(0.6) ? 1 << (vc * portCount + random.below(portCount)) : 0,
        ),
      ).map((byVc) => byVc.reduce((word, bit) => word | bit, 0));
      const released = owner.map((input) => input !== null && random.bool(0.4));
      Object.assign(dut.in, { want, release: released.reduce((word, bit, i) => word | (Number(bit) << i), 0) });

      const granted = new Array<number>(portCount).fill(0);
      for (let i = 0; i < outputs; i++) {
        const from = first[i] ?? 0;
        const order = granted.map((_, input) => (from + input) % portCount);
        const winner = owner[i] === null ? order.find((input) => ((want[input] ?? 0) >> i) & 1) : undefined;
        if (released[i]) owner[i] = null;
        if (winner === undefined) continue;
        owner[i] = winner;
        first[i] = (winner + 1) % portCount;
        granted[winner] = (granted[winner] ?? 0) | (1 << i);
        given++;
      }
      expect(dut.out.granted).toEqual(granted);
      dut.step();
    }
    expect(given).toBeGreaterThan(400);
  });

  test("checks that only what is held is released", () => {
    const dut = simulate(VcAllocator(nocConfig()), { engine, seed });
    dut.in.release = 1;
    expect(() => dut.step()).toThrow("only a virtual channel that is held is released");
  });
});
