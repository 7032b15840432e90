import Table from "cli-table3";
import pc from "picocolors";
import type { ImportedRun } from "../testbench/imported/index.ts";

/** What `--json` prints of a run; values of signals are text in hexadecimal, `0x2a`. */
export function reportJson(files: readonly string[], run: ImportedRun): Record<string, unknown> {
  const { netlist, stimulus, until, milliseconds } = run;
  return {
    files,
    top: run.topName,
    yosys: netlist.yosys,
    engine: run.engine,
    seed: run.seed,
    clocks: netlist.clocks.map((clock) => ({ ...clock, period: run.periods.get(clock.port) })),
    resets: stimulus.resets,
    set: Object.fromEntries([...stimulus.constants].map(([name, value]) => [name, hexadecimal(value)])),
    random: stimulus.random.map(({ name }) => name),
    cycles: run.cycles,
    until: until && {
      signal: until.signal,
      value: until.value === null ? null : hexadecimal(until.value),
      reached: until.reached,
    },
    outputs: Object.fromEntries(run.outputs.map(({ name, value }) => [name, hexadecimal(value)])),
    milliseconds,
    cyclesPerSecond: Math.round((1000 * run.cycles) / Math.max(milliseconds.simulate, 1e-3)),
    warnings: [...netlist.warnings, ...netlist.yosysWarnings],
  };
}

/** Outputs and warnings that a table shows. */
const mostOutputs = 24;
const mostWarnings = 8;

/** The table that is printed of a run, with its warnings below. */
export function reportTable(run: ImportedRun): string {
  const { netlist, stimulus, until, milliseconds, cycles } = run;
  const table = new Table({ style: { head: [], border: [] } });
  const rows: [string, string][] = [
    ["design", `${run.topName}, ${run.engine}, seed ${run.seed}`],
    ["clock", clocksText(run)],
    [
      "reset",
      list(stimulus.resets.map((reset) => `${reset.port} ${reset.level} for ${count(reset.cycles)} cycles`)) ||
        "none found",
    ],
    ["inputs", inputsText(run)],
    ["cycles", `${count(cycles)}, ${count((1000 * cycles) / Math.max(milliseconds.simulate, 1e-3))} cycles/s`],
    [
      "time",
      list([
        ...(netlist.yosys === null ? [] : [`Yosys (${netlist.yosys}) ${milliseconds.yosys.toFixed(0)} ms`]),
        `import ${milliseconds.import.toFixed(0)} ms`,
        `compile ${milliseconds.compile.toFixed(0)} ms`,
        `simulate ${milliseconds.simulate.toFixed(0)} ms`,
      ]),
    ],
    ...run.outputs
      .slice(0, mostOutputs)
      .map(({ name, width, value }): [string, string] => [
        `${name}${width === 1 ? "" : `[${width - 1}:0]`}`,
        width === 1 ? String(value) : hex(value),
      ]),
  ];
  table.push(...rows);
  const rest = run.outputs.length - mostOutputs;
  const lines = [
    table.toString(),
    ...(rest > 0 ? [`${rest} more outputs with --json`] : []),
    ...warnings([...netlist.warnings, ...netlist.yosysWarnings]),
    ...(until ? [untilText(until, cycles)] : []),
  ];
  return `${lines.join("\n")}\n`;
}

function clocksText({ netlist, periods }: ImportedRun): string {
  if (netlist.clocks.length === 0) return "none found: no register has a clock";
  return list(
    netlist.clocks.map(({ port, rising, falling }) => {
      const edges = rising !== null && falling !== null ? "both edges" : rising !== null ? "rising" : "falling";
      return `${port} (${edges}, period ${periods.get(port)})`;
    }),
  );
}

function inputsText({ stimulus, netlist }: ImportedRun): string {
  const set = [...stimulus.constants].map(([name, value]) => `${name} = ${hex(value)}`);
  const inputs = netlist.design.modules[netlist.design.top]?.ports.filter(({ direction }) => direction === "in") ?? [];
  const zero = inputs.length - stimulus.constants.size - stimulus.random.length - stimulus.resets.length;
  return list([
    ...set,
    ...(stimulus.random.length > 0 ? [`${stimulus.random.length} random`] : []),
    ...(zero > 0 ? [`${zero} at 0`] : []),
  ]);
}

function untilText({ signal, value, reached }: NonNullable<ImportedRun["until"]>, cycles: number): string {
  const condition = value === null ? signal : `${signal} = ${hex(value)}`;
  return reached
    ? pc.green(`${condition} in cycle ${count(cycles)}`)
    : pc.red(`${condition} was not reached in ${count(cycles)} cycles; raise --cycles, or look at it with --vcd`);
}

function warnings(all: readonly string[]): string[] {
  const shown = all.slice(0, mostWarnings).map((text) => `${pc.yellow("warning")} ${text.replace(/^Warning: /, "")}`);
  return all.length > mostWarnings ? [...shown, `${all.length - mostWarnings} more warnings with --json`] : shown;
}

const list = (parts: readonly string[]): string => parts.join(", ");
const hexadecimal = (value: bigint): string => `0x${value.toString(16)}`;
const hex = (value: bigint): string => (value < 10n ? String(value) : hexadecimal(value));
const count = (value: number): string => Math.round(value).toLocaleString("en-US");
