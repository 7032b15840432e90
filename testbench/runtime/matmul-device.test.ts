import { expect, test } from "vitest";
import { Random } from "../bench/random.ts";
import { silent } from "../progress.ts";
import { firstMismatch, randomInt8Matrix, referenceMatmul } from "../workloads/matrix.ts";
import { MatmulDevice } from "./matmul-device.ts";

const small = { rows: 4, cols: 3, activationWords: 24, weightWords: 32, accumulatorRows: 20 };

test("products of any shape are exact on an engine whose buffers hold a part of them", async () => {
  const random = new Random(7);
  const device = new MatmulDevice(small, { seed: 7 });
  for (const [m, k, n] of [
    [1, 1, 1],
    [4, 4, 3],
    [5, 9, 7],
    [13, 30, 11],
    [21, 3, 2],
  ] as const) {
    const a = randomInt8Matrix(random, m, k);
    const w = randomInt8Matrix(random, k, n);
    const { sums, counters, blocks, bound } = await device.multiply(a, w, silent);
    expect(firstMismatch(referenceMatmul(a, w), sums), `${m}x${k}x${n}`).toBeNull();
    expect(counters.window).toBe(bound + 2 * blocks.length);
    expect(counters.results).toBeGreaterThanOrEqual(m);
  }
});
