import { describe, expect, test } from "vitest";
import { InputError } from "../../input-error.ts";
import { silent } from "../../progress.ts";
import type { RunRequest } from "../../testbench.ts";
import { vector } from "./testbench.ts";

const request = (options: RunRequest["options"], others: Partial<RunRequest> = {}): RunRequest => ({
  engine: "wasm",
  seed: 1,
  randomInit: true,
  array: { rows: 4, cols: 4 },
  cycles: 1e9,
  waves: null,
  options,
  progress: silent,
  ...others,
});

describe("systole run vector", () => {
  test("one kernel, for people and for machines", async () => {
    const { passed, failure, rows, json } = await vector.run(request({ kernel: "softmax", rows: "10", cols: "7" }));
    expect([passed, failure]).toEqual([true, null]);
    expect(rows).toEqual([
      ["vector unit", "4 lanes, its cycles of those from DRAM to DRAM; seed 1, wasm"],
      [
        "softmax",
        expect.stringMatching(
          /^10 x 7: \d+ of [\d,]+ cycles, 0\.\d+ rows a cycle, error 0\.00\d+ of at most 0\.00\d+$/,
        ),
      ],
    ]);
    expect(json).toMatchObject({
      lanes: 4,
      requantise: null,
      kernels: [
        {
          ...{ name: "softmax", shape: { rows: 10, cols: 7 }, failure: null, bound: expect.any(Number) },
          bytes: { loaded: expect.any(Number), stored: 70 },
        },
      ],
    });
  });

  test("all of them", async () => {
    const { failure, rows } = await vector.run(request({ rows: "9", cols: "5" }, { array: { rows: 16, cols: 16 } }));
    expect(failure).toBeNull();
    expect(rows.map(([label]) => label)).toEqual([
      ...["vector unit", "softmax", "layer-norm", "gelu", "silu", "sigmoid", "hard-swish", "hard-tanh", "leaky-relu"],
      ...["squared-relu", "add-relu", "max-pool", "average-pool", "requantise", "ONNX Runtime 1.30.0"],
    ]);
  });

  test.each<[string, RunRequest["options"], Partial<RunRequest>, string]>([
    ["an unknown kernel", { kernel: "gelus" }, {}, "--kernel gelus: there is no such kernel; did you mean gelu?"],
    ["no rows", { rows: "0" }, {}, "--rows 0: give a whole number from 1 to 4095"],
    ["an array that is not square", {}, { array: { rows: 4, cols: 8 } }, "--array 4x8: the vector unit has 2, 4, 8"],
    ["a row that is too wide", { cols: "4095" }, {}, "softmax needs 1,029 rows of an accumulator bank, of 512"],
  ])("%s", async (_, options, others, message) => {
    const error = await vector.run(request(options, others)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InputError);
    expect(String(error)).toContain(message);
  });

  test("the same with the same seed", async () => {
    const run = () => vector.run(request({ kernel: "layer-norm", rows: "5", cols: "6" }, { seed: 7 }));
    expect(await run()).toEqual(await run());
  });

  test("more rows than fit at a time, with a slow and unwilling memory", async () => {
    const memory = { dramLatency: "30", dramBandwidth: "2", stalls: "0.3" };
    const { failure, json } = await vector.run(request({ kernel: "softmax", rows: "150", cols: "33", ...memory }));
    expect(failure).toBeNull();
    expect(json.kernels).toMatchObject([{ part: 38, bytes: { stored: 4 * 38 * 33 } }]);
  });

  test("not more cycles than it may take", async () => {
    await expect(vector.run(request({}, { cycles: 300 }))).rejects.toThrow("not finished after 300 cycles");
  });
});
