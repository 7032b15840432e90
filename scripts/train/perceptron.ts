import type { Random } from "../../testbench/bench/random.ts";

/** One fully connected layer: `weights[k * outputs + n]` joins input k to output n. */
export interface DenseLayer {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: Float64Array;
  readonly bias: Float64Array;
}

/** Values that training moves, with the two running moments of Adam. */
interface Trained {
  readonly values: Float64Array;
  readonly gradient: Float64Array;
  readonly mean: Float64Array;
  readonly square: Float64Array;
}

const MEAN_DECAY = 0.9;
const SQUARE_DECAY = 0.999;
const EPSILON = 1e-8;

/**
 * A perceptron with one hidden layer of rectifiers, trained on the squared hinge loss of one-against-all classifiers
 * (Y. Tang, "Deep learning using linear support vector machines", 2013) by Adam (D. Kingma, J. Ba, 2015). This loss
 * needs only sums and products, and Adam only a square root, all of which IEEE 754 defines to the bit: training
 * yields the same weights on every machine, which an exponential would not promise.
 */
export class Perceptron {
  readonly hidden: DenseLayer;
  readonly output: DenseLayer;
  private readonly trained: readonly [Trained, Trained, Trained, Trained];
  private readonly hiddenValues: Float64Array;
  private readonly scores: Float64Array;
  private readonly hiddenSlopes: Float64Array;
  private meanBias = 1;
  private squareBias = 1;

  /** Weights start uniform with variance 2 / inputs (K. He and others, 2015), biases at 0. */
  constructor(random: Random, inputs: number, hidden: number, classes: number) {
    this.hidden = denseLayer(random, inputs, hidden);
    this.output = denseLayer(random, hidden, classes);
    this.trained = [
      trained(this.hidden.weights),
      trained(this.hidden.bias),
      trained(this.output.weights),
      trained(this.output.bias),
    ];
    this.hiddenValues = new Float64Array(hidden);
    this.scores = new Float64Array(classes);
    this.hiddenSlopes = new Float64Array(hidden);
  }

  /** The scores of one image, valid until the next call; the highest is the prediction. */
  forward(image: Float64Array): Float64Array {
    dense(this.hidden, image, this.hiddenValues);
    for (let n = 0; n < this.hiddenValues.length; n++) {
      if ((this.hiddenValues[n] ?? 0) < 0) this.hiddenValues[n] = 0;
    }
    dense(this.output, this.hiddenValues, this.scores);
    return this.scores;
  }

  /** The rectified hidden values of the last image. */
  get hiddenActivations(): Float64Array {
    return this.hiddenValues;
  }

  /** Adds one image's gradient of the loss and returns that loss: Σ max(0, 1 ∓ score)² over the classes. */
  accumulate(image: Float64Array, label: number): number {
    const scores = this.forward(image);
    const [hiddenWeights, hiddenBias, outputWeights, outputBias] = this.trained;
    const slopes = this.hiddenSlopes.fill(0);
    let loss = 0;
    for (let n = 0; n < scores.length; n++) {
      const sign = n === label ? 1 : -1;
      const short = 1 - sign * (scores[n] ?? 0);
      if (short <= 0) continue;
      loss += short * short;
      const slope = -2 * sign * short;
      outputBias.gradient[n] = (outputBias.gradient[n] ?? 0) + slope;
      for (let k = 0; k < slopes.length; k++) {
        const at = k * scores.length + n;
        const active = this.hiddenValues[k] ?? 0;
        outputWeights.gradient[at] = (outputWeights.gradient[at] ?? 0) + slope * active;
        if (active > 0) slopes[k] = (slopes[k] ?? 0) + slope * (this.output.weights[at] ?? 0);
      }
    }
    addOuter(hiddenWeights.gradient, image, slopes);
    for (let n = 0; n < slopes.length; n++) hiddenBias.gradient[n] = (hiddenBias.gradient[n] ?? 0) + (slopes[n] ?? 0);
    return loss;
  }

  /** The accumulated gradients in the order hidden weights, hidden bias, output weights, output bias. */
  get gradients(): readonly Float64Array[] {
    return this.trained.map(({ gradient }) => gradient);
  }

  /** One step of Adam along the mean gradient of `images` accumulated images, which is then cleared. */
  step(rate: number, images: number): void {
    this.meanBias *= MEAN_DECAY;
    this.squareBias *= SQUARE_DECAY;
    const scaledRate = (rate * Math.sqrt(1 - this.squareBias)) / (1 - this.meanBias);
    for (const { values, gradient, mean, square } of this.trained) {
      for (let i = 0; i < values.length; i++) {
        const slope = (gradient[i] ?? 0) / images;
        const newMean = MEAN_DECAY * (mean[i] ?? 0) + (1 - MEAN_DECAY) * slope;
        const newSquare = SQUARE_DECAY * (square[i] ?? 0) + (1 - SQUARE_DECAY) * slope * slope;
        mean[i] = newMean;
        square[i] = newSquare;
        values[i] = (values[i] ?? 0) - (scaledRate * newMean) / (Math.sqrt(newSquare) + EPSILON);
      }
      gradient.fill(0);
    }
  }
}

function denseLayer(random: Random, inputs: number, outputs: number): DenseLayer {
  const limit = Math.sqrt(6 / inputs);
  const weights = Float64Array.from({ length: inputs * outputs }, () => (2 * random.unit() - 1) * limit);
  return { inputs, outputs, weights, bias: new Float64Array(outputs) };
}

function trained(values: Float64Array): Trained {
  const { length } = values;
  return {
    values,
    gradient: new Float64Array(length),
    mean: new Float64Array(length),
    square: new Float64Array(length),
  };
}

/** sums = bias + values · weights; inputs that are 0, as most pixels are, cost nothing. */
function dense(layer: DenseLayer, values: Float64Array, sums: Float64Array): void {
  const { outputs, weights } = layer;
  sums.set(layer.bias);
  for (let k = 0; k < values.length; k++) {
    const value = values[k] ?? 0;
    if (value === 0) continue;
    const row = k * outputs;
    for (let n = 0; n < outputs; n++) sums[n] = (sums[n] ?? 0) + value * (weights[row + n] ?? 0);
  }
}

/** target += valuesᵀ · slopes. */
function addOuter(target: Float64Array, values: Float64Array, slopes: Float64Array): void {
  const { length } = slopes;
  for (let k = 0; k < values.length; k++) {
    const value = values[k] ?? 0;
    if (value === 0) continue;
    const row = k * length;
    for (let n = 0; n < length; n++) target[row + n] = (target[row + n] ?? 0) + value * (slopes[n] ?? 0);
  }
}
