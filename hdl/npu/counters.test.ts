import { describe, expect, test } from "vitest";
import { Random } from "../../testbench/bench/random.ts";
import { replay, seedOf } from "../../testbench/bench/seed.ts";
import { simulate } from "../../testbench/bench/simulate.ts";
import { PerformanceCounters } from "./counters.ts";

const seed = seedOf(undefined);
const states = ["Idle", "LoadWeights", "Stream", "WaitForWeights", "Drain"] as const;
const zero = {
  busy: 0,
  window: 0,
  compute: 0,
  loadWeights: 0,
  waitForWeights: 0,
  drain: 0,
  weightRows: 0,
  results: 0,
};

describe.each(["interpreter", "wasm"] as const)(`PerformanceCounters on the %s engine (${replay(seed)})`, (engine) => {
  test("count what is shown to them, until they are cleared", () => {
    const dut = simulate(PerformanceCounters, { engine, seed });
    const random = new Random(seed);
    let counted = { ...zero };
    let open = false;
    for (let cycle = 0; cycle < 500; cycle++) {
      const state = states[random.below(states.length)] ?? "Idle";
      const load = random.bool(0.2);
      const [row, written] = [random.below(2), random.below(2)];
      const finished = random.bool(0.05);
      const clear = random.bool(0.02);
      Object.assign(dut.in, { state, load: Number(load), row, written });
      Object.assign(dut.in, { finished: Number(finished), clear: Number(clear) });
      dut.step();

      counted = clear
        ? { ...zero }
        : {
            busy: counted.busy + Number(state !== "Idle"),
            window: counted.window + Number(open || load),
            compute: counted.compute + row,
            loadWeights: counted.loadWeights + Number(state === "LoadWeights"),
            waitForWeights: counted.waitForWeights + Number(state === "WaitForWeights"),
            drain: counted.drain + Number(state === "Drain"),
            weightRows: counted.weightRows + Number(load),
            results: counted.results + written,
          };
      open = (open || load) && !finished;
      expect(dut.out.counters).toEqual(counted);
    }
  });
});
