import { expect, test } from "vitest";
import { silent } from "../../progress.ts";
import { Npu } from "../../runtime/npu.ts";
import { int8Matrix, referenceMatmul } from "../matrix.ts";
import { countCorrect, infer } from "./network.ts";
import { inferOnNpu, npuReference } from "./on-npu.ts";
import { heldOutImages, trainedNetwork } from "./trained.ts";

const network = trainedNetwork();
const { images, labels } = heldOutImages();

test("in the NPU's arithmetic the network recognises 95 % of the images at least", async () => {
  const { inference } = npuReference(network, images);
  expect(countCorrect(inference.predictions, labels) / labels.length).toBeGreaterThanOrEqual(0.95);
  // Q31 with halves away from zero and single precision with halves to even differ in few hidden activations.
  const { predictions } = await infer(network, images, referenceMatmul);
  const different = predictions.filter((digit, i) => digit !== inference.predictions[i]).length;
  expect(different).toBeLessThanOrEqual(2);
});

test("the whole network on the NPU gives every logit of the reference", async () => {
  const some = int8Matrix(24, images.cols, images.data.slice(0, 24 * images.cols));
  const { layers, inference } = npuReference(network, some);
  const npu = new Npu({ tile: { side: 8, scratchpadRows: 2048, accumulatorRows: 256 } }, { latency: 40 });
  const result = await inferOnNpu(layers, npu, silent);
  expect(result.disagreement).toBeNull();
  expect(result.inference).toEqual(inference);
});

test("a network without an end is refused", () => {
  expect(() => npuReference({ layers: network.layers.slice(0, 1) }, images)).toThrow("has no such layer");
});
