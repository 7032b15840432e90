import { setImmediate } from "node:timers/promises";
import { hierarchy, topOf } from "../../hdl/netlist/index.ts";
import type { DesignListener, DesignSim, EngineName } from "../bench/index.ts";
import { simulateDesign } from "../bench/index.ts";
import { conditionTest, parseCondition, type SignalCondition } from "../bench/signal-condition.ts";
import { Interrupted, type Progress } from "../progress.ts";
import type { WaveRequest } from "../testbench.ts";
import { type ImportedDesignRequest, readImportedDesign } from "./imported-design.ts";
import type { ImportedNetlist } from "./netlist-source.ts";
import type { PlannedReset } from "./reset-plan.ts";
import { type Stimulus, StimulusDriver } from "./stimulus.ts";

/** A run of a design that others wrote. */
export interface ImportedRunRequest extends ImportedDesignRequest {
  /** Cycles from power-on, reset included; null: 1,000, or 1,000,000 with `until`. */
  readonly cycles: number | null;
  /** As `--until` was given. */
  readonly until: string | null;
  readonly seed: number;
  readonly randomInit: boolean;
  readonly engine: EngineName;
  /** Whether compiled code is kept from run to run, in the user's cache: default false. */
  readonly cache?: boolean;
  readonly waves: WaveRequest | null;
  /** Hears of the design. */
  readonly starting?: DesignListener;
  /** Called right before the design starts; from then on Ctrl-C ends the run in order. */
  readonly start: () => Progress;
}

/** How a run went. */
export interface ImportedRun {
  readonly netlist: ImportedNetlist;
  readonly topName: string;
  readonly engine: EngineName;
  readonly seed: number;
  readonly periods: ReadonlyMap<string, number>;
  readonly stimulus: Stimulus;
  readonly cycles: number;
  readonly until: (SignalCondition & { readonly reached: boolean }) | null;
  /** The outputs' values at the end, in the order of the ports. */
  readonly outputs: readonly { readonly name: string; readonly width: number; readonly value: bigint }[];
  readonly milliseconds: {
    readonly yosys: number;
    readonly import: number;
    readonly compile: number;
    readonly simulate: number;
  };
}

/** Milliseconds between two looks at whether the run is to end. */
const chunkMilliseconds = 20;

/**
 * Reads a design, resets it and runs it.
 * @throws InputError for whatever is wrong with files and options, CheckFailure when an assertion fails, Interrupted
 */
export async function runImported(request: ImportedRunRequest): Promise<ImportedRun> {
  const { netlist, timing, periods, stimulus } = await readImportedDesign(request);
  const { design } = netlist;
  const top = topOf(design);
  const until = request.until === null ? null : parseCondition("--until", request.until, hierarchy(design));
  const cycles = request.cycles ?? (until === null ? 1_000 : 1_000_000);

  const progress = request.start();
  const beforeCompile = performance.now();
  const dut = simulateDesign(design, top.name, {
    engine: request.engine,
    seed: request.seed,
    randomInit: request.randomInit,
    cache: request.cache === true,
    clocks: timing,
    ...(until === null ? {} : { observe: [until.signal] }),
    ...(request.starting ? { starting: request.starting } : {}),
    ...recording(request.waves),
  });
  try {
    const driver = new StimulusDriver(dut, stimulus, request.seed);
    const beforeRun = performance.now();
    const reached = await advance(dut, driver, cycles, until, { after: lastReset(stimulus.resets), progress });
    const end = performance.now();
    return {
      netlist,
      topName: top.name,
      engine: request.engine,
      seed: request.seed,
      periods,
      stimulus,
      cycles: dut.cycle,
      until: until && { ...until, reached },
      outputs: top.ports
        .filter(({ direction }) => direction === "out")
        .map(({ name, width }) => ({ name, width, value: dut.engine.peek(name) })),
      milliseconds: { ...netlist.milliseconds, compile: beforeRun - beforeCompile, simulate: end - beforeRun },
    };
  } finally {
    dut.close();
  }
}

function lastReset(resets: readonly PlannedReset[]): number {
  return Math.max(0, ...resets.map(({ cycles }) => cycles));
}

function recording(waves: WaveRequest | null) {
  if (!waves) return {};
  const { vcd, gtkw, signals, depth, memories, from, to, trigger } = waves;
  const limits = { ...(depth === null ? {} : { depth }), ...(trigger === null ? {} : { trigger }) };
  const trace = { signals, memories, from, to, ...limits };
  return { vcd, trace, ...(gtkw === null ? {} : { gtkw }) };
}

/** Runs until the condition holds after the resets, or for so many cycles; whether it held. */
async function advance(
  dut: DesignSim,
  driver: StimulusDriver,
  cycles: number,
  until: SignalCondition | null,
  { after, progress }: { readonly after: number; readonly progress: Progress },
): Promise<boolean> {
  const holds = until === null ? null : conditionTest(dut.engine, until);
  let chunk = 16;
  for (;;) {
    if (progress.signal.aborted) throw new Interrupted();
    const began = performance.now();
    const end = Math.min(cycles, dut.cycle + chunk);
    while (dut.cycle < end) {
      const { cycle } = dut;
      driver.drive(cycle);
      const watching = holds !== null && cycle >= after;
      if (watching) {
        dut.engine.settle();
        if (holds()) return true;
      }
      dut.step(watching ? 1 : Math.min(end - cycle, driver.quiet(cycle)));
    }
    progress.report(dut.cycle, cycles, "simulate");
    if (dut.cycle >= cycles) break;
    chunk = performance.now() - began < chunkMilliseconds ? Math.min(chunk * 2, 2 ** 20) : Math.max(1, chunk >> 1);
    await setImmediate();
  }
  driver.drive(cycles);
  dut.engine.settle();
  return holds?.() === true && cycles >= after;
}
