import { Command } from "commander";
import { closest } from "fastest-levenshtein";
import pc from "picocolors";
import { blocks } from "../hdl/catalogue/index.ts";
import type { Block } from "../hdl/index.ts";
import type { Testbench } from "../testbench/index.ts";
import { InputError } from "../testbench/input-error.ts";
import { loadTestbenches } from "../testbench/workloads/index.ts";
import { exitCodes } from "./exit.ts";

/** `systole list [name]`: the testbenches and the blocks, or one of them with what it takes. */
export function listCommand(finished: (code: number) => void): Command {
  return new Command("list")
    .description("list the testbenches and the blocks, or what one of them takes")
    .argument("[name]", "a testbench or a block")
    .option("--json", "for machines")
    .exitOverride()
    .addHelpText("after", "\nExamples:\n  $ systole list\n  $ systole list PeArray\n  $ systole list --json")
    .action(async (name: string | undefined, { json }: { json?: boolean }) => {
      const listed = { testbenches: await loadTestbenches(), blocks };
      const chosen = {
        testbenches: listed.testbenches.filter((one) => name === undefined || one.name === name),
        blocks: listed.blocks.filter((one) => name === undefined || one.name === name),
      };
      if (chosen.testbenches.length + chosen.blocks.length === 0) throw new InputError(unknownName(name ?? "", listed));
      if (json) process.stdout.write(asJson(chosen));
      else process.stdout.write(name === undefined ? overview(listed) : details(chosen));
      finished(exitCodes.passed);
    });
}

interface Listed {
  readonly testbenches: readonly Testbench[];
  readonly blocks: readonly Block[];
}

function unknownName(name: string, { testbenches, blocks }: Listed): string {
  const names = [...testbenches, ...blocks].map((one) => one.name);
  return `there is no testbench or block ${name}; did you mean ${closest(name, names)}? systole list shows all`;
}

function asJson(chosen: Listed): string {
  const listed = {
    testbenches: chosen.testbenches.map(({ name, summary, options }) => ({ name, summary, options })),
    blocks: chosen.blocks.map(({ name, summary, parameters }) => ({ name, summary, parameters })),
  };
  return `${JSON.stringify(listed, null, 2)}\n`;
}

function overview({ testbenches, blocks }: Listed): string {
  const widest = Math.max(...[...testbenches, ...blocks].map(({ name }) => name.length));
  const entry = (name: string, summary: string) => `  ${pc.bold(name.padEnd(widest))}  ${summary}\n`;
  const defaults = ({ parameters }: Block) => {
    const text = parameters.map(({ name, fallback }) => `${name}=${fallback}`).join(" ");
    return text === "" ? "" : pc.dim(` (${text})`);
  };
  return [
    "Testbenches, for systole run <name>:\n",
    ...testbenches.map(({ name, summary }) => entry(name, summary)),
    "\nBlocks, for systole verilog <name> --set parameter=value; systole list <name> explains the parameters:\n",
    ...blocks.map((block) => entry(block.name, block.summary + defaults(block))),
  ].join("");
}

function details(chosen: Listed): string {
  return [
    ...chosen.testbenches.map(({ name, summary, options, examples }) => {
      const taken = options.map(({ flags, description }) => [flags, description] as const);
      return `${pc.bold(name)}  ${summary}\n${columns(taken)}\n  $ systole run ${name} ${examples[0] ?? ""}\n`;
    }),
    ...chosen.blocks.map(({ name, summary, parameters }) => {
      const taken = parameters.map(
        (one) => [`${one.name}=${one.fallback}`, `${one.summary} (${rangeOf(one)})`] as const,
      );
      const set = parameters.length === 0 ? "" : ` --set ${parameters[0]?.name}=${parameters[0]?.fallback}`;
      return `${pc.bold(name)}  ${summary}\n${columns(taken)}\n  $ systole verilog ${name}${set}\n`;
    }),
  ].join("\n");
}

function rangeOf({ least, most }: { readonly least: number; readonly most: number }): string {
  return `${least.toLocaleString("en-US")} to ${most.toLocaleString("en-US")}`;
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const widest = Math.max(0, ...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(widest)}  ${right}\n`).join("");
}
