import { mkdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { Command } from "commander";
import type { Verilog } from "../hdl/index.ts";
import { toVerilog, verilogText } from "../hdl/verilog/verilog.ts";
import { explain, writeFileAtomically } from "../testbench/atomic-file.ts";
import { InputError } from "../testbench/input-error.ts";
import { chooseDesign } from "./choose-module.ts";
import { exitCodes } from "./exit.ts";
import { parameterValues } from "./parameter-values.ts";
import { repeatable } from "./repeatable.ts";
import { verilogFileNames } from "./verilog-files.ts";

interface VerilogCommandOptions {
  readonly output?: string;
  readonly set?: readonly string[];
  readonly json?: boolean;
}

/** `systole verilog <block | ./file.ts#Export>`: the module and all below it as Verilog-2005. */
export function verilogCommand(finished: (code: number) => void): Command {
  return new Command("verilog")
    .description("write a block, or a module of your own file, as Verilog")
    .argument("<module>", "a block of systole list, or ./file.ts#Export")
    .option("-o, --output <path>", "a .v file, or a folder for one file a module (default: standard output)")
    .addOption(repeatable("--set <values>", "parameters of the block, such as rows=8,cols=8"))
    .option("--json", "print names, ports and files as JSON")
    .exitOverride()
    .addHelpText(
      "after",
      `
#Export can be left out where the file exports one module. An exported function that is no module is called with one
object of the values of --set, such as { rows: 8, cols: 8 }, and returns the module.

Examples:
  $ systole verilog Fifo --set width=32,depth=16
  $ systole verilog PeArray --set rows=4,cols=4 -o rtl
  $ systole verilog ./my-block.ts#MyBlock -o my-block.v`,
    )
    .action(async (target: string, { output, set, json }: VerilogCommandOptions) => {
      const { design } = await chooseDesign(target, parameterValues("--set", set ?? []));
      const verilog = toVerilog(design);
      const boxes = design.modules.filter(({ blackBox }) => blackBox !== null).map(({ name }) => name);
      if (output === undefined) print(verilog, boxes, json === true);
      else report(verilog, boxes, output, write(verilog, output), json === true);
      finished(exitCodes.passed);
    });
}

function print(verilog: Verilog, blackBoxes: readonly string[], json: boolean): void {
  process.stdout.write(json ? `${JSON.stringify({ ...verilog, blackBoxes }, null, 2)}\n` : verilogText(verilog));
}

interface Written {
  /** The modules' files, children before parents. */
  readonly files: readonly string[];
  readonly filelist: string | null;
}

/** Writes the whole text, or one file a module and a list of them; every file whole or not at all. */
function write(verilog: Verilog, output: string): Written {
  if (output === "") throw new InputError("-o: the name is empty; give a folder, or a file that ends in .v");
  const bytes = (text: string) => new TextEncoder().encode(text);
  if (/\.s?v$/i.test(output)) {
    writeFileAtomically(output, bytes(verilogText(verilog)));
    return { files: [output], filelist: null };
  }
  makeFolder(output);
  const names = verilogFileNames(verilog.modules.map(({ name }) => name));
  const files = names.map((name) => join(output, name));
  verilog.modules.forEach(({ text }, i) => {
    writeFileAtomically(files[i] ?? output, bytes(text));
  });
  const filelist = join(output, (names.at(-1) ?? "design.v").replace(/v$/, "f"));
  writeFileAtomically(filelist, bytes(`${names.join("\n")}\n`));
  return { files, filelist };
}

/** Makes a folder and those above it. Node's own way to do so does not come back where the file system has none to give. */
function makeFolder(path: string): void {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.isDirectory()) return;
    if (found) throw new InputError(`${path}: it is no folder; give a folder, or a file that ends in .v`);
    if (dirname(path) !== path) makeFolder(dirname(path));
    mkdirSync(path);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${path}: cannot make the folder: ${explain(error)}`, { cause: error });
  }
}

function report(
  { top, ports, modules }: Verilog,
  blackBoxes: readonly string[],
  output: string,
  { files, filelist }: Written,
  json: boolean,
): void {
  if (json) {
    process.stdout.write(`${JSON.stringify({ top, ports, files, filelist, blackBoxes }, null, 2)}\n`);
    return;
  }
  const lines = modules.reduce((sum, { text }) => sum + text.split("\n").length - 1, 0);
  const count = `${modules.length} module${modules.length === 1 ? "" : "s"}, ${lines.toLocaleString("en-US")} lines`;
  const use = filelist === null ? "" : `; verilator -F ${filelist} reads them all`;
  process.stdout.write(`${output}: ${count}, top ${top}${use}\n`);
  if (blackBoxes.length > 0) process.stdout.write(`to be given elsewhere (black boxes): ${blackBoxes.join(", ")}\n`);
}
