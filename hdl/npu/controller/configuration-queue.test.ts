import { expect, test } from "vitest";
import { Random } from "../../../testbench/bench/random.ts";
import { replay, seedOf } from "../../../testbench/bench/seed.ts";
import { simulate } from "../../../testbench/bench/simulate.ts";
import { configurationValue } from "../isa/index.ts";
import { ConfigurationQueue } from "./configuration-queue.ts";

const seed = seedOf(undefined);
const depth = 4;

test.each(["interpreter", "wasm"] as const)(
  `ConfigurationQueue on the %s engine: an instruction keeps what was set before it (${replay(seed)})`,
  (engine) => {
    const dut = simulate(ConfigurationQueue(depth), { engine, seed });
    const random = new Random(seed);
    let registers = [0n, 0n];
    let queue: bigint[] = [];
    for (let cycle = 0; cycle < 400; cycle++) {
      const word = (registers[0] ?? 0n) | ((registers[1] ?? 0n) << 24n);
      const register = random.below(3);
      const value = random.bool(0.5)
        ? configurationValue("quantisation", { zeroPoint: random.int8(), low: random.int8(), high: random.int8() })
        : configurationValue("pooling", { poolWidth: random.below(4096), poolPixels: random.below(65_536) });
      const valid = random.bool(0.3);
      const [clear, drop] = [random.bool(0.05), random.bool(0.1)];
      const pop = queue.length > 0 && random.bool(0.4);
      const push = !drop && queue.length < depth && random.bool(0.4);
      Object.assign(dut.in, {
        configure: { valid: Number(valid), register, bits: value | (0xffn << 56n) },
        ...{ clear: Number(clear), push: Number(push), pop: Number(pop), drop: Number(drop) },
      });
      if (queue.length > 0) expect(BigInt(dut.out.configuration)).toBe(queue[0]);
      if ((pop || drop) && queue.length > 0) queue = queue.slice(1);
      if (push) queue = [...queue, word];
      const widths = [24n, 40n];
      if (valid && register < 2)
        registers = registers.map((old, i) => (i === register ? value & ((1n << (widths[i] ?? 0n)) - 1n) : old));
      if (clear) registers = [0n, 0n];
      dut.step();
    }
  },
);
