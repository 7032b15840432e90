import { Command, Option } from "commander";
import { InputError, integerOption, seedOf } from "../testbench/index.ts";
import {
  caseOf,
  differenceText,
  type FoundDifference,
  type LockstepReport,
  lockstep,
  type PeerName,
  peerTitles,
} from "../testbench/peer/index.ts";
import { chooseDesign } from "./choose-module.ts";
import { exitCodes } from "./exit.ts";
import { parameterValues } from "./parameter-values.ts";
import { repeatable } from "./repeatable.ts";
import { TerminalProgress } from "./run-progress.ts";

interface LockstepCommandOptions {
  readonly peer: PeerName;
  readonly cycles: string;
  readonly interpreted: string;
  readonly seed?: string;
  readonly set?: readonly string[];
  readonly output: string;
  readonly json?: boolean;
}

/** `systole lockstep <block | ./file.ts#Export>`: our simulators against another one on the Verilog of a module. */
export function lockstepCommand(finished: (code: number) => void): Command {
  return new Command("lockstep")
    .description("compare a module here with its Verilog in Verilator or Icarus Verilog, cycle by cycle")
    .argument("<module>", "a block of systole list, or ./file.ts#Export")
    .addOption(new Option("--peer <name>", "the other simulator").choices(["verilator", "icarus"]).default("verilator"))
    .option("--cycles <n>", "cycles to compare", "10000")
    .option("--interpreted <n>", "first cycles that the interpreter takes part in too", "200")
    .option("--seed <n>", "seed of random inputs, resets and clocks (default: 0, or SYSTOLE_SEED)")
    .addOption(repeatable("--set <values>", "parameters of the block, such as rows=8,cols=8"))
    .option("-o, --output <folder>", "where waves and Verilog of a difference go", "lockstep")
    .option("--json", "print the report as JSON")
    .exitOverride()
    .addHelpText(
      "after",
      `
All inputs and resets are random by seed; checks and assumptions are left out, since it is values that are compared. The
first difference ends the run: both sides' waves around it are written, and the exit code is 1.

Examples:
  $ systole lockstep Fifo
  $ systole lockstep PeArray --set rows=8,cols=8 --cycles 100000 --seed 7
  $ systole lockstep ./my-block.ts#MyBlock --peer icarus --cycles 1000`,
    )
    .action(async (target: string, options: LockstepCommandOptions) => {
      finished(await compare(target, options));
    });
}

async function compare(target: string, options: LockstepCommandOptions): Promise<number> {
  const cycles = integerOption("--cycles", options.cycles, 1, 10_000_000);
  const interpreted = integerOption("--interpreted", options.interpreted, 0, 10_000_000);
  const seed = seedOf(options.seed === undefined ? undefined : integerOption("--seed", options.seed, 0, 2 ** 32 - 1));
  if (options.output === "") throw new InputError("-o: the name is empty; give a folder");
  const { design, name } = await chooseDesign(target, parameterValues("--set", options.set ?? []));
  const { peer, output: folder, json = false } = options;
  const progress = new TerminalProgress(json);
  try {
    if (!json && process.stderr.isTTY) process.stderr.write(`building ${name} with ${peerTitles[peer]}\n`);
    const report = await lockstep(caseOf(name, design, seed), { peer, cycles, interpreted, folder, progress });
    progress.close();
    if (json) process.stdout.write(`${JSON.stringify(reportJson(name, seed, peer, report), null, 2)}\n`);
    else process.stdout.write(reportText(name, seed, peer, report));
    return report.difference ? exitCodes.failed : exitCodes.passed;
  } finally {
    progress.close();
  }
}

function reportText(name: string, seed: number, peer: PeerName, report: LockstepReport): string {
  if (report.difference) return `${differenceText(report.difference)}\n`;
  const seconds = `${report.buildSeconds.toFixed(1)} s to build, ${report.runSeconds.toFixed(1)} s to run`;
  const cycles = report.cycles.toLocaleString("en-US");
  return `${name}, seed ${seed}: every output is the same in ${peerTitles[peer]} for ${cycles} cycles (${seconds})\n`;
}

function reportJson(name: string, seed: number, peer: PeerName, report: LockstepReport): Record<string, unknown> {
  const { cycles, buildSeconds, runSeconds, difference } = report;
  const seconds = { build: buildSeconds, run: runSeconds };
  return {
    name,
    seed,
    peer,
    cycles,
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
