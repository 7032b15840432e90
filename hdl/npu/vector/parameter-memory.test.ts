import { describe, expect, test } from "vitest";
import { Random } from "../../../testbench/bench/random.ts";
import { replay, seedOf } from "../../../testbench/bench/seed.ts";
import { simulate } from "../../../testbench/bench/simulate.ts";
import { npuConfig } from "../npu-config.ts";
import { ParameterMemory, parameterRows } from "./parameter-memory.ts";

const seed = seedOf(undefined);
const side = 4;
const config = npuConfig({ side });

describe.each(["interpreter", "wasm"] as const)(`ParameterMemory on the %s engine (${replay(seed)})`, (engine) => {
  test.each(["bias", "scale"] as const)("%s: rows from either side are read from either side", (name) => {
    const dut = simulate(ParameterMemory(config, name), { engine, seed });
    const random = new Random(seed);
    const rows = new Map<number, number[]>();
    let expected: number[] | undefined;
    for (let cycle = 0; cycle < 600; cycle++) {
      const [host, write] = [random.bool(), random.bool()];
      const row = random.bool() ? parameterRows - 1 - random.below(3) : random.below(3);
      const own = random.bool(0.8);
      const item = Array.from({ length: side }, () => random.int32());
      const bits = item.reduceRight((all, word) => (all << 32n) | BigInt(word >>> 0), 0n);
      const memory = own ? name : (["scratchpad", "lut", name === "bias" ? "scale" : "bias"] as const)[random.below(3)];
      dut.in.access = { valid: Number(host), write: Number(write), memory: memory ?? "lut", row, data: bits };
      dut.in.write = { enable: Number(!host && write), address: row, row: item };
      dut.in.read = { enable: Number(!host && !write), address: row };
      if (expected) expect(dut.out.row).toEqual(expected);
      dut.step();
      if (host && !own) continue;
      if (write) rows.set(row, item);
      else expected = rows.get(row); // what was never written is anything
    }
    expect([...rows.keys()].sort((a, b) => a - b)).toEqual([0, 1, 2, 253, 254, 255]);
  });
});
