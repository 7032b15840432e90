import { type Int8Matrix, type Int32Matrix, int8Matrix, int32Matrix } from "../matrix.ts";
import { type Requantisation, requantise } from "../requantise.ts";

/**
 * A fully connected layer in integers: activations (M × K) · `weights` (K × N) + `bias` in int32. A hidden layer then
 * scales by `requantisation` and clamps to 0 … 127, which is its rectifier; the last one (null) yields the logits.
 */
export interface Layer {
  readonly weights: Int8Matrix;
  readonly bias: Int32Array;
  readonly requantisation: Requantisation | null;
}

/** Each layer has as many rows of weights as the one before has columns; only the last has no requantisation. */
export interface Network {
  readonly layers: readonly Layer[];
}

/** Row m belongs to image m. */
export interface Inference {
  /** Images × classes. */
  readonly logits: Int32Matrix;
  /** The class of each image's largest logit, the lowest class among equals. */
  readonly predictions: Uint8Array;
}

/** An exact product of (M × K) and (K × N) with int32 sums: the reference at once, or the simulated array in time. */
export type Matmul = (a: Int8Matrix, w: Int8Matrix) => Int32Matrix | Promise<Int32Matrix>;

/**
 * Runs the network on `images` (a row each, ink 0 … 127), with `matmul` once a layer, in order. Whatever is not a
 * matrix product is done here in exact integers, so that any two correct `matmul`s give equal results.
 * @throws RangeError where the shape of `images`, or of a product, does not fit
 */
export async function infer(network: Network, images: Int8Matrix, matmul: Matmul): Promise<Inference> {
  let activations = images;
  for (const layer of network.layers) {
    const sums = await matmul(activations, layer.weights);
    if (sums.rows !== activations.rows || sums.cols !== layer.weights.cols) {
      throw new RangeError(
        `the product of ${activations.rows} × ${activations.cols} and ${layer.weights.rows} × ${layer.weights.cols} ` +
          `came back as ${sums.rows} × ${sums.cols}`,
      );
    }
    const biased = addBias(sums, layer.bias);
    if (layer.requantisation === null) return { logits: biased, predictions: largest(biased) };
    activations = rectify(biased, layer.requantisation);
  }
  throw new RangeError("a network's last layer has no requantisation; this one has no such layer");
}

/** How many predictions equal their labels. */
export function countCorrect(predictions: Uint8Array, labels: Uint8Array): number {
  let correct = 0;
  for (const [m, label] of labels.entries()) if (predictions[m] === label) correct++;
  return correct;
}

/** Modulo 2^32, as an int32 adder. */
function addBias(sums: Int32Matrix, bias: Int32Array): Int32Matrix {
  const biased = int32Matrix(sums.rows, sums.cols);
  for (let i = 0; i < biased.data.length; i++) biased.data[i] = (sums.data[i] ?? 0) + (bias[i % sums.cols] ?? 0);
  return biased;
}

function rectify(sums: Int32Matrix, scale: Requantisation): Int8Matrix {
  const activations = int8Matrix(sums.rows, sums.cols);
  for (const [i, sum] of sums.data.entries()) {
    activations.data[i] = sum <= 0 ? 0 : Math.min(requantise(sum, scale), 127);
  }
  return activations;
}

/** The column of each row's largest number, the lowest among equals. */
export function largest(logits: Int32Matrix): Uint8Array {
  const predictions = new Uint8Array(logits.rows);
  for (let m = 0; m < logits.rows; m++) {
    const row = logits.data.subarray(m * logits.cols, (m + 1) * logits.cols);
    predictions[m] = row.indexOf(row.reduce((best, logit) => Math.max(best, logit)));
  }
  return predictions;
}
