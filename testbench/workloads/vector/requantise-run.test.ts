import { describe, expect, test } from "vitest";
import { Random } from "../../bench/random.ts";
import { replay, seedOf } from "../../bench/seed.ts";
import { silent } from "../../progress.ts";
import { OnnxRequantiser, onnxWays } from "./onnx-requantise.ts";
import { OnnxRuntime } from "./onnx-runtime.ts";
import { edgeBatches, halfBatches, type RequantiseBatch, randomBatches } from "./requantise-batch.ts";
import { runRequantise } from "./requantise-run.ts";
import { SliceDevice } from "./slice-device.fuzz.ts";

const seed = seedOf(undefined);
const runtime = await OnnxRuntime.load();
if (!runtime) throw new Error("onnxruntime-web is not installed; npm ci installs it");

describe(`requantisation (${replay(seed)})`, () => {
  test("every edge, half and random sum is what single precision and ONNX Runtime make of it", async () => {
    const device = new SliceDevice({ side: 16 }, { seed });
    const batches = [...edgeBatches(), ...halfBatches(), ...randomBatches(new Random(seed), 10)];
    const { failure, sums, rowsPerCycle, onnx } = await runRequantise(batches, device, runtime, silent);
    expect(failure).toBeNull();
    expect(sums).toBeGreaterThan(200_000);
    expect(rowsPerCycle).toBeGreaterThan(0.95);
    const few = edgeBatches().filter(({ scales }) => scales.length <= 8);
    expect(onnx).toEqual({
      QLinearConv: sums,
      "DequantizeLinear + QuantizeLinear": sums,
      QLinearMatMul: few.reduce((count, batch) => count + batch.sums.data.length, 0),
    });
  });

  test("batches larger than the accumulators, and fewer lanes", async () => {
    const device = new SliceDevice({ side: 4, accumulatorRows: 32, scratchpadRows: 256 }, { seed });
    const batches = randomBatches(new Random(seed), 1);
    expect(await runRequantise(batches, device, null, silent)).toMatchObject({ failure: null, onnx: {} });
  });

  const limits = { zeroPoint: 3, activation: "clip", low: -9, high: 9 } as const;
  const scales = [{ multiplier: 2 ** 23, shift: 0 }];
  const sums = { rows: 2, cols: 1, data: Int32Array.of(2, 5) };
  const batch: RequantiseBatch = { sums, scales, biases: [2], limits };

  test("ONNX Runtime adds the bias, rounds halves to even numbers and is limited by the activation", async () => {
    const oracle = await OnnxRequantiser.open(runtime);
    const of = async (one: RequantiseBatch) => (await oracle.run(one)).map((data) => data && [...data]);
    expect(await of(batch)).toEqual([[5, 7], null, [5, 7]]);
    expect(await of({ ...batch, biases: [0] })).toEqual(onnxWays.map(() => [4, 5]));
    expect((await of({ ...batch, limits: { ...limits, high: 6 } }))[0]).toEqual([5, 6]);
  });

  test("a result that differs is told with all that it was made of", async () => {
    const device = new SliceDevice({ side: 4, accumulatorRows: 32, scratchpadRows: 256 }, { seed });
    const broken = new SliceDevice({ side: 4, accumulatorRows: 32, scratchpadRows: 256 }, { seed });
    const { run } = broken;
    broken.run = async (...given) => {
      const result = await run.apply(broken, given);
      result.output.data[1] = 0;
      return result;
    };
    expect((await runRequantise([batch], device, null, silent)).failure).toBeNull();
    expect((await runRequantise([batch], broken, null, silent)).failure).toBe(
      "the sum 5 with bias 2, scale 8388608 · 2^-24, zero point 3 and clip from -9 to 9 became 0; single precision gives 7",
    );
  });
});
