import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Command, CommanderError, Option } from "commander";
import { writeFileAtomically } from "../../testbench/atomic-file.ts";
import { integerOption, numberOption } from "../../testbench/index.ts";
import { PeerError } from "../../testbench/peer/index.ts";
import { requirePeer } from "../../testbench/peer/installed-peer.ts";
import { exitCodes, reportError } from "../exit.ts";
import { benchChart } from "./chart.ts";
import { subjectNamed, subjectNames } from "./designs/index.ts";
import type { Subject } from "./designs/subject.ts";
import type { Row } from "./figures.ts";
import { type MeasureOptions, measure } from "./measure.ts";
import { type Mode, modes } from "./mode.ts";
import { benchTables } from "./table.ts";
import { variants } from "./verilator-build.ts";
import { waveFolder, waveShare } from "./wave-folder.ts";

interface BenchOptions {
  readonly only?: readonly string[];
  readonly modes?: readonly string[];
  readonly runs: string;
  readonly seconds: string;
  readonly cycles?: string;
  readonly verilator: boolean;
  readonly icarus: boolean;
  readonly interpreter?: boolean;
  readonly json?: string;
  readonly svg?: string;
  readonly keep?: string;
  readonly waves?: string;
}

const command = new Command("npm run bench --")
  .description(
    "Cycles per second of the compiled simulator next to Verilator (the faster of -O2 and -O3 -march=native) and\n" +
      "Icarus Verilog on the Verilog that is emitted of the same designs: same stimulus, checksums compared, runs taken\n" +
      "in turn.",
  )
  .option("--only <names...>", `some designs alone: ${subjectNames.join(", ")}, or other sizes of these`)
  .addOption(new Option("--modes <modes...>", "how they are run").choices([...modes]))
  .option("--runs <n>", "timed runs of each simulator; the median counts", "5")
  .option("--seconds <s>", "about how long a run takes", "0.5")
  .option("--cycles <n>", "cycles of a run of Verilator, instead of --seconds")
  .option("--no-verilator", "leave Verilator out")
  .option("--no-icarus", "leave Icarus Verilog out")
  .option("--interpreter", "measure the interpreter too")
  .option("--json <file>", "write all figures as JSON")
  .option("--svg <file>", "draw the ratios as a bar chart")
  .option("--keep <folder>", "keep Verilator's programs there, and take those of an earlier run of the same design")
  .option("--waves <folder>", "write waves there; else in memory where there is room, since a disk would be measured")
  .exitOverride()
  .addHelpText(
    "after",
    `
Examples:
  $ npm run bench
  $ npm run bench -- --only pe-array-16 pe-array-64 --modes inside driven --json out/bench.json --svg out/bench.svg
  $ npm run bench -- --only fifo-64 --keep out/bench --runs 9
  $ npm run bench -- --no-verilator --no-icarus --only pe-array-128`,
  );

/** Measures what the command line asks for; false where some row failed. */
async function bench(options: BenchOptions): Promise<boolean> {
  const subjects = (options.only ?? subjectNames).map(subjectNamed);
  const chosen = modes.filter((mode) => options.modes === undefined || options.modes.includes(mode));
  const { verilator, icarus } = options;
  if (verilator) requirePeer("verilator");
  if (icarus) requirePeer("icarus");
  const folder = options.keep === undefined ? mkdtempSync(join(tmpdir(), "systole-bench-")) : resolve(options.keep);
  mkdirSync(folder, { recursive: true });
  if (options.waves !== undefined) mkdirSync(options.waves, { recursive: true });
  const began = performance.now();
  const runs = integerOption("--runs", options.runs, 1, 1000);
  const seconds = numberOption("--seconds", options.seconds, 0.001, 1000);
  const cycles = options.cycles === undefined ? null : integerOption("--cycles", options.cycles, 1, 1e12);
  // Each simulator finds out how many cycles fit, warms up, and ours does once more.
  const waveSeconds = seconds * waveShare * (runs + 3) * (1 + variants.length);
  const measureOptions: MeasureOptions = {
    runs,
    seconds,
    cycles,
    variants: verilator ? variants : [],
    icarus,
    interpreter: options.interpreter === true,
    folder,
    waves: options.waves === undefined ? waveFolder(folder, waveSeconds) : resolve(options.waves),
    log: (what) => process.stderr.write(`[${Math.round((performance.now() - began) / 1000)} s] ${what}\n`),
  };
  const rows: Row[] = [];
  let passed = true;
  try {
    for (const subject of subjects)
      for (const mode of chosen.filter((one) => isMeasured(subject, one)))
        try {
          rows.push(await measure(subject, mode, measureOptions));
        } catch (error) {
          if (!(error instanceof PeerError)) throw error;
          passed = false;
          process.stderr.write(`${subject.name}, ${mode}: ${error.message}\n`);
        }
  } finally {
    if (options.keep === undefined) rmSync(folder, { recursive: true, force: true });
  }
  process.stdout.write(`${benchTables(rows)}\n`);
  const encode = (text: string) => new TextEncoder().encode(text);
  const record = { machine: machine(verilator, icarus), runs, seconds, cycles, passed, rows };
  if (options.json !== undefined) writeFileAtomically(options.json, encode(`${JSON.stringify(record, null, 2)}\n`));
  if (options.svg !== undefined) writeFileAtomically(options.svg, encode(benchChart(rows)));
  return passed;
}

/** Arrays fill the lanes of vectors with one stimulus. */
function isMeasured({ bare, cells }: Subject, mode: Mode): boolean {
  if (mode === "driven") return bare !== null;
  return mode !== "lanes" || cells === null;
}

/** What the figures were measured on and with. */
function machine(verilator: boolean, icarus: boolean): Record<string, unknown> {
  const firstLine = (tool: string, flag: string) =>
    spawnSync(tool, [flag], { encoding: "utf8" }).stdout?.split("\n")[0]?.trim() ?? null;
  return {
    processor: cpus()[0]?.model ?? null,
    processors: cpus().length,
    node: process.version,
    ...(verilator ? { verilator: firstLine("verilator", "--version"), compiler: firstLine("g++", "--version") } : {}),
    ...(icarus ? { icarus: firstLine("iverilog", "-V") } : {}),
  };
}

async function main(): Promise<number> {
  try {
    await command.parseAsync();
    return (await bench(command.opts<BenchOptions>())) ? exitCodes.passed : exitCodes.failed;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.passed : exitCodes.usage;
    return reportError(error);
  }
}

process.exitCode = await main();
