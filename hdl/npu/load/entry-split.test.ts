import { describe, expect, test } from "vitest";
import { Random } from "../../../testbench/bench/random.ts";
import { replay, seedOf } from "../../../testbench/bench/seed.ts";
import { simulate } from "../../../testbench/bench/simulate.ts";
import { collect, drive } from "../../../testbench/bench/stream-driver.ts";
import { EntrySplit } from "./entry-split.ts";

const seed = seedOf(undefined);

describe.each(["interpreter", "wasm"] as const)(`EntrySplit on the %s engine (${replay(seed)})`, (engine) => {
  test.each([2, 4, 16])("the int16 of beats of %d bytes, full or not", (side) => {
    const random = new Random(seed);
    const dut = simulate(EntrySplit(side), { engine, seed });
    const entries: number[] = [];
    const beats = Array.from({ length: 40 }, () => {
      const count = random.below(side / 2 + 1);
      let data = 0n;
      for (let i = 0; i < side / 2; i++) {
        const entry = random.int32() >> 16;
        data |= BigInt.asUintN(16, BigInt(entry)) << BigInt(16 * i);
        if (i < count) entries.push(entry);
      }
      return { data, strobe: 4n ** BigInt(count) - 1n };
    });
    let got: (number | bigint)[] = [];
    dut.run(drive(dut.in.beat, beats, { probability: 0.2, random }), function* () {
      got = yield* collect(dut.out.entry, entries.length, { probability: 0.2, random })();
    });
    expect(got).toEqual(entries);
  });

  test("clear begins with the first one of a beat", () => {
    const dut = simulate(EntrySplit(8), { engine, seed });
    dut.in.beat.valid = 1;
    dut.in.beat.bits = { data: 0x0004_0003_0002_0001n, strobe: 255 };
    dut.out.entry.ready = 1;
    dut.step(2);
    expect(dut.out.entry.bits).toBe(3);
    dut.in.clear = 1;
    dut.step();
    expect(dut.out.entry.bits).toBe(1);
  });
});
