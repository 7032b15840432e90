import { integerOption } from "../../option.ts";
import type { MatmulCounters } from "../../runtime/matmul-device.ts";
import type { Testbench } from "../../testbench.ts";
import { deviceFor } from "../device.ts";
import { int8Matrix, referenceMatmul } from "../matrix.ts";
import { countCorrect, infer } from "./network.ts";
import { heldOutImages, trainedNetwork } from "./trained.ts";

const leastAccuracy = 0.95;

/** Handwritten digits: an int8 perceptron of which every layer's product runs on the simulated array. */
export const digits: Testbench = {
  name: "digits",
  summary: "an int8 perceptron reads handwritten digits, every layer's product on the systolic array",
  options: [{ flags: "--images <count>", description: "how many of the 256 held-out images", fallback: "256" }],
  examples: ["--images 200", "--array 8x8 --json"],

  async run(request) {
    const held = heldOutImages();
    const count = integerOption("--images", request.options.images ?? "256", 1, held.images.rows);
    const { cols } = held.images;
    const images = int8Matrix(count, cols, held.images.data.slice(0, count * cols));
    const labels = held.labels.slice(0, count);
    const network = trainedNetwork();

    const device = deviceFor(request);
    try {
      const layers: { shape: string; window: number; utilisation: number; counters: MatmulCounters }[] = [];
      const simulated = await infer(network, images, async (a, w) => {
        const { sums, counters } = await device.multiply(a, w, request.progress);
        const pes = device.config.rows * device.config.cols;
        const utilisation = (a.rows * a.cols * w.cols) / (pes * counters.window);
        layers.push({ shape: `${a.rows} x ${a.cols} x ${w.cols}`, window: counters.window, utilisation, counters });
        return sums;
      });
      const reference = await infer(network, images, referenceMatmul);

      const different = reference.predictions.findIndex((digit, i) => digit !== simulated.predictions[i]);
      const logits = reference.logits.data.findIndex((logit, i) => logit !== simulated.logits.data[i]);
      const correct = countCorrect(simulated.predictions, labels);
      const accuracy = correct / count;
      const failure =
        different >= 0
          ? `image ${different}: the reference predicts ${reference.predictions[different]}, the array ${simulated.predictions[different]}`
          : logits >= 0
            ? `logit ${logits} is ${simulated.logits.data[logits]}, the reference has ${reference.logits.data[logits]}`
            : accuracy < leastAccuracy && count >= 200
              ? `accuracy ${(100 * accuracy).toFixed(1)} % is below ${100 * leastAccuracy} %`
              : null;
      return {
        passed: failure === null,
        failure,
        rows: [
          ["images", `${count}, held out from training`],
          ["array", `${device.config.rows} x ${device.config.cols}, ${request.engine}, seed ${request.seed}`],
          ...layers.map(({ shape, window, utilisation }, i): [string, string] => [
            `layer ${i + 1}`,
            `${shape}: ${window.toLocaleString("en-US")} cycles, ${(100 * utilisation).toFixed(1)} % utilised`,
          ]),
          ["cycles in all", device.dut.cycle.toLocaleString("en-US")],
          [
            "predictions",
            different < 0 ? "equal to the integer reference on every image" : "differ from the reference",
          ],
          ["accuracy", `${correct} of ${count}, ${(100 * accuracy).toFixed(1)} %`],
        ],
        json: { images: count, correct, accuracy, cycles: device.dut.cycle, layers, array: device.config },
      };
    } finally {
      device.close();
    }
  },
};
