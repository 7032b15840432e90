import { closest } from "fastest-levenshtein";
import type { Port } from "../../hdl/netlist/index.ts";
import { InputError } from "../input-error.ts";
import { integerOption } from "../option.ts";
import { type ActiveLevel, resetLevel } from "./reset-name.ts";

/** A reset input, and for how many cycles from power-on it is held at its active level. */
export interface PlannedReset {
  readonly port: string;
  readonly level: ActiveLevel;
  readonly cycles: number;
}

/** `--reset name[:low|high][:cycles]` as given; null where a part is not. */
export interface GivenReset {
  readonly port: string;
  readonly level: ActiveLevel | null;
  readonly cycles: number | null;
}

const mostCycles = 1_000_000;

/** @throws InputError for a name that is empty, or a part that is neither a level nor a number of cycles */
export function parseReset(text: string): GivenReset {
  const [port = "", ...parts] = text.split(":");
  if (port === "" || parts.length > 2)
    throw new InputError(`--reset ${text}: give its name, level and cycles, such as rst_n:low:8`);
  let level: ActiveLevel | null = null;
  let cycles: number | null = null;
  for (const part of parts)
    if (part === "low" || part === "high") level = part;
    else cycles = integerOption(`--reset ${port}: level (low or high) or cycles`, part, 1, mostCycles);
  return { port, level, cycles };
}

/**
 * The resets to apply: those given, else every input of one bit that is named like one.
 * @param given null: find them by name; empty: apply none
 * @param cycles for how long where it is not given
 * @throws InputError for a given reset that is no input of one bit
 */
export function planResets(
  inputs: readonly Port[],
  given: readonly GivenReset[] | null,
  cycles: number,
): readonly PlannedReset[] {
  if (given === null)
    return inputs.flatMap(({ name, width }) => {
      const level = width === 1 ? resetLevel(name) : null;
      return level === null ? [] : [{ port: name, level, cycles }];
    });
  return given.map(({ port, level, cycles: own }) => {
    const found = inputs.find(({ name }) => name === port);
    if (!found) throw new InputError(unknownReset(port, inputs));
    if (found.width !== 1) throw new InputError(`--reset ${port}: it has ${found.width} bits; a reset has one`);
    return { port, level: level ?? resetLevel(port) ?? "high", cycles: own ?? cycles };
  });
}

function unknownReset(port: string, inputs: readonly Port[]): string {
  const names = inputs.filter(({ width }) => width === 1).map(({ name }) => name);
  if (names.length === 0) return `--reset ${port}: the design has no input of one bit; leave --reset out`;
  return `--reset ${port}: there is no such input; did you mean ${closest(port, names)}?`;
}
