import { type Command, Option } from "commander";
import { type ImportedDesignRequest, parseClock, parseReset } from "../testbench/imported/index.ts";
import { InputError } from "../testbench/input-error.ts";
import { repeatable } from "./repeatable.ts";

/** What is asked for of a design in Verilog. */
export interface VerilogSourceOptions {
  readonly top?: string;
  readonly clock?: readonly string[];
  /** False: --no-reset. */
  readonly reset?: readonly string[] | boolean;
  readonly define?: readonly string[];
  readonly param?: readonly string[];
  readonly include?: readonly string[];
  readonly keepHierarchy?: boolean;
  readonly yosys: "auto" | "npm" | "installed";
}

/** Which module it is, and its clocks and resets. */
export function addDesignOptions(command: Command): Command {
  return command
    .option("--top <module>", "the top module (default: the one that no other instantiates)")
    .addOption(
      repeatable("--clock <name[:period]>", "a clock and its period in ticks; the first one counts the cycles"),
    )
    .addOption(
      repeatable("--reset <name[:low|high][:cycles]>", "a reset, its level and for how long (default: by name)"),
    )
    .option("--no-reset", "leave inputs that are named like resets alone");
}

/** How its text is read. */
export function addReadingOptions(command: Command): Command {
  return command
    .addOption(repeatable("--define <name[=text]>", "a macro, as by `define"))
    .addOption(repeatable("--param <name=value>", "a parameter of the module that --top names"))
    .addOption(repeatable("--include <folder>", "where included files are looked up"))
    .option("--keep-hierarchy", "keep submodules instead of flattening them")
    .addOption(new Option("--yosys <which>", "which Yosys").choices(["auto", "npm", "installed"]).default("auto"));
}

/** The design that files and options ask for, its inputs held as `constants` say. */
export function designRequest(
  files: readonly string[],
  options: VerilogSourceOptions,
  constants: readonly string[],
): Omit<ImportedDesignRequest, "randomInputs"> {
  const { reset } = options;
  return {
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
    constants,
  };
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
