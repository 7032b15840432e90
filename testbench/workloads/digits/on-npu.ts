import type { Progress } from "../../progress.ts";
import { planMatmul } from "../../runtime/matmul/chip-plan.ts";
import {
  type MatmulData,
  type PlacedMatmul,
  placeMatmul,
  readResult,
  referenceResult,
} from "../../runtime/matmul/matmul-data.ts";
import { MatmulPrograms } from "../../runtime/matmul/matmul-programs.ts";
import type { Npu } from "../../runtime/npu.ts";
import { disagreement, type NpuRun } from "../../runtime/npu-run.ts";
import { singleScale } from "../../runtime/requantise-single.ts";
import type { Int8Matrix } from "../matrix.ts";
import { memoryOf } from "../npu-matmul/matmul-run.ts";
import { type Inference, largest, type Network } from "./network.ts";

/** A network in the NPU's arithmetic. */
export interface NpuReference {
  /** Each layer, with what the one before gives. */
  readonly layers: readonly MatmulData[];
  readonly inference: Inference;
}

/** The network on the whole NPU. */
export interface NpuInference {
  readonly inference: Inference;
  readonly run: NpuRun;
  /** Where counters and monitors do not agree; null where they do. */
  readonly disagreement: string | null;
}

/**
 * What a network gives in the arithmetic of the vector unit, exact to the bit: sums are int32, a hidden layer's are scaled
 * in single precision by the number nearest to the layer's factor (24 bits of it), rounded to the nearest, halves to
 * even, and limited to 0 to 127. See `requantiseSingle`. Throws a RangeError for a network without a last layer.
 */
export function npuReference(network: Network, images: Int8Matrix): NpuReference {
  const layers: MatmulData[] = [];
  let activations = images;
  for (const { weights, bias, requantisation } of network.layers) {
    const scale = requantisation && singleScale(requantisation.multiplier * 2 ** -(31 + requantisation.shift));
    const layer: MatmulData = {
      a: activations,
      w: weights,
      bias,
      output: scale && {
        scales: Array.from({ length: weights.cols }, () => scale),
        ...{ zeroPoint: 0, low: 0, high: 127, activation: "relu" },
      },
    };
    layers.push(layer);
    const { data, ...size } = referenceResult(layer);
    if (data instanceof Int8Array) activations = { ...size, data };
    else {
      const logits = { ...size, data };
      return { layers, inference: { logits, predictions: largest(logits) } };
    }
  }
  throw new RangeError("a network's last layer has no requantisation; this one has no such layer");
}

/**
 * Runs the layers of a network as one program of one tile: products, biases, requantisation and rectifier are the
 * hardware's, and a layer reads from DRAM what the one before wrote there.
 */
export async function inferOnNpu(layers: readonly MatmulData[], npu: Npu, progress: Progress): Promise<NpuInference> {
  const matmuls = new MatmulPrograms(npu.config);
  let before: PlacedMatmul | null = null;
  let expected = 0;
  for (const data of layers) {
    const a = before && { address: before.task.c, stride: before.task.cStride };
    const placed: PlacedMatmul = placeMatmul(data, npu.map, npu.config.tile.side, a ? { a } : {});
    const demands = { int8: data.output !== null, bias: true };
    const split = { m: 1, n: 1, k: 1 };
    const { plan, estimate } = planMatmul(placed.task, demands, npu.config, memoryOf(npu), { split });
    matmuls.add(placed.task, plan);
    npu.load(placed.contents);
    expected += estimate.cycles;
    before = placed;
  }
  if (!before) throw new RangeError("a network has at least one layer");
  const run = await npu.run(matmuls.programs, progress, { expected });
  const { data, ...size } = readResult(npu.dram.memory, before.task);
  const logits = { ...size, data: Int32Array.from(data) };
  return { inference: { logits, predictions: largest(logits) }, run, disagreement: disagreement(run) };
}
