import { afterEach, expect, test } from "vitest";
import { formatSource, topOf } from "../netlist/index.ts";
import { elaborate, module, reg, UInt, wire } from "./index.ts";

const { prepareStackTrace } = Error;
afterEach(() => {
  Error.prepareStackTrace = prepareStackTrace;
});

/** What reads the stack's text for somebody else may leave nothing that says where a call is. */
const withoutPlaces = () => {
  Error.prepareStackTrace = (error) => `${error.name}: somewhere`;
};

test("a register knows its line", () => {
  const Counter = module("Counter", { in: {}, out: { count: UInt(8) } }, () => {
    const ticks = reg(UInt(8), 0);
    ticks.next = ticks.add(1);
    return { count: ticks };
  });
  const { names, source } = topOf(elaborate(Counter));
  expect(formatSource(source)).toMatch(/site\.test\.ts:16:19$/);
  expect(formatSource(names.find(({ name }) => name === "ticks")?.source)).toMatch(/site\.test\.ts:17:19$/);
});

test("a place that cannot be read has no line, rather than line 0", () => {
  withoutPlaces();
  const Counter = module("Counter", { in: {}, out: { count: UInt(8) } }, () => {
    const ticks = reg(UInt(8), 0);
    ticks.next = ticks.add(1);
    return { count: ticks };
  });
  const { names, sources, source, nodeSources } = topOf(elaborate(Counter));
  expect([source, sources, ...names.map((name) => name.source)]).toEqual([null, [], null, null]);
  expect(nodeSources.every((index) => index === -1)).toBe(true);

  const Open = module("Open", { in: {}, out: { q: UInt(8) } }, () => ({ q: wire(UInt(8)) }));
  expect(() => elaborate(Open)).toThrow("an unknown place");
});
