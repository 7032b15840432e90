import type { Random } from "../../bench/random.ts";
import { randomInt8Matrix } from "../../workloads/matrix.ts";
import type { MatmulData } from "./matmul-data.ts";

/** A matmul of random shape, 1 to `most` in each direction, with random numbers, with or without bias and requantisation. */
export function randomMatmul(random: Random, most: number): MatmulData {
  const size = () => 1 + random.below(most);
  const [m, k, n] = [size(), size(), size()];
  const kind = random.below(3);
  const [low = 0, high = 0] = [random.int8(), random.int8()].sort((a, b) => a - b);
  return {
    a: randomInt8Matrix(random, m, k),
    w: randomInt8Matrix(random, k, n),
    bias: kind === 0 ? null : Int32Array.from({ length: n }, () => random.int32() >> 12),
    output:
      kind < 2
        ? null
        : {
            scales: Array.from({ length: n }, () => ({
              multiplier: 2 ** 23 + random.below(2 ** 23),
              shift: 3 + random.below(12),
            })),
            zeroPoint: random.int8(),
            low,
            high,
            activation: (["none", "relu", "relu6", "clip"] as const)[random.below(4)] ?? "none",
          },
  };
}
