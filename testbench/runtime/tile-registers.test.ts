import { describe, expect, test } from "vitest";
import { counterOffset, csrs } from "../../hdl/npu/tile/index.ts";
import { replay, seedOf } from "../bench/seed.ts";
import { hostBench } from "../models/host-bench.fuzz.ts";
import { TileRegisters } from "./tile-registers.ts";

const seed = seedOf(undefined);
const node = 0x12;
const window = node * 2 ** 24;

describe.each(["interpreter", "wasm"] as const)(`TileRegisters on the %s engine (${replay(seed)})`, (engine) => {
  test("fields of a register, by number and by name", () => {
    const { host, registers, run } = hostBench({ engine, seed });
    registers.set(window + csrs.status.offset, 0x0007_a534).set(window + csrs.faultAddress.offset, 0xffff_fffc);
    const tile = new TileRegisters(host, node);
    run(function* () {
      const status = yield* tile.read("status");
      expect([status.name("state"), status.name("fault"), status.name("illegal")]).toEqual([
        ...["Faulted", "End", "Operand"],
      ]);
      expect(["state", "busy", "fetching", "aborting", "rest"].map((name) => status.number(name))).toEqual([
        ...[4, 10, 1, 1, 1],
      ]);
      expect(status.name("busy")).toBe("10");
      expect(() => status.number("idle")).toThrow(new RangeError("the register status has no field idle"));
      expect((yield* tile.read("faultAddress")).number("address")).toBe(0xffff_fffc);
    });
  });

  test("what is written lies in its fields, the others 0", () => {
    const { host, registers, accesses, run } = hostBench({ engine, seed, stalls: 0.3 });
    for (const { offset } of [csrs.control, csrs.interrupt, csrs.watchdog]) registers.set(window + offset, 0x55);
    const tile = new TileRegisters(host, node);
    run(function* () {
      yield* tile.write("control", { clearCounters: 1, abort: 1 });
      yield* tile.write("interrupt", { queues: 15, deadlock: 1, halted: 1 });
      yield* tile.write("watchdog", { cycles: 2 ** 32 - 1 });
    });
    expect(accesses).toEqual([
      { write: true, address: window + 0x004, data: 0b110 },
      { write: true, address: window + 0x018, data: 0b1111101 },
      { write: true, address: window + 0x020, data: 0xffff_ffff },
    ]);
    expect(() => run(() => tile.write("control", { go: 1 }))).toThrow("the register control has no field go");
  });

  test("a counter is its low half, then its high half", () => {
    const { host, registers, accesses, run } = hostBench({ engine, seed });
    const offset = counterOffset("bytesStore");
    registers.set(window + offset, 0x8000_0001).set(window + offset + 4, 0x1f_ffff);
    const tile = new TileRegisters(host, node);
    let count = 0;
    run(function* () {
      count = yield* tile.counter("bytesStore");
    });
    expect(count).toBe(0x1f_ffff * 2 ** 32 + 0x8000_0001);
    expect(accesses.map(({ address }) => address - window)).toEqual([offset, offset + 4]);
  });
});
