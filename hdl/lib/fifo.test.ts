import { describe, expect, test } from "vitest";
import { Random } from "../../testbench/bench/random.ts";
import { replay, seedOf } from "../../testbench/bench/seed.ts";
import { simulate } from "../../testbench/bench/simulate.ts";
import { UInt } from "../lang/index.ts";
import { Fifo } from "./fifo.ts";

const seed = seedOf(undefined);
const depths = [1, 2, 3, 4, 5, 8, 13];

describe.each(["interpreter", "wasm"] as const)(`Fifo on the %s engine (${replay(seed)})`, (engine) => {
  test.each(depths.flatMap((depth) => [false, true].map((flow) => ({ depth, flow }))))(
    "depth $depth, flow $flow: behaves as a queue in every cycle",
    ({ depth, flow }) => {
      const dut = simulate(Fifo(UInt(8), depth, { flow }), { engine, seed });
      const random = new Random(seed);
      const queue: number[] = [];
      for (let cycle = 0; cycle < 400; cycle++) {
        const filling = (cycle >> 5) & 1; // fills, then empties, so that both ends are met
        const item = random.below(256);
        const offer = random.bool(filling ? 0.9 : 0.3);
        const take = random.bool(filling ? 0.3 : 0.9);
        dut.in.enq.valid = Number(offer);
        dut.in.enq.bits = item;
        dut.out.deq.ready = Number(take);

        const room = queue.length < depth;
        const offered = flow && offer ? [...queue, item] : queue;
        expect(dut.in.enq.ready).toBe(Number(room));
        expect(dut.out.deq.valid).toBe(Number(offered.length > 0));
        if (offered.length > 0) expect(dut.out.deq.bits).toBe(offered[0]);
        expect(dut.out.level).toBe(queue.length);

        const leaves = take && offered.length > 0;
        dut.step();
        if (offer && room) queue.push(item);
        if (leaves) queue.shift();
      }
    },
  );

  test("a flow-through queue that is taken from at once never stores", () => {
    const dut = simulate(Fifo(UInt(8), 3, { flow: true }), { engine, seed });
    dut.out.deq.ready = 1;
    for (let item = 0; item < 10; item++) {
      dut.in.enq.valid = 1;
      dut.in.enq.bits = item;
      expect(dut.out.deq.bits).toBe(item);
      dut.step();
      expect(dut.out.level).toBe(0);
    }
  });
});

test.each([0, -1, 1.5, Number.NaN, 2 ** 20 + 1])("a depth of %d is refused", (depth) => {
  expect(() => Fifo(UInt(8), depth)).toThrow(`a Fifo's depth is a whole number from 1 to 1048576, not ${depth}`);
});
