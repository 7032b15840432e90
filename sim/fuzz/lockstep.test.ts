import { expect, test } from "vitest";
import type { Design } from "../../hdl/netlist/index.ts";
import { designOf, Sketch } from "../../hdl/netlist/sketch.fuzz.ts";
import { interpret } from "../interpreter/interpreter.ts";
import { lockstep } from "./lockstep.fuzz.ts";
import type { Stretch } from "./stimulus.fuzz.ts";

/** Counts by `by` from `init`, with one cover. */
function counter(by: number, init = 0n, message = "any"): Design {
  const sketch = new Sketch("Counter");
  const count = sketch.reg(8, 0, "count", 0, init);
  const one = sketch.constant(1, 1);
  sketch.set(count, { next: sketch.op("add", count, sketch.constant(8, by)) });
  sketch.checks.push({ kind: "cover", condition: one, enable: one, message, domain: 0, source: null });
  return designOf(sketch);
}

const stimulus: Stretch[] = Array.from({ length: 5 }, () => ({ inputs: 0, resets: 0, cycles: 1, action: "none" }));

test.each([
  ["a value after power-on", counter(1, 5n), "in cycle 0, count: 0x0 and 0x5"],
  ["a value after an edge", counter(3), "in cycle 1, count: 0x1 and 0x3"],
  ["covers", counter(1, 0n, "other"), 'in cycle 0, the covers: [["top: any",0]] and [["top: other",0]]'],
])("the first difference is told: %s", (_, other, message) => {
  const engines = [interpret, () => interpret(other)] as const;
  expect(() => lockstep(engines, counter(1), {}, stimulus)).toThrow(message);
});

test("a design agrees with itself", () => {
  expect(() => lockstep([interpret, interpret], counter(1), {}, stimulus)).not.toThrow();
});
