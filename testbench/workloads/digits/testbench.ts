import { InputError } from "../../input-error.ts";
import { integerOption } from "../../option.ts";
import type { MatmulCounters } from "../../runtime/matmul-device.ts";
import { Npu } from "../../runtime/npu.ts";
import type { RunReport, RunRequest, Testbench } from "../../testbench.ts";
import { deviceFor } from "../device.ts";
import { type Int8Matrix, int8Matrix, referenceMatmul } from "../matrix.ts";
import { arraySide } from "../npu-matmul/testbench.ts";
import { simulationOptions } from "../simulation-options.ts";
import { countCorrect, type Inference, infer } from "./network.ts";
import { inferOnNpu, npuReference } from "./on-npu.ts";
import { heldOutImages, trainedNetwork } from "./trained.ts";

const leastAccuracy = 0.95;

interface Digits {
  readonly images: Int8Matrix;
  readonly labels: Uint8Array;
}

/** Handwritten digits: an int8 perceptron of which every layer's product runs on the simulated array, or all on the NPU. */
export const digits: Testbench = {
  name: "digits",
  summary: "an int8 perceptron reads handwritten digits, its products on the systolic array or all of it on the NPU",
  options: [
    { flags: "--images <count>", description: "how many of the 256 held-out images", fallback: "256" },
    {
      flags: "--on <hardware>",
      description: "array: the matmul engine, the rest in the testbench; npu: the whole network as one program",
      fallback: "array",
    },
  ],
  examples: ["--images 200", "--array 8x8 --json", "--on npu --images 64 --vcd digits.vcd --gtkw digits.gtkw"],

  async run(request) {
    const held = heldOutImages();
    const count = integerOption("--images", request.options.images ?? "256", 1, held.images.rows);
    const { cols } = held.images;
    const images = int8Matrix(count, cols, held.images.data.slice(0, count * cols));
    const some = { images, labels: held.labels.slice(0, count) };
    const { on = "array" } = request.options;
    if (on !== "array" && on !== "npu") throw new InputError(`--on ${on}: give array or npu`);
    return on === "npu" ? runOnNpu(request, some) : runOnArray(request, some);
  },
};

async function runOnArray(request: RunRequest, { images, labels }: Digits): Promise<RunReport> {
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
    const verdict = judge(simulated, reference, labels, "the array");
    return {
      passed: verdict.failure === null,
      failure: verdict.failure,
      rows: [
        ["images", `${images.rows}, held out from training`],
        ["array", `${device.config.rows} x ${device.config.cols}, ${request.engine}, seed ${request.seed}`],
        ...layers.map(({ shape, window, utilisation }, i): [string, string] => [
          `layer ${i + 1}`,
          `${shape}: ${window.toLocaleString("en-US")} cycles, ${(100 * utilisation).toFixed(1)} % utilised`,
        ]),
        ["cycles in all", device.dut.cycle.toLocaleString("en-US")],
        ...verdict.rows,
      ],
      json: { ...verdict.json, cycles: device.dut.cycle, layers, array: device.config },
    };
  } finally {
    device.close();
  }
}

async function runOnNpu(request: RunRequest, { images, labels }: Digits): Promise<RunReport> {
  const side = arraySide(request);
  const { seed, cycles: limit } = request;
  const npu = new Npu({ tile: { side } }, { latency: 100, seed }, { ...simulationOptions(request), cycles: limit });
  try {
    const { layers, inference } = npuReference(trainedNetwork(), images);
    const { inference: simulated, run, disagreement } = await inferOnNpu(layers, npu, request.progress);
    const verdict = judge(simulated, inference, labels, "the NPU");
    const failure = verdict.failure ?? disagreement;
    const { cycles, tiles } = run;
    const macs = tiles.reduce((sum, { counters }) => sum + counters.of("macsUseful"), 0);
    const utilisation = macs / (side * side * cycles);
    return {
      passed: failure === null,
      failure,
      rows: [
        ["images", `${images.rows}, held out from training`],
        ["NPU", `one tile of ${side} x ${side}, ${request.engine}, seed ${seed}`],
        ["cycles, start to interrupt", cycles.toLocaleString("en-US")],
        ["multiply-accumulates", `${macs.toLocaleString("en-US")}, ${(100 * utilisation).toFixed(1)} % utilised`],
        ...verdict.rows,
      ],
      json: {
        ...verdict.json,
        ...{ cycles, macs, utilisation, chip: npu.config },
        tiles: tiles.map(({ node, counters }) => ({ node, counters: counters.all })),
      },
    };
  } finally {
    npu.close();
  }
}

/** Compares every logit and prediction with the reference, and counts what is right. */
function judge(simulated: Inference, reference: Inference, labels: Uint8Array, what: string) {
  const count = labels.length;
  const different = reference.predictions.findIndex((digit, i) => digit !== simulated.predictions[i]);
  const logits = reference.logits.data.findIndex((logit, i) => logit !== simulated.logits.data[i]);
  const correct = countCorrect(simulated.predictions, labels);
  const accuracy = correct / count;
  const failure =
    different >= 0
      ? `image ${different}: the reference predicts ${reference.predictions[different]}, ${what} ${simulated.predictions[different]}`
      : logits >= 0
        ? `logit ${logits} is ${simulated.logits.data[logits]}, the reference has ${reference.logits.data[logits]}`
        : accuracy < leastAccuracy && count >= 200
          ? `accuracy ${(100 * accuracy).toFixed(1)} % is below ${100 * leastAccuracy} %`
          : null;
  const same = different < 0 ? "equal to the integer reference on every image" : "differ from the reference";
  const rows: [string, string][] = [
    ["predictions", same],
    ["accuracy", `${correct} of ${count}, ${(100 * accuracy).toFixed(1)} %`],
  ];
  return { failure, rows, json: { images: count, correct, accuracy } };
}
