import { expect, test } from "vitest";
import { InputError } from "../testbench/index.ts";
import { parameterValues } from "./parameter-values.ts";

test("names and whole numbers, with commas or one by one", () => {
  expect(parameterValues("--set", ["rows=8, cols=0x10", "bias=-3"])).toEqual({ rows: 8, cols: 16, bias: -3 });
  expect(parameterValues("--set", [])).toEqual({});
});

test.each([
  ["rows", "--set rows: give names and whole numbers"],
  ["rows=", "--set rows="],
  ["=8", "--set =8"],
  ["rows=8.5", "--set rows=8.5"],
  ["rows=1e3", "--set rows=1e3"],
  ["rows=8,,cols=8", "--set :"],
  ["rows=99999999999999999999", "--set rows="],
  ["rows=8,rows=9", "--set: rows is given twice"],
])("refuses %s", (text, message) => {
  expect(() => parameterValues("--set", [text])).toThrow(InputError);
  expect(() => parameterValues("--set", [text])).toThrow(message);
});
