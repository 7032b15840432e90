import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { toVerilog, type Verilog, type VerilogPort, verilogText } from "../../hdl/index.ts";
import { topOf } from "../../hdl/netlist/index.ts";
import { Checksums } from "./checksums.ts";
import type { Original, Subject } from "./designs/subject.ts";
import { type Figures, fastest, type Row } from "./figures.ts";
import { runIcarus } from "./icarus.ts";
import type { Mode } from "./mode.ts";
import { Runner } from "./runner.ts";
import { withSameWaves } from "./same-waves.ts";
import { buildVerilator, type Variant } from "./verilator-build.ts";
import { verilatorProgram } from "./verilator-program.ts";
import { waveShare } from "./wave-folder.ts";

export interface MeasureOptions {
  /** Timed runs of each simulator. */
  readonly runs: number;
  /** About how long a run takes, in seconds. */
  readonly seconds: number;
  /** Cycles of one run of Verilator; null for as many as fit into `seconds`. */
  readonly cycles: number | null;
  /** The builds of Verilator to compare with. */
  readonly variants: readonly Variant[];
  readonly icarus: boolean;
  readonly interpreter: boolean;
  /** Where programs are put. */
  readonly folder: string;
  /** Where waves are written. */
  readonly waves: string;
  /** Hears what is being done. */
  readonly log: (what: string) => void;
}

/** How to start a simulator. */
interface Start {
  readonly title: string;
  readonly command: readonly string[];
  /** Milliseconds that it took to build; null for ours. */
  readonly built: number | null;
  /** The file that it writes waves to. */
  readonly waves: string | null;
}

const ownProcess = fileURLToPath(new URL("own-process.ts", import.meta.url));

/**
 * Measures one design in one mode: all simulators in turn, run by run, from power-on, each in a process of its own that
 * is warmed up by one run. All have the same stimulus, and after every run of Verilator its checksum is compared with
 * ours in the same cycle; ours runs a whole number of times as many cycles, so that both run about as long.
 * @throws PeerError where checksums differ or a simulator fails
 */
export async function measure(subject: Subject, mode: Mode, options: MeasureOptions): Promise<Row> {
  const { runs, log } = options;
  const seconds = mode === "vcd" ? options.seconds * waveShare : options.seconds;
  const label = `${subject.name}, ${mode}`;
  const start = (title: string, command: readonly string[], built: number | null, which: string): Start => {
    const waves = mode === "vcd" ? join(options.waves, `systole-bench-${process.pid}-${which}.vcd`) : null;
    return { title, command: waves === null ? command : [...command, waves], built, waves };
  };
  const own = (engine: "wasm" | "interpreter"): Start => {
    const command = [process.execPath, "--import", "tsx", ownProcess, subject.name, mode, engine];
    return start(engine === "wasm" ? "Systole" : "Systole's interpreter", command, null, engine);
  };
  const { verilog, programs } = await build(subject, mode, options);
  const theirs = programs.map(({ variant, path, milliseconds }, i) =>
    start(variant.name, [path], milliseconds, `verilator-${i}`),
  );

  log(`${label}: finding out how many cycles`);
  let cycles = options.cycles ?? Number.POSITIVE_INFINITY;
  for (const start of options.cycles === null ? [...theirs, own("wasm")].slice(0, Math.max(1, theirs.length)) : [])
    cycles = Math.min(cycles, await cyclesOf(start, seconds));

  const starts = [own("wasm"), ...theirs];
  const checksums = new Checksums();
  const runners: Runner[] = [];
  try {
    for (const one of starts) runners.push(await started(one));
    for (const runner of runners) await runner.run(cycles, 1, checksums, false);
    const [ours, ...others] = runners;
    if (!ours) throw new RangeError("a row without ourselves");
    const fastestPeer = Math.max(...others.map(({ rate }) => rate));
    const laps = others.length > 0 && mode !== "lanes" ? Math.max(1, Math.round(ours.rate / fastestPeer)) : 1;
    // V8 has its best code in place only after a while.
    await ours.run(cycles, laps, checksums, false);
    for (let run = 0; run < runs; run++) {
      log(`${label}: run ${run + 1} of ${runs}, ${cycles.toLocaleString("en-US")} cycles`);
      for (const runner of runners) await runner.run(cycles, runner === ours ? laps : 1, checksums, true);
    }
    for (const runner of runners) await runner.finish();
    const [first, ...peers] = runners.map((runner) => runner.figures());
    if (!first) throw new RangeError("a row without ourselves");
    const verilator = peers.filter((_, i) => programs[i]?.isOriginal === false);
    const best = fastest(verilator);
    return {
      ...{ subject: subject.name, title: subject.title, cells: subject.cells, mode },
      cycles: 1 + cycles * (1 + runs),
      ours: first,
      verilator,
      original: peers.filter((_, i) => programs[i]?.isOriginal === true),
      others: mode === "inside" ? await slowOnes(own, verilog, subject, options) : [],
      ratio: best && first.rate / best.rate,
    };
  } finally {
    for (const runner of runners) runner.stop();
  }
}

