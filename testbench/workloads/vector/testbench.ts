import { distance } from "fastest-levenshtein";
import { Random } from "../../bench/random.ts";
import { InputError } from "../../input-error.ts";
import { integerOption, numberOption } from "../../option.ts";
import type { RunReport, RunRequest, Testbench } from "../../testbench.ts";
import { simulationOptions } from "../simulation-options.ts";
import { type KernelResult, runCase } from "./kernel-case.ts";
import { kernelCases } from "./kernel-cases.ts";
import { OnnxRuntime } from "./onnx-runtime.ts";
import { edgeBatches, halfBatches, randomBatches } from "./requantise-batch.ts";
import { type RequantiseResult, runRequantise } from "./requantise-run.ts";
import { TileDevice } from "./tile-device.ts";

const requantiseName = "requantise";
/** The package with ONNX Runtime, as npm takes it. */
const onnxPackage = "onnxruntime-web@1.30.0";

/** Kernels of vector instructions against real arithmetic, requantisation bit for bit. */
export const vector: Testbench = {
  name: "vector",
  summary:
    "softmax, layer norm, activations and pooling on the vector unit against floating point; requantisation bit for bit",
  options: [
    { flags: "--kernel <name>", description: "one kernel (default: all)" },
    { flags: "--rows <count>", description: "rows of the matrices, pixels of the images", fallback: "64" },
    { flags: "--cols <count>", description: "columns of the matrices, channels of the images", fallback: "64" },
    { flags: "--dram-latency <cycles>", description: "from an address to the first beat", fallback: "100" },
    { flags: "--dram-bandwidth <bytes>", description: "a cycle, of each channel (default: what the bus takes)" },
    { flags: "--stalls <p>", description: "how likely each valid and ready of the memory is held back", fallback: "0" },
  ],
  examples: ["--kernel softmax --rows 100 --cols 197", "--kernel requantise --json", "--array 8x8 --seed 7"],

  async run(request) {
    const { options, seed, cycles, progress } = request;
    const shape = {
      rows: integerOption("--rows", options.rows ?? "64", 1, 4095),
      cols: integerOption("--cols", options.cols ?? "64", 1, 4095),
    };
    const random = new Random(seed);
    const cases = kernelCases(shape, random);
    const names = [...cases.map(({ name }) => name), requantiseName];
    const only = options.kernel;
    if (only !== undefined && !names.includes(only)) throw new InputError(unknownKernel(only, names));
    const wanted = (name: string) => only === undefined || only === name;

    const side = sideOf(request);
    const latency = integerOption("--dram-latency", options.dramLatency ?? "100", 1, 100_000);
    const bandwidth = numberOption("--dram-bandwidth", options.dramBandwidth ?? `${side}`, 0.01, 1e6);
    const timing = {
      ...{ latency, seed, channelBandwidth: bandwidth >= side ? Number.POSITIVE_INFINITY : bandwidth },
      stalls: numberOption("--stalls", options.stalls ?? "0", 0, 0.95),
    };
    const device = new TileDevice({ side }, timing, { ...simulationOptions(request), cycles });
    try {
      const kernels: KernelResult[] = [];
      for (const one of cases) if (wanted(one.name)) kernels.push(await runCase(one, device, random, progress));
      let requantised: Requantised | null = null;
      if (wanted(requantiseName)) {
        const onnx = await OnnxRuntime.load();
        const batches = [...edgeBatches(), ...halfBatches(), ...randomBatches(random, 20)];
        requantised = { ...(await runRequantise(batches, device, onnx, progress)), version: onnx?.version ?? null };
      }
      return report(request, device, kernels, requantised);
    } finally {
      device.close();
    }
  },
};

type Requantised = RequantiseResult & {
  /** Of ONNX Runtime; null where it is not installed. */
  readonly version: string | null;
};

function sideOf({ array: { rows, cols } }: RunRequest): number {
  if (rows !== cols || ![2, 4, 8, 16, 32, 64].includes(rows))
    throw new InputError(
      `--array ${rows}x${cols}: the vector unit has 2, 4, 8, 16, 32 or 64 lanes; give such a square`,
    );
  return rows;
}

function unknownKernel(name: string, names: readonly string[]): string {
  const [nearest] = names.toSorted((a, b) => distance(a, name) - distance(b, name));
  return `--kernel ${name}: there is no such kernel; did you mean ${nearest}? They are ${names.join(", ")}`;
}

function report(
  { seed, engine }: RunRequest,
  { config }: TileDevice,
  kernels: readonly KernelResult[],
  requantised: Requantised | null,
): RunReport {
  const failure =
    [...kernels, ...(requantised ? [requantised] : [])].find((one) => one.failure !== null)?.failure ?? null;
  const count = (value: number) => value.toLocaleString("en-US");
  const number = (value: number) => (value === 0 ? "0" : value.toPrecision(3));
  return {
    passed: failure === null,
    failure,
    rows: [
      ["vector unit", `${config.side} lanes, its cycles of those from DRAM to DRAM; seed ${seed}, ${engine}`],
      ...kernels.map(({ name, about, vectorCycles, cycles, rowsPerCycle, error, bound, failure: wrong }) => {
        const time = `${count(vectorCycles)} of ${count(cycles ?? 0)} cycles, ${rowsPerCycle.toFixed(3)} rows a cycle`;
        const off = `error ${number(error)} of at most ${number(bound)}${wrong === null ? "" : ": FAILED"}`;
        return [name, `${about}: ${time}, ${off}`] as const;
      }),
      ...(requantised ? requantisedRows(requantised) : []),
    ],
    json: { seed, engine, lanes: config.side, kernels, requantise: requantised },
  };
}

function requantisedRows({
  sums,
  vectorCycles,
  rowsPerCycle,
  onnx,
  version,
  failure,
}: Requantised): [string, string][] {
  const count = (value: number) => value.toLocaleString("en-US");
  const ways = Object.entries(onnx).map(([way, compared]) => `${way} ${count(compared)}`);
  return [
    [
      requantiseName,
      failure ??
        `${count(sums)} sums, ${count(vectorCycles)} cycles, ${rowsPerCycle.toFixed(3)} rows a cycle, bit for bit`,
    ],
    version === null
      ? ["ONNX Runtime", `not compared with: not installed; npm install ${onnxPackage}`]
      : [`ONNX Runtime ${version}`, failure === null ? `equal: ${ways.join(", ")}` : `compared: ${ways.join(", ")}`],
  ];
}
