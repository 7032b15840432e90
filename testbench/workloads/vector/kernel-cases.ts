import type { Random } from "../../bench/random.ts";
import { addRelu } from "../../runtime/kernels/add-relu.ts";
import { hardSwish } from "../../runtime/kernels/hard-swish.ts";
import { hardTanh } from "../../runtime/kernels/hard-tanh.ts";
import { layerNorm } from "../../runtime/kernels/layer-norm.ts";
import { leakyRelu } from "../../runtime/kernels/leaky-relu.ts";
import { type PoolShape, pooling } from "../../runtime/kernels/pooling.ts";
import { covering, type Quantisation, realOf } from "../../runtime/kernels/quantisation.ts";
import {
  geluOf,
  hardSwishOf,
  hardTanhOf,
  leakyReluOf,
  sigmoidOf,
  siluOf,
  squaredReluOf,
} from "../../runtime/kernels/real-functions.ts";
import { probabilities, softmax } from "../../runtime/kernels/softmax.ts";
import { squaredRelu } from "../../runtime/kernels/squared-relu.ts";
import { tabulated } from "../../runtime/kernels/tabulated.ts";
import type { Shape, VectorKernel } from "../../runtime/kernels/vector-kernel.ts";
import type { VectorPlan } from "../../runtime/kernels/vector-plan.ts";
import type { KernelCase } from "./kernel-case.ts";
import { mapped, type RealMatrix, realLayerNorm, realPooling, realSoftmax } from "./real-matrix.ts";

type Planner = (
  plan: VectorPlan,
  shape: Shape,
  of: (x: number) => number,
  input: Quantisation,
  output: Quantisation,
) => VectorKernel;

/** Every kernel on matrices of a shape, with quantisations and parameters drawn at random. */
export function kernelCases(shape: Shape, random: Random): KernelCase[] {
  const between = (low: number, high: number) => low + (high - low) * random.unit();
  const input = (): Quantisation => ({ scale: between(0.02, 0.08), zeroPoint: random.below(128) - 64 });
  const about = `${shape.rows} x ${shape.cols}`;

  /** A function of one number. */
  const pointwise = (name: string, of: (x: number) => number, planned: Planner): KernelCase => {
    const given = input();
    const results = Array.from({ length: 256 }, (_, i) => of(realOf(i - 128, given)));
    const output = covering(Math.min(0, ...results), Math.max(1e-3, ...results));
    return {
      ...{ name, shape, about, whole: false, inputs: [given] },
      plan: (plan, part) => planned(plan, part, of, given, output),
      real: ([x]) => mapped(some(x), of),
    };
  };

  const image = imageOf(shape);
  const pool = (name: string, kind: "max" | "average", window: PoolShape["window"]): KernelCase => {
    const [given, poolShape] = [input(), { ...image, window }];
    const output = { scale: given.scale * between(1, 1.2), zeroPoint: given.zeroPoint };
    return {
      ...{ name, whole: true, inputs: [given] },
      shape: { rows: image.height * image.width, cols: image.channels },
      about: `${image.height} x ${image.width} pixels, ${image.channels} channels, ${window.height} x ${window.width} windows`,
      plan: (plan) => pooling(plan, kind, poolShape, given, output),
      real: ([x]) => realPooling(some(x), kind, poolShape),
    };
  };

  const logits = input();
  const normalised = input();
  const gain = Array.from({ length: shape.cols }, () => between(-1.5, 1.5));
  const offset = Array.from({ length: shape.cols }, () => between(-1, 1));
  const parameters = { gain, offset, epsilon: 1e-5 };
  const slope = between(0, 0.5);
  const addends = [input(), input()] as const;
  const sum = covering(0, 8);
  return [
    {
      ...{ name: "softmax", shape, about, whole: false, inputs: [logits] },
      plan: (plan, part) => softmax(plan, part, logits),
      real: ([x]) => realSoftmax(some(x)),
    },
    {
      ...{ name: "layer-norm", shape, about, whole: false, inputs: [normalised] },
      plan: (plan, part) => layerNorm(plan, part, normalised, parameters, covering(-5, 5)),
      real: ([x]) => realLayerNorm(some(x), parameters),
    },
    pointwise("gelu", geluOf, tabulated),
    pointwise("silu", siluOf, tabulated),
    pointwise("sigmoid", sigmoidOf, (plan, part, of, given) => tabulated(plan, part, of, given, probabilities)),
    pointwise("hard-swish", hardSwishOf, (plan, part, _, given, output) => hardSwish(plan, part, given, output)),
    pointwise("hard-tanh", hardTanhOf, (plan, part, _, given, output) => hardTanh(plan, part, given, output)),
    pointwise(
      "leaky-relu",
      (x) => leakyReluOf(x, slope),
      (plan, part, _, given, output) => leakyRelu(plan, part, slope, given, output),
    ),
    pointwise("squared-relu", squaredReluOf, (plan, part, _, given, output) => squaredRelu(plan, part, given, output)),
    {
      ...{ name: "add-relu", shape, about, whole: false, inputs: addends },
      plan: (plan, part) => addRelu(plan, part, addends, sum),
      real: ([a, b]) => {
        const second = some(b);
        const added = some(a).data.map((one, i) => Math.max(0, one + (second.data[i] ?? Number.NaN)));
        return { ...second, data: added };
      },
    },
    pool("max-pool", "max", { height: 2, width: 2, stride: 2 }),
    pool("average-pool", "average", { height: 3, width: 3, stride: 1 }),
  ];
}

/** A square image of about as many pixels as the shape has rows, of at least 3 × 3. */
function imageOf({ rows, cols }: Shape) {
  const side = Math.max(3, Math.floor(Math.sqrt(rows)));
  return { height: side, width: side, channels: cols };
}

function some(matrix: RealMatrix | undefined): RealMatrix {
  if (!matrix) throw new RangeError("an input of the kernel is missing");
  return matrix;
}
