import { expect, test, vi } from "vitest";
import { DesignError } from "../netlist/index.ts";
import { elaborate } from "./index.ts";

vi.resetModules();
const other = await import("./index.ts");

test("a module of another copy of the language is elaborated by that copy", () => {
  expect(other.elaborate).not.toBe(elaborate);
  const Counter = other.module("Counter", { in: {}, out: { count: other.UInt(8) } }, () => {
    const ticks = other.reg(other.UInt(8), 0);
    ticks.next = ticks.add(3);
    return { count: ticks };
  });
  const { modules, top } = elaborate(Counter, { clock: { edge: "falling" } });
  expect(modules[top]?.names.map(({ name }) => name)).toEqual(["count", "ticks"]);
  expect(modules[top]?.domains).toMatchObject([{ edge: "falling" }]);
});

test("its design errors are design errors here", () => {
  const Open = other.module("Open", { in: {}, out: { q: other.UInt(8) } }, () => {
    const floating = other.wire(other.UInt(8));
    return { q: floating };
  });
  expect(() => elaborate(Open)).toThrow(DesignError);
  expect(() => elaborate(Open)).toThrow("floating");
});
