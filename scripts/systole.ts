#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { exitCodes, reportError } from "./exit.ts";

type CommandMaker = (finished: (code: number) => void) => Command;

/** By name; a command line that begins with one loads no other. Each is given what follows its name. */
const commands: Readonly<Record<string, (next: string) => Promise<CommandMaker>>> = {
  list: async () => (await import("./list.ts")).listCommand,
  reference: async () => (await import("./reference.ts")).referenceCommand,
  run: async (next) => (await import("./run.ts")).makeRunCommand(next),
  verilog: async () => (await import("./verilog.ts")).verilogCommand,
  lockstep: async () => (await import("./lockstep.ts")).lockstepCommand,
  simulate: async () => (await import("./simulate.ts")).simulateCommand,
  cache: async () => (await import("./cache.ts")).cacheCommand,
  wave: async () => (await import("./wave.ts")).waveCommand,
};

/** The command line: a thin face over the testbenches and the waves. */
async function main(): Promise<number> {
  const program = new Command("systole")
    .description("Typed hardware in TypeScript: simulate it cycle by cycle, look at its waves.")
    .version(version())
    .showHelpAfterError("(systole --help shows how it is used)")
    .exitOverride()
    .addHelpText(
      "after",
      `
Examples:
  $ systole list
  $ systole reference instructions
  $ systole run matmul --m 100 --k 70 --n 33 --vcd out.vcd --gtkw out.gtkw
  $ systole run digits --array 8x8 --json
  $ systole run dma --seeds 1..16 --threads 2
  $ systole verilog PeArray --set rows=4,cols=4 -o rtl
  $ systole lockstep PeArray --set rows=4,cols=4 --peer verilator
  $ systole simulate counter.v --cycles 100 --vcd counter.vcd
  $ systole wave out.vcd --signals '**.state' --from 0 --to 400

Exit codes: 0 passed, 1 the design or a comparison failed, 2 bad usage or input.`,
    );
  let code = 0;
  const finished = (result: number) => {
    code = result;
  };
  const [name = "", next = ""] = process.argv.slice(2);
  const named = Object.hasOwn(commands, name) ? commands[name] : undefined;
  for (const load of named ? [named] : Object.values(commands)) program.addCommand((await load(next))(finished));
  try {
    await program.parseAsync();
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.passed : exitCodes.usage;
    return reportError(error);
  }
}

function version(): string {
  for (const up of ["../package.json", "../../package.json"])
    try {
      const text = readFileSync(new URL(up, import.meta.url), "utf8");
      const { version: found }: { version?: unknown } = JSON.parse(text);
      if (typeof found === "string") return found;
    } catch {}
  return "unknown";
}

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(exitCodes.passed);
  throw error;
});
process.exitCode = await main();
