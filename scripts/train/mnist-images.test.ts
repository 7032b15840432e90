import { describe, expect, it } from "vitest";
import { heldOutImages } from "../../testbench/workloads/digits/trained.ts";
import { firstMismatch } from "../../testbench/workloads/matrix.ts";
import { CLASSES, HELD_OUT_PER_DIGIT, type LabelledImages, loadDigits, PIXELS } from "./mnist-images.ts";
import { quantiseImages } from "./quantise.ts";

const { training, heldOut } = loadDigits();

describe("loadDigits", () => {
  it("splits all 10,000 images, as many held out of each digit, in turns", () => {
    expect([training.labels.length, heldOut.labels.length]).toEqual([8500, CLASSES * HELD_OUT_PER_DIGIT]);
    expect(heldOut.labels.every((label, index) => label === index % CLASSES)).toBe(true);
    expect([training.pixels.length, heldOut.pixels.length]).toEqual([8500 * PIXELS, 1500 * PIXELS]);
  });

  it("holds out no image that is also trained on", () => {
    const texts = (images: LabelledImages) => {
      const bytes = Buffer.from(quantiseImages(images.pixels, PIXELS).data.buffer);
      return Array.from(images.labels, (_, index) => bytes.toString("latin1", index * PIXELS, (index + 1) * PIXELS));
    };
    const trainedOn = new Set(texts(training));
    expect(trainedOn.size).toBe(8500);
    expect(texts(heldOut).some((text) => trainedOn.has(text))).toBe(false);
  });

  it("is where the committed images come from: the first held-out ones, none passed over", () => {
    const committed = heldOutImages();
    const { length } = committed.labels;
    expect(committed.labels).toEqual(heldOut.labels.slice(0, length));
    const first = quantiseImages(heldOut.pixels.subarray(0, length * PIXELS), PIXELS);
    expect(firstMismatch(first, committed.images)).toBeNull();
  });
});
