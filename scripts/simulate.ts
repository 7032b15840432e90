import { Command, Option } from "commander";
import { explain } from "../sim/index.ts";
import { runImported } from "../testbench/imported/index.ts";
import type { DesignListener } from "../testbench/index.ts";
import { InputError } from "../testbench/input-error.ts";
import { integerOption } from "../testbench/option.ts";
import { exitCodes } from "./exit.ts";
import { repeatable } from "./repeatable.ts";
import { TerminalProgress } from "./run-progress.ts";
import { reportJson, reportTable } from "./simulate-report.ts";
import { addDesignOptions, addReadingOptions, designRequest, type VerilogSourceOptions } from "./verilog-source.ts";
import { addWaveOptions, waveRequest } from "./wave-request.ts";

interface SimulateCommandOptions extends Record<string, unknown>, VerilogSourceOptions {
  readonly cycles?: string;
  readonly until?: string;
  readonly set?: readonly string[];
  readonly randomInputs?: boolean;
  readonly seed: string;
  readonly randomInit: boolean;
  readonly cache: boolean;
  readonly engine: "wasm" | "interpreter";
  readonly explain?: boolean;
  readonly json?: boolean;
}

/** `systole simulate <files>`: a design in Verilog or Yosys JSON on the simulator. */
export function simulateCommand(finished: (code: number) => void): Command {
  const command = new Command("simulate")
    .description("simulate Verilog, read by Yosys, or the JSON that Yosys wrote")
    .argument("<files...>", "Verilog files (.v, .sv), or one .json of Yosys");
  addDesignOptions(command)
    .option("--cycles <n>", "cycles to run, reset included (default: 1000, or 1000000 with --until)")
    .option("--until <signal[=value]>", "stop when the signal has the value, or is not 0")
    .addOption(repeatable("--set <input=value>", "hold an input at a value"))
    .option("--random-inputs", "drive all other inputs at random (default: 0)")
    .option("--seed <n>", "seed of random inputs and of undefined state", "1")
    .option("--random-init", "undefined state starts random by seed (default)")
    .option("--no-random-init", "undefined state starts from 0")
    .option("--no-cache", "compile anew, and keep nothing for the next run (see systole cache --help)");
  addReadingOptions(command)
    .addOption(new Option("--engine <engine>", "which simulator").choices(["wasm", "interpreter"]).default("wasm"))
    .exitOverride();
  return addWaveOptions(command)
    .option("--explain", "say what the compiler updates in SIMD lanes, what sleeps, and what does not and why")
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
  if (options.explain && options.engine !== "wasm")
    throw new InputError("--explain is about the compiled simulator; leave --engine out");
  const explanations: string[] = [];
  const starting: DesignListener = (design, engineOptions) => {
    explanations.push(explain(design, engineOptions));
  };
  let progress: TerminalProgress | null = null;
  const seed = integerOption("--seed", options.seed, 0, 2 ** 32 - 1);
  try {
    const run = await runImported({
      ...designRequest(files, options, options.set ?? []),
      randomInputs: options.randomInputs === true,
      cycles: options.cycles === undefined ? null : integerOption("--cycles", options.cycles, 1, 1e12),
      until: options.until ?? null,
      seed,
      randomInit: options.randomInit,
      engine: options.engine,
      cache: options.cache,
      waves: waveRequest(options),
      ...(options.explain ? { starting } : {}),
      start: () => {
        progress = new TerminalProgress(options.json === true);
        return progress;
      },
    });
    stop(progress);
    const explained = options.explain ? { explain: explanations.join("\n") } : {};
    if (options.json) process.stdout.write(`${JSON.stringify({ ...reportJson(files, run), ...explained }, null, 2)}\n`);
    else process.stdout.write(`${explanations.map((text) => `${text}\n\n`).join("")}${reportTable(run)}`);
    return run.until && !run.until.reached ? exitCodes.failed : exitCodes.passed;
  } finally {
    stop(progress);
  }
}

function stop(progress: TerminalProgress | null): void {
  progress?.close();
}
