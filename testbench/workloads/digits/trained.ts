import { readFileSync } from "node:fs";
import { type Int8Matrix, int8Matrix } from "../matrix.ts";
import type { Network } from "./network.ts";

// Naming the files in types is what makes the build copy them beside the code. They are read as plain files because
// Node 20 before 20.10 cannot import JSON, and several later versions warn of it.
type WeightsFile = typeof import("./weights.json");
type ImagesFile = typeof import("./images.json");

/** Images the network was not trained on: a row of 28 × 28 pixels each, ink 0 … 127, and the digit each shows. */
export interface DigitImages {
  readonly images: Int8Matrix;
  readonly labels: Uint8Array;
}

/** The committed int8 network for handwritten digits: 784 → 64 (rectified) → 10. */
export function trainedNetwork(): Network {
  const { layers }: WeightsFile = readJson("weights.json");
  return {
    layers: layers.map(({ inputs, outputs, weights, bias, requantisation }) => ({
      weights: int8Matrix(inputs, outputs, int8s(weights)),
      bias: int32s(bias),
      requantisation,
    })),
  };
}

/** The committed images, 256 of those held out from training, in their fixed order. */
export function heldOutImages(): DigitImages {
  const { rows, cols, labels, pixels }: ImagesFile = readJson("images.json");
  return { images: int8Matrix(rows, cols, int8s(pixels)), labels: Uint8Array.from(labels, Number) };
}

function readJson(name: string) {
  return JSON.parse(readFileSync(new URL(name, import.meta.url), "utf8"));
}

function int8s(base64: string): Int8Array {
  return Int8Array.from(Buffer.from(base64, "base64"));
}

/** Little-endian on every machine. */
function int32s(base64: string): Int32Array {
  const bytes = Buffer.from(base64, "base64");
  return Int32Array.from({ length: bytes.length / 4 }, (_, n) => bytes.readInt32LE(4 * n));
}
