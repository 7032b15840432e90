import { describe, expect, test } from "vitest";
import { Random, replay, seedOf, simulate } from "../../testbench/index.ts";
import { StallGate } from "./stall-gate.ts";

const seed = seedOf(undefined);

/** Runs a gate with a source that keeps its valid and a sink at random; returns when it was open for them. */
function run(probability: number, gateSeed: number, cycles: number) {
  const dut = simulate(StallGate, { seed });
  const random = new Random(seed);
  dut.in.threshold = Math.floor(probability * 2 ** 16);
  dut.in.seed = gateSeed;
  dut.in.load = 1;
  dut.step();
  dut.in.load = 0;
  const open: boolean[] = [];
  let waits = false;
  for (let cycle = 0; cycle < cycles; cycle++) {
    const valid: boolean = waits || random.bool();
    const ready = random.bool(0.8);
    dut.in.valid = valid ? 1 : 0;
    dut.in.ready = ready ? 1 : 0;
    const { to } = dut.out;
    open.push(valid ? to.valid === 1 : to.ready === 1);
    const moved = to.valid === 1 && ready;
    expect(moved).toBe(valid && to.ready === 1);
    const shown = to.valid === 1;
    dut.step();
    waits = valid && !moved;
    if (shown && waits) expect(dut.out.to.valid, `the valid of cycle ${cycle} stays`).toBe(1);
  }
  return { dut, open };
}

describe(`StallGate (${replay(seed)})`, () => {
  test("a shown valid stays until it is taken, and both sides see the same transfers", () => {
    const { dut } = run(0.4, 77, 3000);
    expect(dut.out).toMatchObject({ used: 1, refused: 1, withheld: 1 });
  });

  test("with threshold 0 it never shuts", () => {
    const { dut, open } = run(0, 5, 500);
    expect(dut.out).toMatchObject({ used: 1, refused: 0, withheld: 0 });
    expect(open.filter(Boolean).length).toBeGreaterThan(300);
  });

  test("shuts as often as it is told to", () => {
    const dut = simulate(StallGate, { seed });
    dut.in.ready = 1;
    dut.in.threshold = 0.25 * 2 ** 16;
    let shut = 0;
    for (let cycle = 0; cycle < 20_000; cycle++) {
      if (dut.out.to.ready === 0) shut++;
      dut.step();
    }
    // Four standard deviations of independent draws.
    expect(Math.abs(shut / 20_000 - 0.25)).toBeLessThan(4 * Math.sqrt((0.25 * 0.75) / 20_000));
    expect(dut.out).toMatchObject({ used: 0, refused: 0, withheld: 1 });
  });

  test("the same seed gives the same stalls, another one others, and 0 is a seed", () => {
    const pattern = (gateSeed: number) => run(0.5, gateSeed, 300).open;
    expect(pattern(9)).toEqual(pattern(9));
    expect(pattern(9)).not.toEqual(pattern(10));
    expect(new Set(pattern(0)).size).toBe(2);
  });
});
