import { expect, test } from "vitest";
import { simulate } from "../../../testbench/bench/simulate.ts";
import { Watchdog } from "./watchdog.ts";

test.each(["interpreter", "wasm"] as const)("Watchdog on the %s engine bites after the limit, not before", (engine) => {
  const dut = simulate(Watchdog, { engine });
  const bites = (cycles: number) =>
    Array.from({ length: cycles }, () => {
      const now = dut.out.bites;
      dut.step();
      return now;
    });
  Object.assign(dut.in, { running: 1, limit: 3 });
  expect(bites(6)).toEqual([0, 0, 0, 1, 1, 1]);
  dut.in.progress = 1;
  expect(bites(2)).toEqual([0, 0]);
  dut.in.progress = 0;
  expect(bites(4)).toEqual([0, 0, 0, 1]);
  dut.in.running = 0;
  expect(bites(5)).toEqual([0, 0, 0, 0, 0]);
  Object.assign(dut.in, { running: 1, limit: 0 });
  expect(bites(20)).not.toContain(1);
});
