import { describe, expect, test } from "vitest";
import { Random } from "../../testbench/bench/random.ts";
import { replay, seedOf } from "../../testbench/bench/seed.ts";
import { simulate } from "../../testbench/bench/simulate.ts";
import { UInt } from "../lang/index.ts";
import { RoundRobinArbiter, StreamArbiter } from "./arbiter.ts";

const seed = seedOf(undefined);
const sizes = [1, 2, 3, 5, 8];

describe.each(["interpreter", "wasm"] as const)(`on the %s engine (${replay(seed)})`, (engine) => {
  test.each(sizes)("RoundRobinArbiter(%i) grants as a pointer that goes round does", (n) => {
    const dut = simulate(RoundRobinArbiter(n), { engine, seed });
    const random = new Random(seed);
    let first = 0;
    for (let cycle = 0; cycle < 300; cycle++) {
      const requests = Array.from({ length: n }, () => random.below(2));
      const accept = random.bool(0.7);
      dut.in.requests = requests;
      dut.in.accept = Number(accept);

      const order = requests.map((_, i) => (first + i) % n);
      const winner = order.find((i) => requests[i] === 1);
      expect(dut.out.valid).toBe(Number(winner !== undefined));
      expect(dut.out.grants).toEqual(requests.map((_, i) => Number(i === winner)));
      if (winner !== undefined) expect(dut.out.index).toBe(winner);

      dut.step();
      if (winner !== undefined) first = accept ? (winner + 1) % n : winner;
    }
  });

  test.each(sizes)("RoundRobinArbiter(%i) serves everybody once a round", (n) => {
    const dut = simulate(RoundRobinArbiter(n), { engine, seed });
    dut.in.requests = Array.from({ length: n }, () => 1);
    dut.in.accept = 1;
    for (let turn = 0; turn < 3 * n; turn++) {
      expect(dut.out.index).toBe(turn % n);
      dut.step();
    }
  });

  test.each(sizes)("StreamArbiter(%i) keeps each stream's order and an offered item until it is taken", (n) => {
    const dut = simulate(StreamArbiter(UInt(16), n), { engine, seed });
    const random = new Random(seed);
    const sent = Array.from({ length: n }, () => 0);
    const received = Array.from({ length: n }, () => 0);
    const offering = Array.from({ length: n }, () => false);
    let refused: { index: unknown; bits: unknown } | null = null;
    for (let cycle = 0; cycle < 400; cycle++) {
      const take = random.bool(0.6);
      dut.in.enq.forEach((stream, i) => {
        if (!offering[i]) offering[i] = random.bool(0.4);
        stream.valid = Number(offering[i]);
        stream.bits = 1000 * i + (sent[i] ?? 0);
      });
      dut.out.deq.ready = Number(take);

      const { valid, bits } = dut.out.deq;
      const index = Number(dut.out.index);
      expect(valid).toBe(Number(offering.some(Boolean)));
      if (refused) expect({ index, bits }).toEqual(refused);
      expect(dut.in.enq.map((stream) => stream.ready)).toEqual(
        sent.map((_, i) => Number(take && valid === 1 && i === index)),
      );

      dut.step();
      refused = valid === 1 && !take ? { index, bits } : null;
      if (valid === 1 && take) {
        expect(bits).toBe(1000 * index + (received[index] ?? 0));
        received[index] = (received[index] ?? 0) + 1;
        sent[index] = (sent[index] ?? 0) + 1;
        offering[index] = false;
      }
    }
    expect(Math.min(...received)).toBeGreaterThan(10);
  });
});

test.each([0, 2.5, 1025])("an arbiter of %d requests is refused", (n) => {
  expect(() => RoundRobinArbiter(n)).toThrow("an arbiter's number of requests is a whole number from 1 to 1024");
});
