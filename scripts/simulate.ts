import { Command, Option } from "commander";
import { parseClock, parseReset, runImported } from "../testbench/imported/index.ts";
import { InputError, integerOption } from "../testbench/index.ts";
import { exitCodes } from "./exit.ts";
import { repeatable } from "./repeatable.ts";
import { TerminalProgress } from "./run-progress.ts";
import { reportJson, reportTable } from "./simulate-report.ts";
import { addWaveOptions, waveRequest } from "./wave-request.ts";

interface SimulateCommandOptions extends Record<string, unknown> {
  readonly top?: string;
  readonly clock?: readonly string[];
  /** False: --no-reset. */
  readonly reset?: readonly string[] | boolean;
  readonly cycles?: string;
  readonly until?: string;
  readonly set?: readonly string[];
  readonly randomInputs?: boolean;
  readonly seed: string;
  readonly randomInit: boolean;
  readonly define?: readonly string[];
  readonly param?: readonly string[];
  readonly include?: readonly string[];
  readonly keepHierarchy?: boolean;
  readonly yosys: "auto" | "npm" | "installed";
  readonly engine: "wasm" | "interpreter";
  readonly json?: boolean;
}

/** `systole simulate <files>`: a design in Verilog or Yosys JSON on the simulator. */
export function simulateCommand(finished: (code: number) => void): Command {
  const command = new Command("simulate")
    .description("simulate Verilog, read by Yosys, or the JSON that Yosys wrote")
    .argument("<files...>", "Verilog files (.v, .sv), or one .json of Yosys")
    .option("--top <module>", "the top module (default: the one that no other instantiates)")
    .addOption(
      repeatable("--clock <name[:period]>", "a clock and its period in ticks; the first one counts the cycles"),
    )
    .addOption(
      repeatable("--reset <name[:low|high][:cycles]>", "a reset, its level and for how long (default: by name)"),
    )
    .option("--no-reset", "leave inputs that are named like resets alone")
    .option("--cycles <n>", "cycles to run, reset included (default: 1000, or 1000000 with --until)")
    .option("--until <signal[=value]>", "stop when the signal has the value, or is not 0")
    .addOption(repeatable("--set <input=value>", "hold an input at a value"))
    .option("--random-inputs", "drive all other inputs at random (default: 0)")
    .option("--seed <n>", "seed of random inputs and of undefined state", "1")
    .option("--random-init", "undefined state starts random by seed (default)")
    .option("--no-random-init", "undefined state starts from 0")
    .addOption(repeatable("--define <name[=text]>", "a macro, as by `define"))
    .addOption(repeatable("--param <name=value>", "a parameter of the module that --top names"))
    .addOption(repeatable("--include <folder>", "where included files are looked up"))
    .option("--keep-hierarchy", "keep submodules instead of flattening them")
    .addOption(new Option("--yosys <which>", "which Yosys").choices(["auto", "npm", "installed"]).default("auto"))
    .addOption(new Option("--engine <engine>", "which simulator").choices(["wasm", "interpreter"]).default("wasm"))
    .exitOverride();
  return addWaveOptions(command)
    .option("--json", "print the report as JSON")
    .addHelpText(
      "after",
      `
Examples:
  $ systole simulate counter.v --cycles 100 --vcd counter.vcd
  $ systole simulate cpu.v bus.v --top soc --until trap --param FIRMWARE=firmware.hex
  $ systole simulate fifo.v --clock wclk:10 --clock rclk:7 --random-inputs --seed 3
  $ systole simulate netlist.json --top core --reset por_n:low:16 --set enable=1`,
    )
    .action(async (files: string[], options: SimulateCommandOptions) => {
      finished(await simulate(files, options));
    });
}

async function simulate(files: readonly string[], options: SimulateCommandOptions): Promise<number> {
  let progress: TerminalProgress | null = null;
  const seed = integerOption("--seed", options.seed, 0, 2 ** 32 - 1);
  const { reset } = options;
  try {
    const run = await runImported({
      source: {
        files,
        top: options.top ?? null,
        parameters: parameters(options.param ?? []),
        defines: defines(options.define ?? []),
        includes: options.include ?? [],
        keepHierarchy: options.keepHierarchy === true,
        yosys: options.yosys,
      },
      clocks: (options.clock ?? []).map(parseClock),
      resets: reset === false ? [] : Array.isArray(reset) ? reset.map(parseReset) : null,
      constants: options.set ?? [],
      randomInputs: options.randomInputs === true,
      cycles: options.cycles === undefined ? null : integerOption("--cycles", options.cycles, 1, 1e12),
      until: options.until ?? null,
      seed,
      randomInit: options.randomInit,
      engine: options.engine,
      waves: waveRequest(options),
      start: () => {
        progress = new TerminalProgress(options.json === true);
        return progress;
      },
    });
    stop(progress);
    if (options.json) process.stdout.write(`${JSON.stringify(reportJson(files, run), null, 2)}\n`);
    else process.stdout.write(reportTable(run));
    return run.until && !run.until.reached ? exitCodes.failed : exitCodes.passed;
  } finally {
    stop(progress);
  }
}

function stop(progress: TerminalProgress | null): void {
  progress?.close();
}

function assignments(option: string, texts: readonly string[]): [string, string | null][] {
  return texts.map((text) => {
    const at = text.indexOf("=");
    const name = (at < 0 ? text : text.slice(0, at)).trim();
    if (name === "") throw new InputError(`${option} ${text}: give a name and a value, such as ${option} N=8`);
    return [name, at < 0 ? null : text.slice(at + 1)];
  });
}

function parameters(texts: readonly string[]): Record<string, number | string> {
  const given = assignments("--param", texts).map(([name, value]) => {
    if (value === null) throw new InputError(`--param ${name}: give its value, such as --param ${name}=8`);
    return [name, /^-?\d{1,10}$|^0x[\da-f]{1,8}$/i.test(value) ? Number(value) : value] as const;
  });
  return Object.fromEntries(given);
}

function defines(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(assignments("--define", texts).map(([name, value]) => [name, value ?? "1"]));
}
