import { expect, test } from "vitest";
import { simulate } from "../../../testbench/bench/simulate.ts";
import { FaultRecord } from "./fault-record.ts";

interface Fault {
  readonly valid: number;
  readonly reason: "None" | "Range" | "Read" | "Write";
  readonly address: number;
}

const none: Fault = { valid: 0, reason: "None", address: 0 };
const quiet = { units: [none, none, none, none], done: 0, fetch: none, program: 0, deadlock: 0, clear: 0 };

test.each(["interpreter", "wasm"] as const)("FaultRecord on the %s engine keeps the first fault", (engine) => {
  const dut = simulate(FaultRecord, { engine });
  const step = (inputs: Partial<typeof quiet>) => {
    Object.assign(dut.in, { ...quiet, ...inputs });
    dut.step();
    return { stop: dut.out.stop, ...dut.out.cause };
  };
  for (let i = 0; i < 5; i++) expect(step({ done: i < 3 ? 0b1001 : 0b0001 }).stop).toBe(0);
  const store: Fault = { valid: 1, reason: "Write", address: 0x8000_0040 };
  const fault = { stop: 1, source: "Store", reason: "Write", address: 0x8000_0040, number: 3 };
  expect(step({ units: [none, none, none, store], done: 0b1000, program: 1, deadlock: 1 })).toEqual(fault);
  const load: Fault = { valid: 1, reason: "Range", address: 0 };
  expect(step({ units: [load, none, none, none], done: 0b0001 })).toEqual(fault);
  expect(step({ clear: 1 })).toMatchObject({ stop: 0, source: "None", reason: "None", address: 0 });
  expect(step({ units: [load, none, none, store], done: 0b1001 })).toMatchObject({ source: "Load", number: 0 });
  step({ clear: 1 });
  expect(step({ fetch: { valid: 1, reason: "Read", address: 64 }, deadlock: 1 })).toMatchObject({
    ...{ source: "Fetch", reason: "Read", address: 64 },
  });
  step({ clear: 1 });
  expect(step({ program: 1, deadlock: 1 }).source).toBe("Program");
  step({ clear: 1 });
  expect(step({ deadlock: 1 }).source).toBe("Deadlock");
});
