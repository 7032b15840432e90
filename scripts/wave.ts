import { Command, Option } from "commander";
import { writeFileAtomically } from "../testbench/atomic-file.ts";
import { integerOption } from "../testbench/option.ts";
import {
  cycleWindow,
  findClock,
  isBits,
  sampleCycles,
  signalPath,
  VcdFile,
  type VcdSignal,
  WaveError,
  waveSvg,
  waves,
} from "../waves/index.ts";
import { exitCodes } from "./exit.ts";

/** Signals shown where none are named: the outermost ones. */
const mostUnnamed = 24;

interface WaveOptions {
  readonly signals?: readonly string[];
  readonly from: string;
  readonly to?: string;
  readonly clock?: string;
  readonly radix: "auto" | "hex" | "decimal" | "binary";
  readonly columns?: string;
  readonly svg?: string;
  readonly list?: boolean;
  readonly json?: boolean;
}

/** `systole wave <file.vcd>`: a window of a VCD in the terminal, or as an SVG. */
export function waveCommand(finished: (code: number) => void): Command {
  return new Command("wave")
    .description("show a window of a VCD in the terminal or as an SVG")
    .argument("<file.vcd>")
    .option("--signals <globs...>", "signals to show, such as '**.state' 'array.pe[0][*].sum' (default: the top's)")
    .option("--from <cycle>", "first cycle, counted from the start of the file", "0")
    .option("--to <cycle>", "last cycle (default: as many as fit; all of them in an SVG or as JSON)")
    .option("--clock <name>", "the signal whose rising edges end cycles (default: the outermost clock or clk)")
    .addOption(
      new Option("--radix <radix>", "how numbers are written")
        .choices(["auto", "hex", "decimal", "binary"])
        .default("auto"),
    )
    .option("--columns <count>", "width of the picture (default: the terminal's)")
    .option("--svg <file>", "draw an SVG instead")
    .option("--list", "list the file's signals instead")
    .option("--json", "print the values as JSON instead")
    .exitOverride()
    .addHelpText(
      "after",
      `
Examples:
  $ systole wave out.vcd --list
  $ systole wave out.vcd --signals '**.state' busy --from 0 --to 60
  $ systole wave out.vcd --signals 'counters.*' --to 40 --svg counters.svg`,
    )
    .action(async (path: string, options: WaveOptions) => {
      await show(path, options);
      finished(exitCodes.passed);
    });
}

async function show(path: string, options: WaveOptions): Promise<void> {
  const last = Number.MAX_SAFE_INTEGER;
  const from = integerOption("--from", options.from, 0, last);
  const to = options.to === undefined ? undefined : integerOption("--to", options.to, from, last);
  const columns =
    options.columns === undefined
      ? (process.stdout.columns ?? 100)
      : integerOption("--columns", options.columns, 20, 10_000);
  const file = await VcdFile.open(path);
  if (options.list) {
    for (const signal of file.declarations.signals) process.stdout.write(`${signalPath(signal)} ${signal.width}\n`);
    return;
  }
  const chosen = options.signals ? file.select(options.signals).filter(isBits) : outermost(file);
  if (chosen.length === 0)
    throw new WaveError(`${path}: no signal of bits to show; systole wave ${path} --list shows all`);
  const clock = options.clock === undefined ? findClock(file) : oneSignal(file, options.clock);
  const whole = options.svg !== undefined || options.json;
  const window = cycleWindow(from, to ?? (whole ? undefined : from + columns));
  const sampled = sampleCycles(file, chosen, { window, clock });
  if (options.json) {
    const values = sampled.map((signal) => ({
      ...signal,
      values: signal.values.map((value) => (value === null ? null : String(value))),
    }));
    process.stdout.write(`${JSON.stringify({ from, signals: values }, null, 2)}\n`);
  } else if (options.svg !== undefined) {
    writeFileAtomically(
      options.svg,
      new TextEncoder().encode(waveSvg(sampled, { firstCycle: from, radix: options.radix })),
    );
    process.stdout.write(`${options.svg}\n`);
  } else process.stdout.write(waves(sampled, { firstCycle: from, width: columns, radix: options.radix }));
}

function outermost(file: VcdFile): VcdSignal[] {
  const signals = file.declarations.signals.filter(isBits);
  const depth = Math.min(...signals.map(({ scopes }) => scopes.length));
  return signals.filter(({ scopes }) => scopes.length === depth).slice(0, mostUnnamed);
}

function oneSignal(file: VcdFile, glob: string): VcdSignal {
  const [signal, ...more] = file.select([glob]);
  if (!signal || more.length > 0) throw new WaveError(`--clock ${glob} matches ${more.length + 1} signals; name one`);
  return signal;
}
