import { expect, test } from "vitest";
import { clockTiming, parseClock } from "./clock-timing.ts";

const clock = (port: string, rising: string | null = port, falling: string | null = null) => ({
  port,
  rising,
  falling,
});

test("a clock as given", () => {
  expect(parseClock("clk")).toEqual({ port: "clk", period: null });
  expect(parseClock("clk:7")).toEqual({ port: "clk", period: 7 });
  for (const text of ["", ":3", "clk:", "clk:x", "clk:0", "clk:1e9", "a:b:c"])
    expect(() => parseClock(text), text).toThrow(/--clock/);
});

test("rising edges on multiples of the period, falling ones half a period later", () => {
  const { timing, periods } = clockTiming(
    [clock("a"), clock("b", "b", "b_falling"), clock("c", null, "c_falling")],
    [{ port: "b", period: 6 }],
  );
  expect(timing).toEqual({
    a: { period: 10, phase: 0 },
    b: { period: 6, phase: 0 },
    b_falling: { period: 6, phase: 3 },
    c_falling: { period: 10, phase: 5 },
  });
  expect([...periods]).toEqual([
    ["a", 10],
    ["b", 6],
    ["c", 10],
  ]);
});

test("an odd period of both edges doubles all periods", () => {
  const { timing } = clockTiming([clock("a"), clock("b", "b", "b_falling")], [{ port: "b", period: 7 }]);
  expect(timing).toEqual({
    a: { period: 20, phase: 0 },
    b: { period: 14, phase: 0 },
    b_falling: { period: 14, phase: 7 },
  });
});

test("a clock that is none", () => {
  expect(() => clockTiming([clock("clk"), clock("tck")], [{ port: "ck", period: null }])).toThrow(
    "--clock ck: no register is clocked by it; did you mean clk? Clocks are clk, tck",
  );
  expect(() => clockTiming([], [{ port: "ck", period: null }])).toThrow("no register has a clock");
});
