import { describe, expect, test } from "vitest";
import { Random } from "../../testbench/bench/random.ts";
import { replay, seedOf } from "../../testbench/bench/seed.ts";
import { simulate } from "../../testbench/bench/simulate.ts";
import { CreditCounter } from "./credit-counter.ts";

const seed = seedOf(undefined);

describe.each(["interpreter", "wasm"] as const)(`CreditCounter on the %s engine (${replay(seed)})`, (engine) => {
  test.each([1, 2, 5, 8])("of %i places counts what is taken and given back", (depth) => {
    const dut = simulate(CreditCounter(depth), { engine, seed });
    const random = new Random(seed);
    let free = depth;
    for (let cycle = 0; cycle < 300; cycle++) {
      const filling = (cycle >> 4) & 1;
      const take = free > 0 && random.bool(filling ? 0.8 : 0.2);
      const give = free < depth && random.bool(filling ? 0.2 : 0.8);
      Object.assign(dut.in, { take: Number(take), give: Number(give) });
      expect(dut.out).toMatchObject({
        count: free,
        available: Number(free > 0),
        full: Number(free === depth),
      });
      dut.step();
      free += Number(give) - Number(take);
    }
  });

  test("checks that nothing is sent without a credit, and that none comes back too many", () => {
    const dut = simulate(CreditCounter(1), { engine, seed });
    dut.in.give = 1;
    expect(() => dut.step()).toThrow("no more credits come back than were given");
    Object.assign(dut.in, { give: 0, take: 1 });
    dut.step();
    expect(() => dut.step()).toThrow("an item is sent only where there is a credit for it");
  });
});

test.each([0, 1.5, 2 ** 16 + 1])("a depth of %d is refused", (depth) => {
  expect(() => CreditCounter(depth)).toThrow("the depth of a credit counter is a whole number from 1 to 65536");
});
