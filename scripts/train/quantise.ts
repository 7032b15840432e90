import type { Layer, Network } from "../../testbench/workloads/digits/network.ts";
import { type Int8Matrix, int8Matrix } from "../../testbench/workloads/matrix.ts";
import { requantisation } from "../../testbench/workloads/requantise.ts";
import type { DenseLayer, Perceptron } from "./perceptron.ts";

/** Largest int8 in use; −128 is left out so that the scale is symmetric and the zero point 0. */
const INT8_MAX = 127;

/** Images of ink 0 … 1, one a row, as ink 0 … 127. */
export function quantiseImages(pixels: Float64Array, pixelsPerImage: number): Int8Matrix {
  const images = int8Matrix(pixels.length / pixelsPerImage, pixelsPerImage);
  for (let i = 0; i < pixels.length; i++) images.data[i] = Math.round((pixels[i] ?? 0) * INT8_MAX);
  return images;
}

/**
 * The trained perceptron in integers (symmetric, one scale a tensor, after training). With input scale s, weight scale
 * w and hidden scale h, sums are in units of s·w, biases are rounded to these, and s·w/h is the requantisation.
 * `hiddenLimit` is the hidden value that becomes 127; larger ones saturate.
 */
export function quantise(perceptron: Perceptron, hiddenLimit: number): Network {
  const inputScale = 1 / INT8_MAX;
  const hiddenScale = hiddenLimit / INT8_MAX;
  return {
    layers: [
      quantiseLayer(perceptron.hidden, inputScale, hiddenScale),
      quantiseLayer(perceptron.output, hiddenScale, null),
    ],
  };
}

function quantiseLayer(layer: DenseLayer, inputScale: number, outputScale: number | null): Layer {
  const largest = layer.weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
  const weightScale = largest / INT8_MAX;
  const sumScale = inputScale * weightScale;
  return {
    weights: int8Matrix(
      layer.inputs,
      layer.outputs,
      Int8Array.from(layer.weights, (weight) => Math.round(weight / weightScale)),
    ),
    bias: Int32Array.from(layer.bias, (bias) => Math.round(bias / sumScale)),
    requantisation: outputScale === null ? null : requantisation(sumScale / outputScale),
  };
}
