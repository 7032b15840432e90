import type { Command } from "commander";
import type { WaveRequest } from "../testbench/index.ts";
import { InputError } from "../testbench/input-error.ts";
import { integerOption } from "../testbench/option.ts";

/** The options of every command that records waves. */
export function addWaveOptions(command: Command): Command {
  return command
    .option("--vcd <file>", "record waves for GTKWave, compressed where the name ends in .fst")
    .option("--gtkw <file>", "write a GTKWave save file beside them")
    .option("--signals <globs...>", "record only these, such as '**.state' 'array.**'")
    .option("--depth <levels>", "record only this many levels of the hierarchy")
    .option("--memories", "record memory words too")
    .option("--from <cycle>", "first cycle to record", "0")
    .option("--to <cycle>", "last cycle to record")
    .option("--trigger <signal[=value]>", "count --from and --to from the first cycle in which this holds");
}

/**
 * What the options of `addWaveOptions` ask for; null for no waves.
 * @throws InputError for numbers that are none, and a save file without waves
 */
export function waveRequest(options: Record<string, unknown>): WaveRequest | null {
  const { vcd, gtkw, signals, memories, trigger } = options;
  if (typeof vcd !== "string") {
    if (gtkw !== undefined) throw new InputError("--gtkw needs --vcd: the save file points to recorded waves");
    if (trigger !== undefined) throw new InputError("--trigger needs --vcd: it says when recording begins");
    return null;
  }
  const last = Number.MAX_SAFE_INTEGER;
  const from = integerOption("--from", text(options.from), 0, last);
  return {
    vcd,
    gtkw: typeof gtkw === "string" ? gtkw : null,
    signals: Array.isArray(signals) ? signals.map(String) : [],
    depth: options.depth === undefined ? null : integerOption("--depth", text(options.depth), 1, 1000),
    memories: memories === true,
    from,
    to: options.to === undefined ? last : integerOption("--to", text(options.to), from, last),
    trigger: typeof trigger === "string" ? trigger : null,
  };
}

const text = (value: unknown): string => String(value ?? "");
