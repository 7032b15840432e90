import { closest } from "fastest-levenshtein";
import type { Clock } from "../../sim/index.ts";
import { InputError } from "../input-error.ts";
import { integerOption } from "../option.ts";

/** A clock input of an imported design and the names of its domains, by edge. */
export interface ImportedClock {
  readonly port: string;
  readonly rising: string | null;
  readonly falling: string | null;
}

/** `--clock name[:period]` as given. */
export interface GivenClock {
  readonly port: string;
  /** Ticks; null where it is not given. */
  readonly period: number | null;
}

const defaultPeriod = 10;
const longestPeriod = 1_000_000;

/** @throws InputError for a name that is empty or a period that is none */
export function parseClock(text: string): GivenClock {
  const [, port = "", period] = text.match(/^(.*?)(?::([^:]*))?$/s) ?? [];
  if (port === "")
    throw new InputError(`--clock ${text}: give the clock's name and, if it matters, its period: clk:10`);
  const ticks = period === undefined ? null : integerOption(`--clock ${port}: period`, period, 1, longestPeriod);
  return { port, period: ticks };
}

/**
 * Ticks of every domain: a clock's rising edges are on multiples of its period (10 where it is not given), its falling
 * edges half a period after them. All are doubled where half a period would be no whole number.
 * @throws InputError for a given clock that the design does not have
 */
export function clockTiming(
  clocks: readonly ImportedClock[],
  given: readonly GivenClock[],
): { readonly timing: Record<string, Clock>; readonly periods: ReadonlyMap<string, number> } {
  const ports = clocks.map(({ port }) => port);
  for (const { port } of given) if (!ports.includes(port)) throw new InputError(unknownClock(port, ports));
  const periodOf = (port: string) => given.findLast((one) => one.port === port)?.period ?? defaultPeriod;
  const scale = clocks.some(({ port, falling }) => falling !== null && periodOf(port) % 2 === 1) ? 2 : 1;
  const timing: Record<string, Clock> = {};
  for (const { port, rising, falling } of clocks) {
    const period = periodOf(port) * scale;
    if (rising !== null) timing[rising] = { period, phase: 0 };
    if (falling !== null) timing[falling] = { period, phase: period / 2 };
  }
  return { timing, periods: new Map(ports.map((port) => [port, periodOf(port) * scale])) };
}

function unknownClock(port: string, ports: readonly string[]): string {
  if (ports.length === 0) return `--clock ${port}: no register has a clock, leave --clock out`;
  return `--clock ${port}: no register is clocked by it; did you mean ${closest(port, [...ports])}? Clocks are ${ports.join(", ")}`;
}
