import { describe, expect, test } from "vitest";
import { Random } from "../../../testbench/bench/random.ts";
import { replay, seedOf } from "../../../testbench/bench/seed.ts";
import { simulate } from "../../../testbench/bench/simulate.ts";
import { Requantiser } from "./requantiser.ts";

const seed = seedOf(undefined);

interface Case {
  readonly sum: number;
  readonly multiplier: number;
  readonly shift: number;
  readonly zeroPoint: number;
  readonly low: number;
  readonly high: number;
}

function toEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** In single precision, as ONNX Runtime computes it. */
function reference({ sum, multiplier, shift, zeroPoint, low, high }: Case): number {
  const scaled = Math.fround(Math.fround(sum) * Math.fround(multiplier * 2 ** -(24 + shift)));
  return Math.min(high, Math.max(low, toEven(Math.min(1000, Math.max(-1000, scaled))) + zeroPoint));
}

const edges = [0, 1, 2, 3, 127, 128, 255, 256, 2 ** 23, 2 ** 24 - 1, 2 ** 24, 2 ** 24 + 1, 2 ** 24 + 2, 2 ** 24 + 3];
const sums = [...edges, 2 ** 25 + 2, 2 ** 25 + 6, 2 ** 30, 2 ** 31 - 1, 2 ** 31 - 64, 2 ** 31 - 65].flatMap((sum) => [
  sum,
  -sum,
]);
const multipliers = [0, 2 ** 23, 2 ** 23 + 1, 2 ** 24 - 1, 12_582_912, 11_184_811];
const plain = { zeroPoint: 0, low: -128, high: 127 };

describe.each(["interpreter", "wasm"] as const)(`Requantiser on the %s engine (${replay(seed)})`, (engine) => {
  test("edges, halves and random sums equal single-precision arithmetic, one a cycle", () => {
    const random = new Random(seed);
    const cases: Case[] = [];
    for (const sum of [...sums, -(2 ** 31)])
      for (const multiplier of multipliers)
        for (const shift of engine === "wasm" ? Array.from({ length: 32 }, (_, i) => i) : [0, 7, 31])
          cases.push({ sum, multiplier, shift, ...plain });
    // Exact halves: sum · 2^−(1 + shift).
    for (let shift = 0; shift < 12; shift++)
      for (let odd = -301; odd <= 301; odd += 2)
        cases.push({ sum: odd * 2 ** shift, multiplier: 2 ** 23, shift, ...plain });
    for (let i = 0; i < (engine === "wasm" ? 20_000 : 500); i++) {
      const [low, high] = [random.int8(), random.int8()].sort((a, b) => a - b);
      cases.push({
        sum: random.int32() >> random.below(32),
        multiplier: 2 ** 23 + random.below(2 ** 23),
        shift: random.below(32),
        zeroPoint: random.int8(),
        low: low ?? 0,
        high: high ?? 0,
      });
    }
    const dut = simulate(Requantiser, { engine, seed });
    const wrong: unknown[] = [];
    cases.forEach((_, i) => {
      const { sum, ...scale } = cases[i] ?? { sum: 0, multiplier: 0, shift: 0, ...plain };
      dut.in.sum = sum;
      dut.in.scale = scale;
      const due = cases[i - 4];
      if (due && dut.out.q !== reference(due)) wrong.push({ ...due, is: dut.out.q, expected: reference(due) });
      dut.step();
    });
    expect(wrong.slice(0, 3)).toEqual([]);
  });
});
