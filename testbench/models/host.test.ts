import { describe, expect, test } from "vitest";
import { SimulationError } from "../../sim/index.ts";
import { replay, seedOf } from "../bench/seed.ts";
import { cycles } from "../bench/wait.ts";
import { Host } from "./host.ts";
import { hostBench } from "./host-bench.fuzz.ts";

const seed = seedOf(undefined);

describe.each(["interpreter", "wasm"] as const)(`Host on the %s engine (${replay(seed)})`, (engine) => {
  test.each([0, 0.6])("reads and writes in order, handshakes stalling %d", (stalls) => {
    const { host, registers, accesses, run } = hostBench({ engine, seed, stalls });
    for (let i = 0; i < 8; i++) registers.set(0xff00_0000 + 4 * i, 100 + i);
    const got: number[] = [];
    run(function* () {
      for (let i = 0; i < 8; i++) {
        const address = 0xff00_0000 + 4 * i;
        got.push(yield* host.read(address));
        yield* host.write(address, 0xffff_fff0 + i);
        got.push(yield* host.read(address));
      }
    });
    expect(got).toEqual(Array.from({ length: 8 }, (_, i) => [100 + i, 0xffff_fff0 + i]).flat());
    expect(accesses.map(({ write }) => write)).toEqual(Array.from({ length: 24 }, (_, i) => i % 3 === 1));
    expect(accesses[4]).toEqual({ write: true, address: 0xff00_0004, data: 0xffff_fff1 });
  });

  test("an access of another process waits for the one under way", () => {
    const { host, registers, accesses, run } = hostBench({ engine, seed, stalls: 0.5 });
    registers.set(0, 0).set(4, 4);
    const got: number[] = [];
    const count = function* () {
      for (let i = 0; i < 10; i++) got.push(yield* host.read(4));
    };
    run(count, count, function* () {
      for (let i = 1; i <= 10; i++) yield* host.write(0, i);
    });
    expect(got).toEqual(Array.from({ length: 20 }, () => 4));
    expect(accesses.flatMap(({ write, data }) => (write ? [data] : []))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(accesses.length).toBe(30);
  });

  test("an address stays until it is taken, and nothing is asked without an access", () => {
    const { dut, host } = hostBench({ engine, seed });
    const { ar, aw, w } = dut.out;
    const { r, b } = dut.in;
    dut.step(3);
    expect([ar.valid, aw.valid, w.valid, r.ready, b.ready]).toEqual([0, 0, 0, 0, 0]);
    let got = 0;
    dut.run(
      function* () {
        got = yield* host.read(0x1234_5678);
      },
      function* () {
        yield* cycles(2);
        for (let i = 0; i < 5; i++) {
          yield;
          expect([ar.valid, ar.bits.addr, r.ready]).toEqual([1, 0x1234_5678, 1]);
        }
        yield* ar.recv();
        yield* cycles(4);
        expect(ar.valid).toBe(0);
        yield* r.send({ data: 77, resp: 0 });
      },
    );
    dut.step();
    expect([got, ar.valid, r.ready]).toEqual([77, 0, 0]);
  });

  test("an error names the access and what answers so", () => {
    const { host, registers, refusing, run } = hostBench({ engine, seed });
    registers.set(8, 5);
    refusing.add(8);
    expect(() => run(() => host.write(8, 1))).toThrow(
      new SimulationError("the host's write of 0x8 is answered with an error: it is refused"),
    );
    expect(registers.get(8)).toBe(5);
    expect(() => run(() => host.read(0x100))).toThrow("read of 0x100 is answered with an error: nothing is there");
    refusing.clear();
    let got = 0;
    run(function* () {
      got = yield* host.read(8);
    });
    expect(got).toBe(5);
  });
});

test("a path that is no port", () => {
  const { dut } = hostBench({ seed });
  expect(() => new Host(dut.engine, "hosts")).toThrow(SimulationError);
});
