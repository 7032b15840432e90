import { describe, expect, it } from "vitest";
import { type SignalSelection, selectSignals } from "./selection.ts";
import type { TraceScope } from "./trace.ts";
import { sketchScope, sketchSignal } from "./trace-sketch.fuzz.ts";

const pe = (name: string) => sketchScope(name, [sketchSignal("held", 8), sketchSignal("sum", 32)]);
const design = [
  sketchScope(
    "matmul",
    [sketchSignal("clock", 1), sketchSignal("enq.bits", 8)],
    [sketchScope("array", [], [pe("pe[0][0]"), pe("pe[0][1]")]), sketchScope("control", [sketchSignal("state", 2)])],
  ),
];

const paths = (scopes: readonly TraceScope[], above = ""): string[] =>
  scopes.flatMap((scope) => [
    ...scope.signals.map((signal) => `${above}${scope.name}/${signal.name}`),
    ...paths(scope.children, `${above}${scope.name}/`),
  ]);
const select = (selection: SignalSelection) => paths(selectSignals(design, selection));

describe("selection of signals", () => {
  it("keeps everything when nothing is said", () => {
    expect(select({})).toEqual(paths(design));
  });

  it("includes by several globs, in the design's order, and drops empty scopes", () => {
    expect(select({ include: ["**.state", "array.pe[0][1].*", "clock"] })).toEqual([
      "matmul/clock",
      "matmul/array/pe[0][1]/held",
      "matmul/array/pe[0][1]/sum",
      "matmul/control/state",
    ]);
  });

  it("excludes", () => {
    expect(select({ include: ["array.**"], exclude: ["**.sum"] })).toEqual([
      "matmul/array/pe[0][0]/held",
      "matmul/array/pe[0][1]/held",
    ]);
  });

  it("cuts by depth", () => {
    expect(select({ depth: 1 })).toEqual(["matmul/clock", "matmul/enq.bits"]);
    expect(select({ depth: 2 })).toEqual(["matmul/clock", "matmul/enq.bits", "matmul/control/state"]);
  });

  it("says what is wrong with a selection", () => {
    expect(() => select({ include: ["control.stat"] })).toThrow(
      "no signal matches control.stat; did you mean control.state?",
    );
    expect(() => select({ include: ["control.state"], depth: 1 })).toThrow(
      "the signals that match control.state lie deeper than depth 1",
    );
    expect(() => select({ exclude: ["**"] })).toThrow("no signal is left to trace; widen the selection");
    for (const depth of [0, -1, 1.5, Number.NaN])
      expect(() => select({ depth })).toThrow(/the depth of a trace is a whole number from 1/);
  });
});
