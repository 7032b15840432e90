import Table from "cli-table3";
import { Command, Option } from "commander";
import { distance } from "fastest-levenshtein";
import pc from "picocolors";
import { topOf } from "../hdl/netlist/index.ts";
import { explain } from "../sim/index.ts";
import type { DesignListener, RunReport, Testbench } from "../testbench/index.ts";
import { InputError } from "../testbench/input-error.ts";
import { arrayOption, integerOption } from "../testbench/option.ts";
import { loadTestbench, loadTestbenches, testbenchNames } from "../testbench/workloads/index.ts";
import { exitCodes } from "./exit.ts";
import { TerminalProgress } from "./run-progress.ts";
import { addWaveOptions, waveRequest } from "./wave-request.ts";

/** The largest array side that can be asked for. */
const mostSide = 256;

/**
 * `systole run <testbench>`: one subcommand for each testbench. Where the command line names one right after `run`, no
 * other is loaded.
 */
export async function makeRunCommand(named: string): Promise<(finished: (code: number) => void) => Command> {
  const one = await loadTestbench(named);
  const testbenches = one ? [one] : await loadTestbenches();
  return (finished) => runCommand(testbenches, finished);
}

function runCommand(testbenches: readonly Testbench[], finished: (code: number) => void): Command {
  const run = new Command("run")
    .description("run a testbench on the simulated hardware")
    .argument("[testbench]", "see systole list")
    .addHelpText(
      "after",
      `
Testbenches: ${testbenchNames.join(", ")}; systole run <testbench> --help shows the options of one.

Examples:
${testbenches.map(({ name, examples }) => examples.map((example) => `  $ systole run ${name} ${example}`).join("\n")).join("\n")}`,
    )
    .allowExcessArguments()
    .allowUnknownOption()
    .action((name?: string) => {
      throw new InputError(unknownTestbench(name));
    });
  for (const testbench of testbenches) run.addCommand(testbenchCommand(testbench, finished));
  return run;
}

function unknownTestbench(name: string | undefined): string {
  if (name === undefined) return `name a testbench: ${testbenchNames.join(", ")}`;
  const nearest = testbenchNames.toSorted((a, b) => distance(a, name) - distance(b, name))[0];
  return `there is no testbench ${name}; did you mean ${nearest}? systole list shows all`;
}

function testbenchCommand(testbench: Testbench, finished: (code: number) => void): Command {
  const command = new Command(testbench.name).description(testbench.summary).exitOverride();
  for (const { flags, description, fallback } of testbench.options) command.option(flags, description, fallback);
  command
    .option("--array <size>", "rows x columns of the PE array", "16x16")
    .option("--seed <n>", "seed of random operands and of undefined state", "1")
    .option("--seeds <list>", "run with each of many seeds, such as 1..16 or 3,7,100..199")
    .option("--threads <n>", "threads that run seeds (default: one for each processor)")
    .addOption(new Option("--engine <engine>", "which simulator").choices(["wasm", "interpreter"]).default("wasm"))
    .option("--cycles <max>", "give up after this many cycles", "1000000000")
    .option("--random-init", "undefined state starts random by seed (default)")
    .option("--no-random-init", "undefined state starts from 0")
    .option("--no-cache", "compile anew, and keep nothing for the next run (see systole cache --help)");
  return addWaveOptions(command)
    .option("--explain", "say what the compiler updates in SIMD lanes, what sleeps, and what does not and why")
    .option("--json", "print the report as JSON")
    .addHelpText(
      "after",
      `\nExamples:\n${testbench.examples.map((e) => `  $ systole run ${testbench.name} ${e}`).join("\n")}`,
    )
    .action(async (options: Record<string, unknown>) => {
      const json = options.json === true;
      const seed = integerOption("--seed", text(options.seed), 0, 2 ** 32 - 1);
      const waves = waveRequest(options);
      const request = {
        engine: options.engine === "interpreter" ? ("interpreter" as const) : ("wasm" as const),
        randomInit: options.randomInit !== false,
        cache: options.cache !== false,
        array: arrayOption("--array", text(options.array), mostSide),
        cycles: integerOption("--cycles", text(options.cycles), 1, 1e12),
        options: Object.fromEntries(Object.entries(options).map(([key, value]) => [key, optionText(value)])),
      };
      if (options.explain === true && (request.engine !== "wasm" || options.seeds !== undefined))
        throw new InputError("--explain is about one run of the compiled simulator; leave --engine and --seeds out");
      if (options.seeds !== undefined) {
        if (waves) throw new InputError("--seeds with --vcd: record one run, with --seed");
        const { seeds, threads } = options;
        const { runWithSeeds } = await import("./run-seeds.ts");
        const asked = { seeds: text(seeds), threads: threads === undefined ? null : text(threads), json };
        finished((await runWithSeeds(testbench, request, asked)) ? exitCodes.passed : exitCodes.failed);
        return;
      }
      if (options.threads !== undefined) throw new InputError("--threads needs --seeds: threads run one seed each");
      const progress = new TerminalProgress(json);
      try {
        const explanations = new Map<string, string>();
        const starting: DesignListener = (design, engineOptions) => {
          explanations.set(topOf(design).name, explain(design, engineOptions));
        };
        const listening = options.explain === true ? { starting } : {};
        const report = await testbench.run({ ...request, ...listening, seed, waves, progress });
        progress.close();
        print(testbench, report, { firstCycle: progress.firstCycle, explanations, json });
        finished(report.passed ? exitCodes.passed : exitCodes.failed);
      } finally {
        progress.close();
      }
    });
}

const text = (value: unknown): string => String(value ?? "");
const optionText = (value: unknown): string | undefined => (value === undefined ? undefined : String(value));

interface Printed {
  /** Milliseconds from the start of the command. */
  readonly firstCycle: number | null;
  /** By name of the design. */
  readonly explanations: ReadonlyMap<string, string>;
  readonly json: boolean;
}

function print({ name }: Testbench, report: RunReport, { firstCycle, explanations, json }: Printed): void {
  if (json) {
    const { passed, failure } = report;
    const explained = explanations.size > 0 ? { explain: Object.fromEntries(explanations) } : {};
    process.stdout.write(
      `${JSON.stringify({ testbench: name, passed, failure, ...report.json, firstCycleMilliseconds: firstCycle, ...explained }, null, 2)}\n`,
    );
    return;
  }
  for (const [design, explanation] of explanations) process.stdout.write(`${design}: ${explanation}\n\n`);
  const table = new Table({ style: { head: [], border: [] } });
  table.push(...report.rows.map(([label, value]) => [label, value]));
  if (firstCycle !== null) table.push(["start of the command to first cycle", `${Math.round(firstCycle)} ms`]);
  const verdict = report.passed ? pc.green("passed") : pc.red(`failed: ${report.failure}`);
  process.stdout.write(`${table.toString()}\n${name} ${verdict}\n`);
}
