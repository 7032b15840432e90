import { InputError } from "../input-error.ts";
import { runYosys, type YosysChoice } from "./run-yosys.ts";
import { gatherSources } from "./source-tree.ts";

export interface ReadVerilogOptions {
  /** Verilog or (ending in `.sv`) SystemVerilog files, in the order in which they are read. */
  readonly files: readonly string[];
  /** The top module; found by Yosys when not given. */
  readonly top?: string;
  /**
   * Parameters of the top module: strings, or whole numbers of 32 bits, which a parameter that is declared neither
   * signed nor integer takes without their sign.
   */
  readonly parameters?: Readonly<Record<string, number | string>>;
  /** Macros, as by `define. Yosys itself defines SYNTHESIS and YOSYS. */
  readonly defines?: Readonly<Record<string, string | number>>;
  /** Directories in which included files are looked up, after that of the including file. */
  readonly includes?: readonly string[];
  /** Leaves submodules as modules instead of flattening them into the top. */
  readonly keepHierarchy?: boolean;
  /** Yosys commands to run after `proc` (and `flatten`), such as `clk2fflogic` or `tribuf -logic`. */
  readonly extraPasses?: readonly string[];
  readonly yosys?: YosysChoice;
}

const output = "systole-netlist.json";

/**
 * Reads Verilog with Yosys and returns its netlist of word-level cells as Yosys JSON (what `fromYosys` of hdl takes),
 * with Yosys' log. Included files and those that `$readmemh` reads are found as `gatherSources` says.
 * @throws InputError for files that cannot be read, and with Yosys' own message and its place for what Yosys rejects
 */
export async function readVerilog(options: ReadVerilogOptions): Promise<{ json: Uint8Array; log: string }> {
  if (options.files.length === 0) throw new InputError("no Verilog file is given; give at least one");
  const strings = Object.values(options.parameters ?? {}).filter((value) => typeof value === "string");
  const tree = gatherSources(options.files, options.includes ?? [], strings);
  const script = verilogScript(options, tree.sources, tree.includes);
  const { files, log } = await runYosys(script, tree.files, options.yosys ?? "auto");
  const json = files.get(output);
  if (!json) throw new InputError("Yosys wrote no netlist; look at its log");
  return { json, log };
}

/** The Yosys script: processes to cells, memories kept as such, nothing mapped to gates. */
function verilogScript(options: ReadVerilogOptions, sources: readonly string[], includes: readonly string[]): string {
  const defines = Object.entries(options.defines ?? {}).map(
    ([name, value]) => `-D${identifier(name, "macro")}=${word(String(value), `macro ${name}`)}`,
  );
  // Parameters' default values may be invalid (a file that is none): with the top known, only what it uses is compiled.
  const defer = options.top === undefined ? [] : ["-defer"];
  const directories = includes.map((path) => `-I${word(path, `include directory ${path}`)}`);
  const reading = [...defer, ...defines, ...directories].join(" ");
  const parameters = Object.entries(options.parameters ?? {}).map(
    ([name, value]) => `-chparam ${identifier(name, "parameter")} ${parameter(name, value)}`,
  );
  const top = options.top === undefined ? "-auto-top" : `-top ${identifier(options.top, "module")}`;
  return [
    ...sources.map((path) => `read_verilog ${/\.svh?$/i.test(path) ? "-sv " : ""}${reading} "${path}"`),
    `hierarchy -check ${top} ${parameters.join(" ")}`,
    "proc",
    ...(options.keepHierarchy ? [] : ["flatten"]),
    ...(options.extraPasses ?? []).map((pass) => command(pass)),
    // Enables and resets that are inferred would hide which values of a state select what a register takes.
    "opt -nodffe -nosdff",
    "memory -nomap",
    "opt -nodffe -nosdff",
    "clean -purge",
    `write_json ${output}`,
    "",
  ].join("\n");
}

function identifier(name: string, what: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_$.]*$/.test(name))
    throw new InputError(`${what} "${name}": give a plain identifier (letters, digits, _ and $)`);
  return name;
}

function word(text: string, what: string): string {
  if (!/^[^\s"\\;#]*$/.test(text))
    throw new InputError(`${what}: Yosys cannot take the value "${text}"; give one without spaces, quotes, # and ;`);
  return text;
}

function parameter(name: string, value: number | string): string {
  // A Verilog string is a number of eight bits a character; Yosys takes parameters in this form alone.
  if (typeof value === "string") {
    const bytes = Buffer.from(value);
    return bytes.length === 0 ? "8'h00" : `${bytes.length * 8}'h${bytes.toString("hex")}`;
  }
  if (!Number.isInteger(value) || value < -(2 ** 31) || value >= 2 ** 32)
    throw new InputError(`parameter ${name}: ${value} is no whole number of 32 bits`);
  return parameterValue(value);
}

/** A number as Verilog that means the same to Yosys, whose values have no sign, and to others. */
export function parameterValue(value: number): string {
  return `32'h${(value >>> 0).toString(16)}`;
}

function command(text: string): string {
  if (/[\n\r;!]/.test(text)) throw new InputError(`"${text}": give one Yosys command an entry, without ; and !`);
  return text;
}
