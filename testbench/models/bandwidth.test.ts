import { expect, test } from "vitest";
import { Bandwidth } from "./bandwidth.ts";

test("beats wait until enough is saved up, and at most two are", () => {
  const bandwidth = new Bandwidth(3, "it");
  const paid = Array.from({ length: 8 }, (_, cycle) => bandwidth.pay(8, cycle));
  expect(paid).toEqual([false, false, true, false, false, true, false, true]);
  expect([bandwidth.pay(8, 100), bandwidth.pay(8, 100), bandwidth.pay(8, 100)]).toEqual([true, true, false]);
  bandwidth.repay(8);
  expect(bandwidth.pay(8, 100)).toBe(true);
});

test("without a limit all is there, and nothing is no bandwidth", () => {
  expect(new Bandwidth(Infinity, "it").pay(1e9, 0)).toBe(true);
  expect(() => new Bandwidth(0, "the bus")).toThrow("the bus is more than 0 bytes a cycle, not 0");
});
