import { describe, expect, it } from "vitest";
import { Random } from "../../testbench/bench/random.ts";
import { Perceptron } from "./perceptron.ts";

function example(random: Random): { image: Float64Array; label: number } {
  return { image: Float64Array.from({ length: 5 }, () => random.unit()), label: random.below(3) };
}

describe("Perceptron", () => {
  it("accumulates the slopes of its loss", () => {
    const random = new Random(4);
    const perceptron = new Perceptron(random, 5, 4, 3);
    const { image, label } = example(random);
    perceptron.accumulate(image, label);
    const gradients = perceptron.gradients.map((gradient) => gradient.slice());
    const { hidden, output } = perceptron;
    const delta = 1e-6;
    for (const [p, values] of [hidden.weights, hidden.bias, output.weights, output.bias].entries()) {
      for (const [i, value] of values.entries()) {
        values[i] = value + delta;
        const above = perceptron.accumulate(image, label);
        values[i] = value - delta;
        const below = perceptron.accumulate(image, label);
        values[i] = value;
        expect(gradients[p]?.[i]).toBeCloseTo((above - below) / (2 * delta), 5);
      }
    }
    expect(gradients.every((gradient) => gradient.some((slope) => slope !== 0))).toBe(true);
  });

  it("learns eight examples by heart, to the same weights from the same seed", () => {
    const learn = () => {
      const random = new Random(5);
      const perceptron = new Perceptron(random, 5, 16, 3);
      const examples = Array.from({ length: 8 }, () => example(random));
      let loss = 0;
      for (let epoch = 0; epoch < 500; epoch++) {
        loss = examples.reduce((sum, { image, label }) => sum + perceptron.accumulate(image, label), 0);
        perceptron.step(0.01, examples.length);
      }
      expect(loss).toBeLessThan(0.05);
      return perceptron.hidden.weights;
    };
    expect(learn()).toEqual(learn());
  });
});
