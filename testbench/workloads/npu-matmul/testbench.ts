import { Random } from "../../bench/random.ts";
import { InputError } from "../../input-error.ts";
import { integerOption, numberOption } from "../../option.ts";
import type { MatmulData } from "../../runtime/matmul/matmul-data.ts";
import { Npu } from "../../runtime/npu.ts";
import { singleScale } from "../../runtime/requantise-single.ts";
import type { RunRequest, Testbench } from "../../testbench.ts";
import { randomInt8Matrix } from "../matrix.ts";
import { simulationOptions } from "../simulation-options.ts";
import { runMatmul } from "./matmul-run.ts";
import { planOption } from "./plan-option.ts";
import { reportOf } from "./report.ts";
import { shownRows, showOption } from "./show-option.ts";

const mostSide = 65_536;
const mostElements = 2 ** 26;

/** C = A·W on the whole NPU, from its instructions in DRAM to the result in DRAM, compared bit for bit. */
export const npuMatmul: Testbench = {
  name: "npu-matmul",
  summary: "a matrix product on the whole NPU, from program and tensors in DRAM to the result in DRAM",
  options: [
    { flags: "--m <rows>", description: "rows of A and C", fallback: "128" },
    { flags: "--k <depth>", description: "columns of A, rows of W", fallback: "128" },
    { flags: "--n <cols>", description: "columns of W and C", fallback: "128" },
    { flags: "--output <type>", description: "int32 sums, or int8 with bias and scale a column", fallback: "int32" },
    { flags: "--bias", description: "add a bias to int32 sums too" },
    { flags: "--mesh <size>", description: "columns x rows of compute tiles", fallback: "1x1" },
    { flags: "--dataflow <flow>", description: "ws, os or auto", fallback: "auto" },
    {
      flags: "--plan <parts>",
      description: "fix parts of the plan, such as m=64,k=128,n=2,outer=m,split=2x2x1,weights=multicast",
    },
    { flags: "--dram-latency <cycles>", description: "from an address to the first beat", fallback: "100" },
    { flags: "--dram-bandwidth <bytes>", description: "a cycle, of each channel (default: what the bus takes)" },
    {
      flags: "--stalls <p>",
      description: "how likely each stream, of the memory and between the chip's blocks, is held back in a cycle",
      fallback: "0",
    },
    {
      flags: "--show <rows>",
      description: "rows of tiles' memories as the programs left them, such as 0:accumulator:0..3,0:scratchpad:5",
    },
    { flags: "--clock <MHz>", description: "for times and TOPS", fallback: "1000" },
  ],
  examples: [
    "--m 512 --k 512 --n 512",
    "--mesh 2x2 --output int8 --dataflow ws --json",
    "--m 16 --k 2048 --n 16 --mesh 4x1 --plan split=1x1x4",
    "--m 40 --k 40 --n 40 --mesh 2x2 --stalls 0.2 --seed 3",
    "--m 16 --k 16 --n 16 --show 0:accumulator:0..1,0:scratchpad:0",
    "--m 48 --k 48 --n 48 --vcd npu.vcd --gtkw npu.gtkw",
  ],

  async run(request) {
    const { options, cycles, seed } = request;
    const data = dataOf(request);
    const side = arraySide(request);
    const mesh = meshOption(options.mesh ?? "1x1");
    const choice = planOption(options.plan, options.dataflow ?? "auto", side);
    const latency = integerOption("--dram-latency", options.dramLatency ?? "100", 1, 100_000);
    const channelBandwidth = numberOption("--dram-bandwidth", options.dramBandwidth ?? `${side}`, 0.01, 1e6);
    const stalls = numberOption("--stalls", options.stalls ?? "0", 0, 0.95);
    const clock = numberOption("--clock", options.clock ?? "1000", 0.001, 1e6);
    const npu = new Npu(
      { tile: { side }, ...mesh },
      { latency, channelBandwidth: channelBandwidth >= side ? Infinity : channelBandwidth, stalls, seed },
      { ...simulationOptions(request), cycles, stallable: stalls > 0, watchNetwork: mesh.width * mesh.height > 1 },
    );
    npu.stalls?.start(stalls, seed);
    try {
      const shown = showOption(options.show, npu.config);
      const report = reportOf(request, npu, data, await runMatmul(npu, data, choice, request.progress), clock);
      const memory = await shownRows(npu, shown);
      if (memory.length === 0) return report;
      return {
        ...report,
        rows: [...report.rows, ...memory],
        json: { ...report.json, memory: Object.fromEntries(memory) },
      };
    } finally {
      npu.close();
    }
  },
};

/** Columns and rows of compute tiles. */
function meshOption(text: string): { width: number; height: number } {
  const [, width = "", height = ""] = /^(\d+)x(\d+)$/.exec(text.trim()) ?? [];
  if (width === "") throw new InputError(`--mesh ${text}: give columns and rows of tiles, such as 2x2`);
  return {
    width: integerOption("--mesh (columns)", width, 1, 15),
    height: integerOption("--mesh (rows)", height, 1, 16),
  };
}

/** The side of the array, which is a square. @throws InputError for one that the NPU cannot have */
export function arraySide({ array: { rows, cols } }: RunRequest): number {
  if (rows !== cols || !Number.isInteger(Math.log2(rows)) || rows < 2 || rows > 64)
    throw new InputError(`--array ${rows}x${cols}: the NPU's array is a square of 2, 4, 8, 16, 32 or 64 rows`);
  return rows;
}

function dataOf({ options, seed }: RunRequest): MatmulData {
  const size = (name: "m" | "k" | "n") => integerOption(`--${name}`, options[name] ?? "128", 1, mostSide);
  const [m, k, n] = [size("m"), size("k"), size("n")];
  for (const [name, rows, cols] of [["A", m, k] as const, ["W", k, n] as const, ["C", m, n] as const])
    if (rows * cols > mostElements)
      throw new InputError(`${name} would be ${rows} x ${cols}, more than ${mostElements} elements; use smaller sizes`);
  const { output = "int32" } = options;
  if (output !== "int32" && output !== "int8") throw new InputError(`--output ${output}: give int32 or int8`);
  const random = new Random(seed);
  const [a, w] = [randomInt8Matrix(random, m, k), randomInt8Matrix(random, k, n)];
  const biased = output === "int8" || options.bias !== undefined;
  const bias = biased ? Int32Array.from({ length: n }, () => random.int32() >> 16) : null;
  // Sums of products of random int8 are about 74² √k away from 0; most results are then within int8's range.
  const scale = 40 / (74 ** 2 * Math.sqrt(k));
  const scales = Array.from({ length: n }, () => singleScale(scale * (0.5 + random.unit())));
  const zeroPoint = random.below(21) - 10;
  return {
    ...{ a, w, bias },
    output: output === "int8" ? { scales, zeroPoint, low: -128, high: 127, activation: "none" } : null,
  };
}
