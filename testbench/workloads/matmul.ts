import { Random } from "../bench/random.ts";
import { InputError } from "../input-error.ts";
import { integerOption } from "../option.ts";
import type { MatmulDevice, Product } from "../runtime/matmul-device.ts";
import type { RunReport, RunRequest, Testbench } from "../testbench.ts";
import { deviceFor } from "./device.ts";
import { firstMismatch, type Int8Matrix, randomInt8Matrix, referenceMatmul } from "./matrix.ts";
import { readInt8Npy, writeNpy } from "./npy.ts";

/** The largest side of a matrix, and the most elements of one, that a run takes. */
const mostSide = 65_536;
const mostElements = 2 ** 26;

/** C = A·W on the simulated array, compared bit for bit with a plain integer product. */
export const matmul: Testbench = {
  name: "matmul",
  summary: "a matrix product of any size on the systolic array, int8 in and int32 out",
  options: [
    { flags: "--m <rows>", description: "rows of A and C (default: 64)" },
    { flags: "--k <depth>", description: "columns of A, rows of B (default: 64)" },
    { flags: "--n <cols>", description: "columns of B and C (default: 64)" },
    { flags: "--a <file.npy>", description: "take A from an int8 .npy file instead of random numbers" },
    { flags: "--b <file.npy>", description: "take B from an int8 .npy file" },
    { flags: "--c <file.npy>", description: "write C as an int32 .npy file", writes: true },
  ],
  examples: [
    "--m 100 --k 70 --n 33 --vcd out.vcd --gtkw out.gtkw",
    "--m 256 --k 256 --n 256 --array 32x32 --json",
    "--a a.npy --b b.npy --c c.npy",
  ],

  async run(request) {
    const { a, b } = operands(request);
    const device = deviceFor(request);
    try {
      const product = await device.multiply(a, b, request.progress);
      const mismatch = firstMismatch(referenceMatmul(a, b), product.sums);
      const { c } = request.options;
      if (c !== undefined) writeNpy(c, product.sums);
      const failure = mismatch
        ? `${mismatch.count} of ${a.rows * b.cols} results differ, first C[${mismatch.row}][${mismatch.col}]: expected ${mismatch.expected}, got ${mismatch.got}`
        : null;
      return report(request, device, a, b, product, failure);
    } finally {
      device.close();
    }
  },
};

function operands({ options, seed }: RunRequest): { a: Int8Matrix; b: Int8Matrix } {
  const side = (name: "m" | "k" | "n") => {
    const text = options[name];
    return text === undefined ? undefined : integerOption(`--${name}`, text, 1, mostSide);
  };
  const given = { m: side("m"), k: side("k"), n: side("n") };
  const a = options.a === undefined ? undefined : readInt8Npy(options.a);
  const b = options.b === undefined ? undefined : readInt8Npy(options.b);
  const m = agree("m", given.m, a?.rows, `${options.a} has ${a?.rows} rows`);
  const n = agree("n", given.n, b?.cols, `${options.b} has ${b?.cols} columns`);
  if (a && b && a.cols !== b.rows)
    throw new InputError(
      `${options.a} is ${a.rows} x ${a.cols} and ${options.b} is ${b.rows} x ${b.cols}: the columns of A must equal the rows of B; transpose one of them`,
    );
  const file = a ? `${options.a} has ${a.cols} columns` : `${options.b} has ${b?.rows} rows`;
  const k = agree("k", given.k, a?.cols ?? b?.rows, file);
  for (const [name, rows, cols] of [["A", m, k] as const, ["B", k, n] as const, ["C", m, n] as const])
    if (rows * cols > mostElements)
      throw new InputError(`${name} would be ${rows} x ${cols}, more than ${mostElements} elements; use smaller sizes`);
  const random = new Random(seed);
  return { a: a ?? randomInt8Matrix(random, m, k), b: b ?? randomInt8Matrix(random, k, n) };
}

function agree(name: string, given: number | undefined, inFile: number | undefined, file: string): number {
  if (given !== undefined && inFile !== undefined && given !== inFile)
    throw new InputError(`--${name} ${given} but ${file}; leave --${name} out, or give the right file`);
  return given ?? inFile ?? 64;
}

function report(
  { seed, engine }: RunRequest,
  { config }: MatmulDevice,
  a: Int8Matrix,
  b: Int8Matrix,
  { counters, bound, blocks, cycles }: Product,
  failure: string | null,
): RunReport {
  const [m, k, n] = [a.rows, a.cols, b.cols];
  const macs = m * k * n;
  const pes = config.rows * config.cols;
  const utilisation = macs / (pes * counters.window);
  const possible = macs / (pes * bound);
  const stalls = { loadWeights: counters.loadWeights, waitForWeights: counters.waitForWeights, drain: counters.drain };
  const count = (value: number) => value.toLocaleString("en-US");
  const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
  return {
    passed: failure === null,
    failure,
    rows: [
      ["product", `${m} x ${k} times ${k} x ${n}, seed ${seed}, ${engine}`],
      ["array", `${config.rows} x ${config.cols}, ${blocks.length} run${blocks.length === 1 ? "" : "s"}`],
      ["multiply-accumulates", count(macs)],
      ["cycles, loading and reading included", count(cycles)],
      ["cycles, first weight to last result", `${count(counters.window)} (bound ${count(bound)})`],
      ["utilisation", `${percent(utilisation)} (bound ${percent(possible)})`],
      [
        "stall cycles",
        `${count(stalls.loadWeights)} first weights, ${count(stalls.waitForWeights)} later weights, ${count(stalls.drain)} drain`,
      ],
      ["results", failure ?? `all ${count(m * n)} equal the reference`],
    ],
    json: {
      m,
      k,
      n,
      seed,
      engine,
      array: config,
      macs,
      cycles,
      bound,
      utilisation,
      boundUtilisation: possible,
      stalls,
      counters,
    },
  };
}
