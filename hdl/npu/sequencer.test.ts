import { describe, expect, test } from "vitest";
import { Random } from "../../testbench/bench/random.ts";
import { replay, seedOf } from "../../testbench/bench/seed.ts";
import { simulate } from "../../testbench/bench/simulate.ts";
import { engineConfig } from "./config.ts";
import { Sequencer } from "./sequencer.ts";

const seed = seedOf(undefined);

interface Job {
  readonly m: number;
  readonly kTiles: number;
  readonly nTiles: number;
  readonly accumulate: number;
  readonly activationBase: number;
  readonly weightBase: number;
  readonly accumulatorBase: number;
}

/** Every access of a job in order, from loops over its definition. */
function accesses({ m, kTiles, nTiles, accumulate, activationBase, weightBase, accumulatorBase }: Job, rows: number) {
  const activations: object[] = [];
  const weights: number[] = [];
  const targets: object[] = [];
  for (let nt = 0; nt < nTiles; nt++)
    for (let kt = 0; kt < kTiles; kt++) {
      for (let r = rows - 1; r >= 0; r--) weights.push(weightBase + (nt * kTiles + kt) * rows + r);
      for (let i = 0; i < m; i++) {
        activations.push({ address: activationBase + kt * m + i, swap: Number(i === 0) });
        targets.push({ address: accumulatorBase + nt * m + i, accumulate: kt > 0 ? 1 : accumulate });
      }
    }
  return { activations, weights, targets };
}

describe.each(["interpreter", "wasm"] as const)(`Sequencer on the %s engine (${replay(seed)})`, (engine) => {
  test.each([
    { rows: 1, cols: 1 },
    { rows: 4, cols: 2 },
    { rows: 3, cols: 5 },
  ])("$rows × $cols: reads, targets, states and cycles of random jobs", ({ rows, cols }) => {
    const config = engineConfig({ rows, cols, activationWords: 60, weightWords: 90, accumulatorRows: 50 });
    const dut = simulate(Sequencer(config), { engine, seed });
    const random = new Random(seed);
    for (let run = 0; run < 12; run++) {
      const m = 1 + random.below(2 * rows + 2);
      const kTiles = 1 + random.below(Math.floor(Math.min(60 / m, 90 / rows, 4)));
      const nTiles = 1 + random.below(Math.floor(Math.min(50 / m, 90 / rows / kTiles, 4)));
      const job = {
        m,
        kTiles,
        nTiles,
        accumulate: random.below(2),
        activationBase: random.below(60 - m * kTiles + 1) % 60,
        weightBase: random.below(90 - rows * kTiles * nTiles + 1) % 90,
        accumulatorBase: random.below(50 - m * nTiles + 1) % 50,
      };
      dut.in.command.valid = 1;
      dut.in.command.bits = job;
      expect([dut.in.command.ready, dut.out.state]).toEqual([1, "Idle"]);
      dut.step();
      dut.in.command.valid = 0;

      const seen: ReturnType<typeof accesses> = { activations: [], weights: [], targets: [] };
      const states = { Idle: 0, LoadWeights: 0, Stream: 0, WaitForWeights: 0, Drain: 0 };
      const arrivals = new Set<number>();
      let complete = 0; // tiles whose weights have all been read
      let swapped = 0;
      for (let cycle = 0; dut.out.done === 0; cycle++) {
        expect(cycle).toBeLessThan(5000);
        dut.in.arrived = Number(arrivals.has(cycle));
        dut.in.written = Number(arrivals.has(cycle - 1));
        const { activationRead, weightRead, target, state } = dut.out;
        states[state]++;
        if (activationRead.enable) {
          seen.activations.push({ address: activationRead.address, swap: activationRead.swap });
          arrivals.add(cycle + rows + cols);
          swapped += activationRead.swap;
          expect(swapped).toBeLessThanOrEqual(complete);
        }
        if (weightRead.enable) {
          seen.weights.push(Number(weightRead.address));
          expect(Math.ceil(seen.weights.length / rows)).toBeLessThanOrEqual(swapped + 1);
        }
        complete = Math.floor(seen.weights.length / rows);
        if (arrivals.has(cycle)) seen.targets.push(target);
        dut.step();
      }
      expect(seen).toEqual(accesses(job, rows));
      const tiles = kTiles * nTiles;
      expect(states).toEqual({
        Idle: 0,
        LoadWeights: rows,
        Stream: tiles * m,
        WaitForWeights: (tiles - 1) * Math.max(0, rows - m),
        Drain: rows + cols + 1,
      });
    }
  });

  test.each([
    [{ m: 0 }, "a command's m, kTiles and nTiles are ≥ 1"],
    [{ nTiles: 0 }, "a command's m, kTiles and nTiles are ≥ 1"],
    [{ m: 31, kTiles: 2 }, "a command's activations lie in the 60 words of the buffer"],
    [{ m: 60, activationBase: 1 }, "a command's activations lie in the 60 words of the buffer"],
    [{ kTiles: 5, nTiles: 5 }, "a command's weights lie in the 90 words of the buffer"],
    [{ m: 10, nTiles: 4, accumulatorBase: 11 }, "a command's results lie in the 50 rows of the accumulator"],
  ])("the command %j fails an assumption", (wrong, message) => {
    const config = engineConfig({ rows: 4, cols: 4, activationWords: 60, weightWords: 90, accumulatorRows: 50 });
    const dut = simulate(Sequencer(config), { engine, seed });
    const job = { m: 1, kTiles: 1, nTiles: 1, accumulate: 0, activationBase: 0, weightBase: 0, accumulatorBase: 0 };
    dut.in.command.bits = { ...job, ...wrong };
    dut.step();
    dut.in.command.valid = 1;
    expect(() => dut.step()).toThrow(message);
  });
});
