import { describe, expect, test } from "vitest";
import { Random } from "../../testbench/bench/random.ts";
import { replay, seedOf } from "../../testbench/bench/seed.ts";
import { simulate } from "../../testbench/bench/simulate.ts";
import { Skew } from "./skew.ts";

const seed = seedOf(undefined);

describe.each(["interpreter", "wasm"] as const)(`Skew on the %s engine (${replay(seed)})`, (engine) => {
  test.each([
    { lanes: 1, slant: "rising" as const },
    { lanes: 5, slant: "rising" as const },
    { lanes: 5, slant: "falling" as const },
  ])("delays each of $lanes lanes by its place, $slant", ({ lanes, slant }) => {
    const dut = simulate(Skew(lanes, 8, slant), { engine, seed });
    const random = new Random(seed);
    const rows: number[][] = [];
    for (let cycle = 0; cycle < 40; cycle++) {
      rows.push(Array.from({ length: lanes }, () => random.int8()));
      dut.in.d = rows[cycle] ?? [];
      if (cycle >= lanes)
        expect(dut.out.q).toEqual(
          Array.from({ length: lanes }, (_, i) => rows[cycle - (slant === "rising" ? i : lanes - 1 - i)]?.[i]),
        );
      dut.step();
    }
  });
});
