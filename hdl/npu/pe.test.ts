import { describe, expect, test } from "vitest";
import { Random } from "../../testbench/bench/random.ts";
import { replay, seedOf } from "../../testbench/bench/seed.ts";
import { simulate } from "../../testbench/bench/simulate.ts";
import { PE } from "./pe.ts";

const seed = seedOf(undefined);

describe.each(["interpreter", "wasm"] as const)(`PE on the %s engine (${replay(seed)})`, (engine) => {
  test("multiplies, swaps, loads and holds, cycle by cycle", () => {
    const dut = simulate(PE, { engine, seed, randomInit: false });
    const random = new Random(seed);
    let live = 0;
    let shadow = 0;
    const out = { activation: 0, valid: 0, swap: 0, load: 0, sum: 0 };
    for (let cycle = 0; cycle < 1000; cycle++) {
      const activation = random.int8();
      const weight = random.int8();
      const sum = random.bool(0.2) ? 2 ** 31 - 1 - random.below(100) : random.int32();
      const [valid, swap, load] = [random.below(2), random.below(2), random.below(2)];
      Object.assign(dut.in, { activation, weight, sum, valid, swap, load });
      dut.step();

      if (valid) {
        if (swap) live = shadow;
        out.activation = activation;
        out.sum = (sum + activation * live) | 0;
      }
      if (load) shadow = weight;
      Object.assign(out, { valid, swap, load });
      expect({ ...dut.out }).toEqual({ ...out, weight: shadow });
    }
  });
});
