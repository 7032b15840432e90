import { Command } from "commander";
import pc from "picocolors";
import { testbenches } from "../testbench/index.ts";
import { exitCodes } from "./exit.ts";

/** `systole list`: the testbenches by name. */
export function listCommand(finished: (code: number) => void): Command {
  return new Command("list")
    .description("list the testbenches")
    .option("--json", "for machines")
    .action(({ json }: { json?: boolean }) => {
      if (json) {
        const entries = testbenches.map(({ name, summary, options }) => ({ name, summary, options }));
        process.stdout.write(`${JSON.stringify(entries, null, 2)}\n`);
      } else {
        const widest = Math.max(...testbenches.map(({ name }) => name.length));
        for (const { name, summary } of testbenches)
          process.stdout.write(`${pc.bold(name.padEnd(widest))}  ${summary}\n`);
      }
      finished(exitCodes.passed);
    });
}
