import type { Random } from "../../bench/random.ts";
import type { Limits } from "../../runtime/kernels/requantise.ts";
import type { SingleScale } from "../../runtime/requantise-single.ts";
import { type Int32Matrix, int32Matrix } from "../matrix.ts";

/** Sums that are requantised together: a scale and a bias for each column. */
export interface RequantiseBatch {
  readonly sums: Int32Matrix;
  readonly scales: readonly SingleScale[];
  readonly biases: readonly number[];
  readonly limits: Limits;
}

const int32 = { least: -(2 ** 31), most: 2 ** 31 - 1 };

/** Sums at the ends of int32, where they stop being exact in single precision, and around those that int8 ends at. */
const edgeSums: readonly number[] = [
  ...[1, 2, 3, 5, 127, 128, 129, 254, 255, 256, 257],
  ...[2 ** 23 - 1, 2 ** 23, 2 ** 23 + 1, 2 ** 24 - 1, 2 ** 24, 2 ** 24 + 1, 2 ** 24 + 2, 2 ** 24 + 3],
  ...[2 ** 25 + 2, 2 ** 25 + 6, 2 ** 30 - 1, 2 ** 30, 2 ** 30 + 64, 2 ** 30 + 65],
  ...[2 ** 31 - 192, 2 ** 31 - 128, 2 ** 31 - 65, 2 ** 31 - 64, 2 ** 31 - 63, int32.most],
]
  .flatMap((sum) => [sum, -sum])
  .concat(0, int32.least);

/** 0 and, with each shift, the least, the greatest and some other multipliers. */
const edgeScales: readonly SingleScale[] = [{ multiplier: 0, shift: 0 }].concat(
  Array.from({ length: 32 }, (_, shift) =>
    [2 ** 23, 2 ** 23 + 1, 11_184_811, 2 ** 24 - 2, 2 ** 24 - 1].map((multiplier) => ({ multiplier, shift })),
  ).flat(),
);

const plain = (zeroPoint: number): Limits => ({ zeroPoint, activation: "none", low: 0, high: 0 });

/** Zero points at their ends and in between, every activation, ranges of one number and of all. */
const edgeLimits: readonly Limits[] = [
  ...[-128, -127, -1, 0, 1, 126, 127].map(plain),
  ...[-128, 0, 127].map((zeroPoint): Limits => ({ zeroPoint, activation: "relu", low: 0, high: 0 })),
  { zeroPoint: -128, activation: "relu6", low: 0, high: 127 },
  { zeroPoint: -7, activation: "relu6", low: 0, high: 100 },
  { zeroPoint: 127, activation: "relu6", low: 0, high: 127 },
  { zeroPoint: 0, activation: "clip", low: -128, high: 127 },
  { zeroPoint: -128, activation: "clip", low: -20, high: 30 },
  { zeroPoint: 127, activation: "clip", low: 5, high: 5 },
];

/** Every edge sum with each of the scales, once for each of the limits. */
function crossed(scales: readonly SingleScale[], all: readonly Limits[]): RequantiseBatch[] {
  const sums = int32Matrix(edgeSums.length, scales.length);
  sums.data.forEach((_, i, data) => {
    data[i] = edgeSums[Math.floor(i / scales.length)] ?? 0;
  });
  const biases = scales.map(() => 0);
  return all.map((limits) => ({ sums, scales, biases, limits }));
}

/** Every edge sum with every edge scale for each of the edge limits, and some of them in batches of few columns. */
export function edgeBatches(): RequantiseBatch[] {
  const few = edgeScales.filter((_, i) => i % 23 === 1);
  return [...crossed(edgeScales, edgeLimits), ...crossed(few, [plain(-128), plain(-1), plain(127)])];
}

/** Sums and scales whose product is half an odd number, to 255.5 and −255.5, by all shifts that a sum allows. */
export function halfBatches(): RequantiseBatch[] {
  const odds = Array.from({ length: 512 }, (_, i) => 2 * i - 511);
  const shifts = Array.from({ length: 22 }, (_, shift) => shift);
  const sums = int32Matrix(odds.length, shifts.length);
  odds.forEach((odd, row) => {
    shifts.forEach((shift, col) => {
      sums.data[row * shifts.length + col] = odd * 2 ** shift;
    });
  });
  const scales = shifts.map((shift) => ({ multiplier: 2 ** 23, shift }));
  const biases = shifts.map(() => 0);
  return [-128, -1, 0, 127].map((zeroPoint) => ({ sums, scales, biases, limits: plain(zeroPoint) }));
}

/** Random sums of every magnitude, scales, biases that may wrap the sum, and limits. */
export function randomBatches(random: Random, count: number): RequantiseBatch[] {
  const [rows, cols] = [128, 32];
  return Array.from({ length: count }, () => {
    const sums = int32Matrix(rows, cols);
    sums.data.forEach((_, i, data) => {
      data[i] = random.int32() >> random.below(32);
    });
    const [low = 0, high = 0] = [random.int8(), random.int8()].sort((a, b) => a - b);
    const zeroPoint = low + random.below(high - low + 1);
    const activation = (["none", "relu", "relu6", "clip"] as const)[random.below(4)] ?? "none";
    return {
      sums,
      scales: Array.from({ length: cols }, () => ({
        multiplier: 2 ** 23 + random.below(2 ** 23),
        shift: random.below(32),
      })),
      biases: Array.from({ length: cols }, () => random.int32() >> random.below(32)),
      limits: { zeroPoint, activation, low, high },
    };
  });
}
