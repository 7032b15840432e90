import { describe, expect, test } from "vitest";
import { Random } from "../../testbench/bench/random.ts";
import { replay, seedOf } from "../../testbench/bench/seed.ts";
import { simulate } from "../../testbench/bench/simulate.ts";
import { SInt, UInt, Vec } from "../lang/index.ts";
import { MaskedSram, Sram } from "./sram.ts";

const seed = seedOf(undefined);

describe.each(["interpreter", "wasm"] as const)(`on the %s engine (${replay(seed)})`, (engine) => {
  test.each(["old", "new", "undefined"] as const)(
    "Sram reads a word written at the same edge as %s",
    (readUnderWrite) => {
      const depth = 5;
      const dut = simulate(Sram(UInt(16), depth, { readUnderWrite, init: [7, 8] }), { engine, seed });
      const random = new Random(seed);
      const words = [7, 8, 0, 0, 0];
      let data: number | undefined;
      for (let cycle = 0; cycle < 400; cycle++) {
        const write = { enable: random.below(2), address: random.below(depth) };
        const read = { enable: random.below(2), address: random.below(depth) };
        const item = random.below(65_536);
        dut.in.write = write;
        dut.in.read = read;
        dut.in.data = item;
        if (data !== undefined) expect(dut.out.data).toBe(data);

        dut.step();
        const clash = write.enable === 1 && write.address === read.address;
        if (read.enable === 1)
          data = clash
            ? { old: words[read.address], new: item, undefined: 0xbeef }[readUnderWrite]
            : words[read.address];
        if (write.enable === 1) words[write.address] = item;
      }
    },
  );

  test("MaskedSram writes the parts that the mask lets through", () => {
    const dut = simulate(MaskedSram(Vec(4, SInt(8)), 8, 4, { readUnderWrite: "old", init: [] }), { engine, seed });
    const random = new Random(seed);
    const words = Array.from({ length: 8 }, () => [0, 0, 0, 0]);
    let data: readonly number[] | undefined;
    for (let cycle = 0; cycle < 400; cycle++) {
      const write = { enable: random.below(2), address: random.below(8) };
      const read = { enable: random.below(2), address: random.below(8) };
      const item = Array.from({ length: 4 }, () => random.int8());
      const mask = random.below(16);
      dut.in.write = write;
      dut.in.read = read;
      dut.in.data = item;
      dut.in.mask = mask;
      if (data) expect(dut.out.data).toEqual(data);

      dut.step();
      if (read.enable === 1) data = words[read.address];
      if (write.enable === 1)
        words[write.address] = item.map((part, i) =>
          (mask >> i) & 1 ? part : (words[write.address]?.[i] ?? Number.NaN),
        );
    }
  });

  test("an address beyond the depth fails a check", () => {
    const dut = simulate(Sram(UInt(16), 5), { engine, seed });
    dut.in.read = { enable: 0, address: 7 };
    dut.step();
    dut.in.read = { enable: 1, address: 5 };
    expect(() => dut.step()).toThrow("the read is of one of the 5 words");
  });
});

test("impossible memories are refused", () => {
  expect(() => Sram(UInt(8), 0)).toThrow("an Sram's depth is a whole number from 1 to 16777216, not 0");
  expect(() => MaskedSram(UInt(8), 4, 0)).toThrow("the number of parts of an Sram's mask is a whole number from 1");
});
