import { describe, expect, it } from "vitest";
import { Random } from "../../testbench/bench/random.ts";
import { infer } from "../../testbench/workloads/digits/network.ts";
import { referenceMatmul } from "../../testbench/workloads/matrix.ts";
import { Perceptron } from "./perceptron.ts";
import { quantise, quantiseImages } from "./quantise.ts";

const INPUTS = 50;

describe("quantise", () => {
  it("keeps the scores but for rounding", async () => {
    const random = new Random(6);
    const perceptron = new Perceptron(random, INPUTS, 20, 4);
    for (const bias of [perceptron.hidden.bias, perceptron.output.bias]) {
      for (let n = 0; n < bias.length; n++) bias[n] = random.unit() - 0.5;
    }
    const pixels = Float64Array.from({ length: 30 * INPUTS }, () => random.unit());
    const scores: number[] = [];
    let limit = 0;
    for (let m = 0; m < 30; m++) {
      scores.push(...perceptron.forward(pixels.subarray(m * INPUTS, (m + 1) * INPUTS)));
      limit = Math.max(limit, ...perceptron.hiddenActivations);
    }
    const network = quantise(perceptron, limit);
    const { logits } = await infer(network, quantiseImages(pixels, INPUTS), referenceMatmul);
    const largest = Math.max(...perceptron.output.weights.map(Math.abs));
    const unit = (limit / 127) * (largest / 127);
    const span = Math.max(...scores) - Math.min(...scores);
    for (const [i, score] of scores.entries()) {
      expect(Math.abs((logits.data[i] ?? Number.NaN) * unit - score)).toBeLessThan(0.03 * span);
    }
  });

  it("uses the whole range of weights but for -128", () => {
    const { layers } = quantise(new Perceptron(new Random(7), INPUTS, 20, 4), 3);
    for (const { weights } of layers) {
      expect(weights.data.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0)).toBe(127);
    }
  });
});

describe("quantiseImages", () => {
  it("takes ink 0 to 1 as 0 to 127, rounded", () => {
    expect([...quantiseImages(Float64Array.of(0, 0.004, 0.5, 1), 2).data]).toEqual([0, 1, 64, 127]);
  });
});
