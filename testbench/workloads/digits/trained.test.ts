import { describe, expect, it } from "vitest";
import { referenceMatmul } from "../matrix.ts";
import { countCorrect, infer } from "./network.ts";
import { heldOutImages, trainedNetwork } from "./trained.ts";

const network = trainedNetwork();
const { images, labels } = heldOutImages();

describe("the committed digits", () => {
  it("are at least 200 images of 28 × 28, ink 0 to 127, some of each digit", () => {
    expect([images.rows >= 200, images.cols, labels.length]).toEqual([true, 28 * 28, images.rows]);
    expect([...new Set(labels)].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(images.data.every((ink) => ink >= 0)).toBe(true);
    for (let m = 0; m < images.rows; m++) {
      expect(images.data.subarray(m * images.cols, (m + 1) * images.cols).some((ink) => ink > 100)).toBe(true);
    }
  });

  it("have a network of fitting layers with a bias for each output", () => {
    const { layers } = network;
    expect(layers.map(({ weights, bias }) => [weights.rows, weights.cols, bias.length])).toEqual([
      [784, 64, 64],
      [64, 10, 10],
    ]);
    expect(layers.map(({ requantisation }) => requantisation === null)).toEqual([false, true]);
  });

  it("are recognised, 95 % of them at least", async () => {
    const { predictions } = await infer(network, images, referenceMatmul);
    expect(countCorrect(predictions, labels) / labels.length).toBeGreaterThanOrEqual(0.95);
  });

  it("are not recognised once upside down: the accuracy is the images' doing", async () => {
    const turned = { ...images, data: images.data.slice().reverse() };
    const { predictions } = await infer(network, turned, referenceMatmul);
    expect(countCorrect(predictions, labels.slice().reverse()) / labels.length).toBeLessThan(0.6);
  });
});