interface Built {
  readonly verilog: Verilog;
  readonly programs: readonly Build[];
}

interface Build {
  readonly variant: Variant;
  /** Whether it is of the Verilog that the design was imported from. */
  readonly isOriginal: boolean;
  readonly path: string;
  readonly milliseconds: number;
}

async function build(subject: Subject, mode: Mode, { variants, folder, log }: MeasureOptions): Promise<Built> {
  const bare = mode === "driven" ? subject.bare : null;
  if (mode === "driven" && !bare) throw new RangeError(`${subject.name} has no ports to drive`);
  const design = await (bare ? bare.design() : subject.design());
  const verilog = toVerilog(design);
  const text = mode === "vcd" ? withSameWaves(verilogText(verilog)) : verilogText(verilog);
  const { ports } = topOf(design);
  const nameOf = ({ role }: VerilogPort) => (role.kind === "port" ? (ports[role.port]?.name ?? "") : "");
  const program = verilatorProgram(
    verilog.top,
    verilog.ports,
    mode,
    subject,
    bare && ((port) => bare.drive(nameOf(port))),
  );
  const programs: Build[] = [];
  const texts: { text: string; isOriginal: boolean; parameters: Original["parameters"] }[] = [
    { text, isOriginal: false, parameters: {} },
  ];
  if (subject.original && mode !== "vcd") {
    const { files, parameters } = subject.original;
    texts.push({ text: files.map((file) => readFileSync(file, "utf8")).join("\n"), isOriginal: true, parameters });
  }
  for (const { flags, name } of variants)
    for (const { text: own, isOriginal, parameters } of texts) {
      const what = isOriginal ? ", original" : "";
      const variant = { name: name + what, flags };
      log(`${subject.name}, ${mode}: building ${variant.name}`);
      // Peers run the same program whether we do so in lanes or not.
      const kind = mode === "lanes" ? "inside" : mode;
      const place = join(folder, `${subject.name}-${kind}${`${flags}${what}`.replaceAll(/[ =,]/g, "")}`);
      const build = { top: verilog.top, verilog: own, parameters, program, optimisation: flags, trace: mode === "vcd" };
      programs.push({ variant, isOriginal, ...(await buildVerilator(place, build)) });
    }
  return { verilog, programs };
}

/** Starts a simulator. It has its waves open from then on: what it writes is gone with it, however it ends. */
async function started({ title, command, built, waves }: Start): Promise<Runner> {
  try {
    return await Runner.start(title, command, built);
  } finally {
    if (waves !== null) rmSync(waves, { force: true });
  }
}

async function cyclesOf(start: Start, seconds: number): Promise<number> {
  const runner = await started(start);
  try {
    return await runner.cyclesIn(seconds);
  } finally {
    runner.stop();
  }
}

/** The simulators that are too slow to run as many cycles as the others: few cycles, one run, compared with ours. */
async function slowOnes(
  own: (engine: "wasm" | "interpreter") => Start,
  verilog: Verilog,
  subject: Subject,
  { seconds, icarus, interpreter, folder, log }: MeasureOptions,
): Promise<Figures[]> {
  const label = `${subject.name}, inside`;
  const figures: Figures[] = [];
  const checksumAt = async (cycles: number, checksums: Checksums) => {
    const { title, command } = own("wasm");
    const ours = await Runner.start(title, command, null);
    try {
      await ours.run(cycles - 1, 1, checksums, false);
    } finally {
      ours.stop();
    }
  };
  if (interpreter) {
    log(`${label}: the interpreter`);
    const cycles = await cyclesOf(own("interpreter"), seconds);
    const checksums = new Checksums();
    await checksumAt(1 + cycles, checksums);
    const runner = await started(own("interpreter"));
    try {
      await runner.run(cycles, 1, checksums, true);
      figures.push(runner.figures());
    } finally {
      runner.stop();
    }
  }
  if (icarus) {
    log(`${label}: Icarus Verilog`);
    const { cycles, checksum, rate } = await runIcarus(folder, verilog, subject, seconds);
    const checksums = new Checksums();
    await checksumAt(cycles, checksums);
    checksums.compare(cycles, checksum, "Icarus Verilog");
    figures.push({
      simulator: "Icarus Verilog",
      rates: [rate],
      rate,
      peakKib: null,
      firstCycle: null,
      inProcess: null,
    });
  }
  return figures;
}
