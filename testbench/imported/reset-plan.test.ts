import { expect, test } from "vitest";
import type { Port } from "../../hdl/netlist/index.ts";
import { parseReset, planResets } from "./reset-plan.ts";

const input = (name: string, width = 1): Port => ({ name, direction: "in", width, node: 0, format: { kind: "uint" } });
const inputs = [input("rst_n"), input("enable"), input("reset_vector", 32), input("wrst")];

test("a reset as given, level and cycles in any order", () => {
  expect(parseReset("rst")).toEqual({ port: "rst", level: null, cycles: null });
  expect(parseReset("rst:low:5")).toEqual({ port: "rst", level: "low", cycles: 5 });
  expect(parseReset("rst:5:high")).toEqual({ port: "rst", level: "high", cycles: 5 });
  for (const text of ["", ":low", "rst:lo", "rst:0", "rst:-1", "rst:low:1:2"])
    expect(() => parseReset(text), text).toThrow(/--reset/);
});

test("found by name, one bit wide", () => {
  expect(planResets(inputs, null, 8)).toEqual([
    { port: "rst_n", level: "low", cycles: 8 },
    { port: "wrst", level: "high", cycles: 8 },
  ]);
  expect(planResets(inputs, [], 8)).toEqual([]);
});

test("given ones, the level by name where it is not given", () => {
  const given = ["rst_n", "enable", "wrst:low:3"].map(parseReset);
  expect(planResets(inputs, given, 8)).toEqual([
    { port: "rst_n", level: "low", cycles: 8 },
    { port: "enable", level: "high", cycles: 8 },
    { port: "wrst", level: "low", cycles: 3 },
  ]);
});

test("a reset that is none", () => {
  expect(() => planResets(inputs, [parseReset("rstn")], 8)).toThrow(
    "--reset rstn: there is no such input; did you mean rst_n?",
  );
  expect(() => planResets(inputs, [parseReset("reset_vector")], 8)).toThrow("it has 32 bits");
  expect(() => planResets([], [parseReset("rst")], 8)).toThrow("no input of one bit");
});
