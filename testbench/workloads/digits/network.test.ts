import { describe, expect, it } from "vitest";
import { type Int8Matrix, int8Matrix, int32Matrix, referenceMatmul } from "../matrix.ts";
import { countCorrect, infer, type Network } from "./network.ts";

const half = { multiplier: 2 ** 30, shift: 0 };
const network: Network = {
  layers: [
    { weights: int8Matrix(2, 2, Int8Array.of(1, -1, 2, 1)), bias: Int32Array.of(1, -3), requantisation: half },
    { weights: int8Matrix(2, 3, Int8Array.of(1, 0, 1, 0, 1, 1)), bias: Int32Array.of(0, 0, -5), requantisation: null },
  ],
};

describe("infer", () => {
  it("adds biases, halves with ties away from zero, rectifies, saturates at 127, and picks the lowest largest", async () => {
    const images = int8Matrix(3, 2, Int8Array.of(3, 4, 0, 10, 127, 127));
    // Sums plus bias: (12, -2), (21, 7), (382, -3); hidden: (6, 0), (11, 4), (127, 0).
    const { logits, predictions } = await infer(network, images, referenceMatmul);
    expect(logits).toEqual(int32Matrix(3, 3, Int32Array.of(6, 0, 1, 11, 4, 10, 127, 0, 122)));
    expect([...predictions]).toEqual([0, 0, 0]);
    const tie = await infer(network, int8Matrix(1, 2, Int8Array.of(-1, 0)), referenceMatmul);
    expect([...tie.logits.data, ...tie.predictions]).toEqual([0, 0, -5, 0]);
  });

  it("hands every layer's product to the caller's multiplier, in order", async () => {
    const calls: [Int8Matrix, Int8Matrix][] = [];
    await infer(network, int8Matrix(1, 2, Int8Array.of(3, 4)), (a, w) => {
      calls.push([a, w]);
      return referenceMatmul(a, w);
    });
    expect(calls.map(([a]) => [...a.data])).toEqual([
      [3, 4],
      [6, 0],
    ]);
    expect(calls.map(([, w]) => w)).toEqual(network.layers.map(({ weights }) => weights));
  });

  it("refuses a product of another shape, and a network without an end", async () => {
    const images = int8Matrix(1, 2);
    await expect(infer(network, images, () => int32Matrix(2, 2))).rejects.toThrow(
      "the product of 1 × 2 and 2 × 2 came back as 2 × 2",
    );
    await expect(infer({ layers: network.layers.slice(0, 1) }, images, referenceMatmul)).rejects.toThrow(RangeError);
  });
});

describe("countCorrect", () => {
  it("counts", () => {
    expect(countCorrect(Uint8Array.of(1, 2, 3), Uint8Array.of(1, 0, 3))).toBe(2);
  });
});
