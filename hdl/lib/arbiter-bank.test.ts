import { describe, expect, test } from "vitest";
import { Random } from "../../testbench/bench/random.ts";
import { replay, seedOf } from "../../testbench/bench/seed.ts";
import { simulate } from "../../testbench/bench/simulate.ts";
import { ArbiterBank } from "./arbiter-bank.ts";

const seed = seedOf(undefined);

describe.each(["interpreter", "wasm"] as const)(`ArbiterBank on the %s engine (${replay(seed)})`, (engine) => {
  test.each([1, 2, 3, 5])("among %i requesters each arbiter grants as a pointer that goes round does", (n) => {
    const width = 6;
    const dut = simulate(ArbiterBank(n, width), { engine, seed });
    const random = new Random(seed);
    const first = new Array<number>(width).fill(0);
    for (let cycle = 0; cycle < 300; cycle++) {
      const requests = Array.from({ length: n }, () => random.below(2 ** width) & random.below(2 ** width));
      const accept = random.below(2 ** width) | random.below(2 ** width);
      dut.in.requests = requests;
      dut.in.accept = accept;

      const grants = new Array<number>(n).fill(0);
      for (let arbiter = 0; arbiter < width; arbiter++) {
        const from = first[arbiter] ?? 0;
        const order = requests.map((_, i) => (from + i) % n);
        const winner = order.find((i) => ((requests[i] ?? 0) >> arbiter) & 1);
        if (winner === undefined) continue;
        grants[winner] = (grants[winner] ?? 0) | (1 << arbiter);
        first[arbiter] = (accept >> arbiter) & 1 ? (winner + 1) % n : winner;
      }
      expect(dut.out.grants).toEqual(grants);
      expect(dut.out.any).toBe(requests.reduce((any, word) => any | word, 0));
      dut.step();
    }
  });
});

test("sizes out of range are refused", () => {
  expect(() => ArbiterBank(0, 4)).toThrow("an arbiter bank's number of requesters is a whole number from 1 to 1024");
  expect(() => ArbiterBank(4, 5000)).toThrow("an arbiter bank's number of arbiters is a whole number from 1 to 4096");
});
