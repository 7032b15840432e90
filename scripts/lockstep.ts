import { Command, Option } from "commander";
import { seedOf } from "../testbench/bench/seed.ts";
import { InputError } from "../testbench/input-error.ts";
import { integerOption } from "../testbench/option.ts";
import {
  caseOf,
  differenceText,
  type FoundDifference,
  importedCase,
  type LockstepReport,
  lockstep,
  type PeerCase,
  type PeerName,
  peerTitles,
} from "../testbench/peer/index.ts";
import { chooseDesign } from "./choose-module.ts";
import { exitCodes } from "./exit.ts";
import { parameterValues } from "./parameter-values.ts";
import { repeatable } from "./repeatable.ts";
import { TerminalProgress } from "./run-progress.ts";
import { addDesignOptions, addReadingOptions, designRequest, type VerilogSourceOptions } from "./verilog-source.ts";

interface LockstepCommandOptions extends VerilogSourceOptions {
  readonly peer: PeerName;
  readonly cycles: string;
  readonly interpreted: string;
  readonly skip: string;
  readonly seed?: string;
  readonly set?: readonly string[];
  readonly output: string;
  readonly json?: boolean;
}

/** `systole lockstep <block | ./file.ts#Export | files.v>`: our simulators against another one on the same Verilog. */
export function lockstepCommand(finished: (code: number) => void): Command {
  const command = new Command("lockstep")
    .description("compare our simulators with Verilator or Icarus Verilog on the same Verilog, cycle by cycle")
    .argument("<module...>", "a block of systole list, ./file.ts#Export, or Verilog files (.v, .sv)")
    .addOption(new Option("--peer <name>", "the other simulator").choices(["verilator", "icarus"]).default("verilator"))
    .option("--cycles <n>", "cycles to compare", "10000")
    .option("--interpreted <n>", "first cycles that the interpreter takes part in too", "200")
    .option("--skip <n>", "first cycles that are not compared", "0")
    .option("--seed <n>", "seed of random inputs, resets and clocks (default: 0, or SYSTOLE_SEED)")
    .addOption(
      repeatable("--set <values>", "parameters of the block, such as rows=8,cols=8; of Verilog, inputs to hold"),
    )
    .option("-o, --output <folder>", "where waves and Verilog of a difference go", "lockstep")
    .option("--json", "print the report as JSON")
    .exitOverride();
  addReadingOptions(addDesignOptions(command));
  return command
    .addHelpText(
      "after",
      `
All inputs and resets are random by seed; checks and assumptions are left out, since it is values that are compared. The
first difference ends the run: both sides' waves around it are written, and the exit code is 1.

Verilog is read by Yosys for our side and as it is by the other one. Its resets are asserted first and then left alone.
Bits that the other simulator does not know are not compared: registers that were not yet written are such bits.

Examples:
  $ systole lockstep Fifo
  $ systole lockstep PeArray --set rows=8,cols=8 --cycles 100000 --seed 7
  $ systole lockstep ./my-block.ts#MyBlock --peer icarus --cycles 1000
  $ systole lockstep cpu.v bus.v --top soc --param FIRMWARE=firmware.hex --clock clk`,
    )
    .action(async (targets: string[], options: LockstepCommandOptions) => {
      finished(await compare(targets, options));
    });
}

async function compare(targets: readonly string[], options: LockstepCommandOptions): Promise<number> {
  const cycles = integerOption("--cycles", options.cycles, 1, 10_000_000);
  const interpreted = integerOption("--interpreted", options.interpreted, 0, 10_000_000);
  const seed = seedOf(options.seed === undefined ? undefined : integerOption("--seed", options.seed, 0, 2 ** 32 - 1));
  if (options.output === "") throw new InputError("-o: the name is empty; give a folder");
  const skip = integerOption("--skip", options.skip, 0, cycles - 1);
  const one = await chooseCase(targets, options, seed);
  const { name } = one;
  const { peer, output: folder, json = false } = options;
  const progress = new TerminalProgress(json);
  try {
    if (!json && process.stderr.isTTY) process.stderr.write(`building ${name} with ${peerTitles[peer]}\n`);
    const report = await lockstep(one, { peer, cycles, interpreted, skip, folder, progress });
    progress.close();
    if (json) process.stdout.write(`${JSON.stringify(reportJson(name, seed, peer, report), null, 2)}\n`);
    else process.stdout.write(reportText(name, seed, peer, report));
    return report.difference ? exitCodes.failed : exitCodes.passed;
  } finally {
    progress.close();
  }
}

/** What is compared: a module of ours, or Verilog that others wrote. */
async function chooseCase(
  targets: readonly string[],
  options: LockstepCommandOptions,
  seed: number,
): Promise<PeerCase> {
  const [target = "", ...others] = targets;
  const set = options.set ?? [];
  if (targets.some((path) => /\.(s?vh?|json)$/i.test(path)))
    return importedCase(designRequest(targets, options, set), seed);
  if (others.length > 0) throw new InputError(`${others.join(" ")}: give one module alone, or Verilog files`);
  const idle = forVerilog.find((name) => options[name] !== undefined && options[name] !== true);
  if (idle !== undefined) throw new InputError(`--${idle}: ${target} is no Verilog; leave the option out`);
  const { design, name } = await chooseDesign(target, parameterValues("--set", set));
  return caseOf(name, design, seed);
}

/** Options that say nothing of a module of ours. */
const forVerilog = ["top", "clock", "reset", "define", "param", "include"] as const;

function reportText(name: string, seed: number, peer: PeerName, report: LockstepReport): string {
  if (report.difference) return `${differenceText(report.difference)}\n`;
  const seconds = `${report.buildSeconds.toFixed(1)} s to build, ${report.runSeconds.toFixed(1)} s to run`;
  const cycles = report.cycles.toLocaleString("en-US");
  const same = `${name}, seed ${seed}: every output is the same in ${peerTitles[peer]} for ${cycles} cycles`;
  const digits = report.unknownDigits.toLocaleString("en-US");
  const left = report.unknownDigits === 0 ? "" : `; ${digits} hexadecimal digits that it does not know were left out`;
  return `${same} (${seconds})${left}\n`;
}

function reportJson(name: string, seed: number, peer: PeerName, report: LockstepReport): Record<string, unknown> {
  const { cycles, unknownDigits, buildSeconds, runSeconds, difference } = report;
  const seconds = { build: buildSeconds, run: runSeconds };
  return {
    name,
    seed,
    peer,
    cycles,
    unknownDigits,
    passed: difference === null,
    difference: difference && inHex(difference),
    seconds,
  };
}

/** A difference with its values as text. */
function inHex({ ours, theirs, unknown, ...rest }: FoundDifference): Record<string, unknown> {
  const hex = (value: bigint) => `0x${value.toString(16)}`;
  return { ...rest, ours: hex(ours), theirs: hex(theirs), unknown: hex(unknown) };
}
