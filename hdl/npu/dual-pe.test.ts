import { describe, expect, test } from "vitest";
import { Random } from "../../testbench/bench/random.ts";
import { replay, seedOf } from "../../testbench/bench/seed.ts";
import { simulate } from "../../testbench/bench/simulate.ts";
import { DualPE } from "./dual-pe.ts";

const seed = seedOf(undefined);

describe.each(["interpreter", "wasm"] as const)(`DualPE on the %s engine (${replay(seed)})`, (engine) => {
  test("multiplies, accumulates, swaps, shifts and holds in both dataflows, cycle by cycle", () => {
    const dut = simulate(DualPE, { engine, seed, randomInit: false });
    const random = new Random(seed);
    const state = { live: 0, shadow: 0, own: 0 };
    const out = { activation: 0, valid: 0, swap: 0, load: 0, sum: 0 };
    let os = 0;
    for (let cycle = 0; cycle < 2000; cycle++) {
      if (random.bool(0.05)) os = 1 - os;
      const activation = random.int8();
      const weight = random.int8();
      const sum = random.bool(0.2) ? 2 ** 31 - 1 - random.below(100) : random.int32();
      const [valid, swap, load] = [random.below(2), random.below(2), random.below(2)];
      Object.assign(dut.in, { os, activation, weight, sum, valid, swap, load });
      dut.step();

      if (os) {
        const total = (state.own + activation * weight) | 0;
        if (valid) state.own = swap ? 0 : total;
        if (valid && swap) out.sum = total;
        else if (load) out.sum = sum;
      } else if (valid) {
        if (swap) state.live = state.shadow;
        out.sum = (sum + activation * state.live) | 0;
      }
      if (os || load) state.shadow = weight;
      if (valid) out.activation = activation;
      Object.assign(out, { valid, swap, load });
      expect({ ...dut.out }).toEqual({ ...out, weight: state.shadow });
    }
  });
});
