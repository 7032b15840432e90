import { describe, expect, test } from "vitest";
import { npuConfig } from "../../../hdl/index.ts";
import { vectorOperations } from "../../../hdl/npu/isa/index.ts";
import { Random } from "../../bench/random.ts";
import { replay, seedOf } from "../../bench/seed.ts";
import { silent } from "../../progress.ts";
import type { Shape } from "../../runtime/kernels/vector-kernel.ts";
import { VectorPlan } from "../../runtime/kernels/vector-plan.ts";
import { runCase } from "./kernel-case.ts";
import { kernelCases } from "./kernel-cases.ts";
import { SliceDevice } from "./slice-device.fuzz.ts";

const seed = seedOf(undefined);
const small = { scratchpadRows: 1024, accumulatorRows: 128 };

describe(`kernels on the hardware within their bounds (${replay(seed)})`, () => {
  const check = async (engine: "wasm" | "interpreter", side: number, shape: Shape, names?: readonly string[]) => {
    const random = new Random(seed);
    const device = new SliceDevice({ side, ...small }, { engine, seed });
    for (const one of kernelCases(shape, random)) {
      if (names && !names.includes(one.name)) continue;
      const { failure, error, bound } = await runCase(one, device, random, silent);
      expect([one.name, failure, error <= bound * (1 + 1e-9)]).toEqual([one.name, null, true]);
    }
  };

  test.each([
    [2, 9, 5],
    [4, 30, 18],
    [4, 3, 100],
    [16, 40, 33],
    [32, 7, 20],
    [4, 1, 1],
  ])("%d lanes, %d x %d", (side, rows, cols) => check("wasm", side, { rows, cols }));

  test("on the interpreter too", () =>
    check("interpreter", 2, { rows: 3, cols: 3 }, ["hard-tanh", "add-relu", "average-pool"]));

  test("at full width, element by element, a row a cycle", async () => {
    const random = new Random(seed);
    const device = new SliceDevice({ side: 4, ...small }, { seed });
    const cycles = async (rows: number) => {
      const gelu = kernelCases({ rows, cols: 8 }, random).find(({ name }) => name === "gelu");
      if (!gelu) throw new Error("there is no gelu");
      return (await runCase(gelu, device, random, silent)).vectorCycles;
    };
    expect((await cycles(60)) - (await cycles(30))).toBe(60);
  });

  test("together they use every operation", () => {
    const used = new Set<unknown>(["copy"]); // by requantisation
    for (const one of kernelCases({ rows: 4, cols: 4 }, new Random(seed))) {
      const plan = new VectorPlan(npuConfig());
      one.plan(plan, one.shape);
      for (const { operands } of plan.program) if (operands?.op !== undefined) used.add(operands.op);
    }
    expect([...used].toSorted()).toEqual([...vectorOperations].toSorted());
  });

  test("a kernel that computes something else is found", async () => {
    const random = new Random(seed);
    const device = new SliceDevice({ side: 4, ...small }, { seed });
    for (const one of kernelCases({ rows: 25, cols: 9 }, random)) {
      const off = {
        ...one,
        real: (inputs: Parameters<typeof one.real>[0]) => {
          const { data, ...shape } = one.real(inputs);
          return { ...shape, data: data.map((x, i) => (i !== 20 ? x : x > 0.5 ? x - 1 : x + 1)) };
        },
      };
      const { failure } = await runCase(off, device, random, silent);
      expect([one.name, failure]).toEqual([
        one.name,
        expect.stringMatching(/: row 2, column 2 is wrong by .* more than /),
      ]);
    }
  });

  test("what does not fit is said before anything runs", async () => {
    const random = new Random(seed);
    const device = new SliceDevice({ side: 4, ...small }, { seed });
    const [softmax] = kernelCases({ rows: 2, cols: 400 }, random);
    if (!softmax) throw new Error("there is no softmax");
    await expect(runCase(softmax, device, random, silent)).rejects.toThrow(
      "softmax needs 105 rows of an accumulator bank, of 64; make --rows or --cols smaller",
    );
    expect(device.dut.cycle).toBe(0);
  });
});
