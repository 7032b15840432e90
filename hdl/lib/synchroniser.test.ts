import { describe, expect, test } from "vitest";
import { replay, seedOf } from "../../testbench/bench/seed.ts";
import { simulate } from "../../testbench/bench/simulate.ts";
import { Bool, ClockDomain, elaborate, inDomain, module, pipe } from "../lang/index.ts";
import { PulseSynchroniser, Synchroniser } from "./synchroniser.ts";

const seed = seedOf(undefined);
const source = ClockDomain("source");
const sink = ClockDomain("sink");
const tick = { period: 1, phase: 0 };

/** A bit of one clock, seen from another. */
const Crossing = module("Crossing", { in: { d: Bool }, out: { q: Bool } }, ({ d }) => {
  const level = inDomain(source, () => pipe(d, 0));
  return inDomain(sink, () => Synchroniser({ d: level }));
});

describe.each(["interpreter", "wasm"] as const)(`on the %s engine (${replay(seed)})`, (engine) => {
  test("Synchroniser passes a level on after two edges of the sink's clock", () => {
    const clocks = { clock: tick, source: { period: 3, phase: 1 }, sink: { period: 5, phase: 0 } };
    const dut = simulate(Crossing, { engine, seed, clocks });
    dut.in.d = 1; // taken by the source at time 1, by the sink at 5 and 10
    const seen = Array.from({ length: 14 }, () => {
      dut.step();
      return dut.out.q;
    });
    expect(seen.indexOf(1)).toBe(9);
    expect(seen.slice(9)).toEqual([1, 1, 1, 1, 1]);
  });

  test.each([
    { from: 1, to: 1 },
    { from: 2, to: 7 },
    { from: 7, to: 2 },
    { from: 3, to: 5 },
  ])("PulseSynchroniser turns each pulse of period $from into one of period $to", ({ from, to }) => {
    const clocks = { clock: tick, source: { period: from, phase: 0 }, sink: { period: to, phase: 0 } };
    const dut = simulate(PulseSynchroniser(source, sink), { engine, seed, clocks });
    const apart = from * Math.ceil((3 * Math.max(from, to)) / from);
    let seen = 0;
    for (let time = 1; time <= 10 * apart + 5 * to; time++) {
      dut.in.pulse = Number(time <= 10 * apart && time % apart === 0); // at every `apart / from`-th edge of the source
      if (time % to === 0) seen += dut.out.pulse;
      dut.step();
    }
    expect(seen).toBe(10);
  });
});

test("without a synchroniser the crossing is refused", () => {
  const Bare = module("Bare", { in: { d: Bool }, out: { q: Bool } }, ({ d }) => {
    const level = inDomain(source, () => pipe(d, 0));
    const sampled = inDomain(sink, () => pipe(level, 0));
    return { q: sampled };
  });
  expect(() => elaborate(Bare)).toThrow(
    /clock domain crossing in Bare: level .* reaches sampled .* use a synchroniser/,
  );
});
