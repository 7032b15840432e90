import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PeerError } from "../../testbench/peer/peer-error.ts";
import { runCommand } from "../../testbench/peer/peer-process.ts";
import { firstErrors } from "../../testbench/peer/verilator.ts";

/** How the C++ compiler is asked to optimise. */
export interface Variant {
  readonly name: string;
  readonly flags: string;
}

export const variants: readonly Variant[] = [
  { name: "Verilator -O2", flags: "-O2" },
  { name: "Verilator -O3 -march=native", flags: "-O3 -march=native" },
];

/** What is built. */
export interface VerilatorSource {
  readonly top: string;
  readonly verilog: string;
  /** Of the top. */
  readonly parameters: Readonly<Record<string, string | number>>;
  /** The C++ around the model. */
  readonly program: string;
  /** Flags of the C++ compiler. */
  readonly optimisation: string;
  /** Whether it can write waves. */
  readonly trace: boolean;
}

export interface Program {
  readonly path: string;
  /** What Verilator and the C++ compiler took, on two cores. */
  readonly milliseconds: number;
}

/**
 * Builds a program with Verilator at its own highest optimisation and the C++ compiler. A folder that holds the program
 * of the same texts and flags already is taken as it is.
 * @throws PeerError where either fails
 */
export async function buildVerilator(
  folder: string,
  { top, verilog, parameters, program, optimisation, trace }: VerilatorSource,
): Promise<Program> {
  const flags = [
    ...["--cc", "--exe", "--build", "-j", "2", "--Mdir", "build", "-o", "bench", "--top-module", top],
    ...[
      "--default-language",
      "1364-2005",
      "-O3",
      "--x-assign",
      "fast",
      "--x-initial",
      "0",
      "-Wno-fatal",
      "-Wno-lint",
      "-Wno-style",
      "-Wno-UNOPTFLAT",
    ],
    ...["-MAKEFLAGS", `OPT_FAST="${optimisation}" OPT_GLOBAL="${optimisation}"`, ...(trace ? ["--trace"] : [])],
    ...Object.entries(parameters).map(([name, value]) => `-G${name}=${JSON.stringify(value)}`),
    ...["bench.v", "main.cpp"],
  ];
  const path = join(folder, "build", "bench");
  const key = createHash("sha256")
    .update(JSON.stringify([verilog, program, flags]))
    .digest("hex");
  const record = join(folder, "build.json");
  if (existsSync(record) && existsSync(path)) {
    const kept: { key?: unknown; milliseconds?: unknown } = JSON.parse(readFileSync(record, "utf8"));
    if (kept.key === key && typeof kept.milliseconds === "number") return { path, milliseconds: kept.milliseconds };
  }
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "bench.v"), verilog);
  writeFileSync(join(folder, "main.cpp"), program);
  const from = performance.now();
  const { code, text } = await runCommand("verilator", flags, folder);
  const milliseconds = performance.now() - from;
  if (code !== 0) throw new PeerError(`Verilator could not build the design: ${firstErrors(text)}`);
  writeFileSync(record, JSON.stringify({ key, milliseconds }));
  return { path, milliseconds };
}
