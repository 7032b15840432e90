import { describe, expect, test } from "vitest";
import { type ChipConfig, chipConfig, chipNodes } from "../../../hdl/index.ts";
import { formats } from "../../../hdl/npu/isa/index.ts";
import { Random } from "../../bench/random.ts";
import { replay, seedOf } from "../../bench/seed.ts";
import { randomInt8Matrix } from "../../workloads/matrix.ts";
import { DramMap } from "../dram-map.ts";
import type { Instruction } from "../instruction.ts";
import { ChipModel, type NodeProgram } from "../model/chip-model.ts";
import { type ChipPlan, type PlanChoice, planMatmul } from "./chip-plan.ts";
import { type MatmulData, placeMatmul, readResult, referenceResult } from "./matmul-data.ts";
import { MatmulPrograms } from "./matmul-programs.ts";
import { randomMatmul } from "./random-matmul.fuzz.ts";

const seed = seedOf(undefined);
const memory = { latency: 20, channelBytes: 4, bytes: Infinity };
const tile = { side: 4, scratchpadRows: 256, accumulatorRows: 64 };

/** A matmul with its plan and programs. */
function prepared(data: MatmulData, chip: ChipConfig, choice: PlanChoice) {
  const { task, contents } = placeMatmul(data, new DramMap(), chip.tile.side);
  const demands = { int8: data.output !== null, bias: data.bias !== null };
  const { plan } = planMatmul(task, demands, chip, memory, choice);
  const matmul = new MatmulPrograms(chip);
  matmul.add(task, plan);
  const { programs } = matmul;
  /** Runs programs on the model, and compares the result with the reference. */
  const run = (changed = programs) => {
    const model = new ChipModel(chip.tile, chipNodes(chip));
    for (const { address, bytes } of contents) model.dram.write(address, bytes);
    model.run(changed);
    expect(readResult(model.dram, task)).toEqual(referenceResult(data));
  };
  return { plan, programs, run };
}

function check(data: MatmulData, chip: ChipConfig, choice: PlanChoice): ChipPlan {
  const { plan, run } = prepared(data, chip, choice);
  run();
  return plan;
}

/** The programs without one token at a time: neither pushed nor popped. */
function* withoutOneToken(programs: readonly NodeProgram[]): Generator<NodeProgram[]> {
  const queues: readonly string[] = ["Load", "Execute", "Vector", "Store"];
  const queueOf = ({ mnemonic }: Instruction) =>
    queues.indexOf(formats.find((format) => format.mnemonic === mnemonic)?.unit ?? "");
  for (const { node, program } of programs)
    for (let queue = 0; queue < 3; queue++)
      for (const [from, to, push, pop] of [
        [queue, queue + 1, "push_next", "pop_prev"],
        [queue + 1, queue, "push_prev", "pop_next"],
      ] as const) {
        const users = (of: number, token: string) =>
          program.filter((one) => queueOf(one) === of && one.set?.includes(token));
        const [pushers, poppers] = [users(from, push), users(to, pop)];
        expect(pushers.length).toBe(poppers.length);
        for (const [i, pusher] of pushers.entries()) {
          const without = program.map((one) => {
            if (one === pusher) return { ...one, set: one.set?.filter((token) => token !== push) ?? [] };
            if (one === poppers[i]) return { ...one, set: one.set?.filter((token) => token !== pop) ?? [] };
            return one;
          });
          yield programs.map((one) => (one.node === node ? { node, program: without } : one));
        }
      }
}

describe(`matmul programs on the model (${replay(seed)})`, () => {
  test.each(["ws", "os", "auto"] as const)("random shapes on one tile, %s", (dataflow) => {
    const random = new Random(seed);
    for (let i = 0; i < 25; i++) check(randomMatmul(random, 70), chipConfig({ tile }), { dataflow });
  });

  test("plans at random, of those that fit", () => {
    const random = new Random(seed);
    let tried = 0;
    for (let i = 0; i < 150; i++) {
      const data = randomMatmul(random, 40);
      const dataflow = random.bool() ? ("ws" as const) : ("os" as const);
      const m = 1 + random.below(16);
      const choice = {
        tile: {
          dataflow,
          m,
          k: 4 * (1 + random.below(4)),
          n: 1 + random.below(4),
          outer: random.bool() ? ("m" as const) : ("n" as const),
        },
      };
      try {
        check(data, chipConfig({ tile }), choice);
        tried++;
      } catch (error) {
        if (!String(error).includes("fits the chip")) throw error;
      }
    }
    expect(tried).toBeGreaterThan(30);
  });

  test("random shapes on 2 x 2 tiles, divided in every way", () => {
    const random = new Random(seed);
    const chip = chipConfig({ tile, width: 2, height: 2 });
    const used = new Set<string>();
    for (let i = 0; i < 40; i++) {
      const data = randomMatmul(random, 70);
      const [m = 1, n = 1, k = 1] =
        [
          [4, 1, 1],
          [2, 2, 1],
          [1, 1, 4],
          [2, 1, 2],
          [1, 2, 2],
          [1, 4, 1],
          [1, 1, 3],
        ][random.below(7)] ?? [];
      const weights = k === 1 && m === 2 && random.bool() ? ("multicast" as const) : ("own" as const);
      const fits =
        data.a.rows >= m && Math.ceil(data.w.cols / tile.side) >= n && Math.ceil(data.w.rows / tile.side) >= k;
      const plan = check(data, chip, fits ? { split: { m, n, k }, weights } : {});
      used.add(`${plan.split.m} ${plan.split.n} ${plan.split.k} ${plan.weights}`);
    }
    expect(used.size).toBeGreaterThan(6);
  });

  test.each([1, 2])("every token is needed: without any one of them the model finds a race, %d tiles", (width) => {
    const random = new Random(seed);
    let tried = 0;
    for (const kind of ["int32", "bias", "int8"]) {
      const given = randomMatmul(random, 1);
      const scale = { multiplier: 2 ** 23, shift: 4 };
      const output = {
        scales: Array.from({ length: 12 }, () => scale),
        zeroPoint: 0,
        low: -128,
        high: 127,
        activation: "none" as const,
      };
      const data: MatmulData = {
        ...given,
        a: randomInt8Matrix(random, 24, 24),
        w: randomInt8Matrix(random, 24, 12),
        bias: kind === "int32" ? null : Int32Array.from({ length: 12 }, () => random.int8()),
        output: kind === "int8" ? output : null,
      };
      const choice = { tile: { m: 8, k: 8, n: 2 }, split: { m: 1, n: 1, k: width } };
      const { programs, run } = prepared(data, chipConfig({ tile: { ...tile, scratchpadRows: 128 }, width }), choice);
      run();
      for (const changed of withoutOneToken(programs)) {
        expect(() => run(changed)).toThrow(/nothing orders|deadlock|nothing has written/);
        tried++;
      }
    }
    expect(tried).toBeGreaterThan(50);
  });
});
