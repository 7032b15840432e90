import { type Port, topOf } from "../../hdl/netlist/index.ts";
import type { Clock } from "../../sim/index.ts";
import { clockTiming, type GivenClock } from "./clock-timing.ts";
import { type ImportedNetlist, type NetlistSource, readNetlist } from "./netlist-source.ts";
import { type GivenReset, planResets } from "./reset-plan.ts";
import { parseConstants, type Stimulus } from "./stimulus.ts";

/** A design that others wrote, and how it is to be driven. */
export interface ImportedDesignRequest {
  readonly source: Omit<NetlistSource, "clock">;
  /** The first is the implicit domain's. */
  readonly clocks: readonly GivenClock[];
  /** Null: by name; empty: none. */
  readonly resets: readonly GivenReset[] | null;
  /** As `--set` was given. */
  readonly constants: readonly string[];
  /** Inputs that are neither clock, reset nor set take random values every cycle, else 0. */
  readonly randomInputs: boolean;
}

export interface ImportedDesign {
  readonly netlist: ImportedNetlist;
  /** By domain. */
  readonly timing: Readonly<Record<string, Clock>>;
  /** By clock port, in ticks. */
  readonly periods: ReadonlyMap<string, number>;
  readonly stimulus: Stimulus;
}

/** Active edges that every clock sees under reset, unless said. */
const resetEdges = 8;

/**
 * Reads a design and finds its clocks and resets.
 * @throws InputError for whatever is wrong with files and options
 */
export async function readImportedDesign(request: ImportedDesignRequest): Promise<ImportedDesign> {
  const netlist = await readNetlist({ ...request.source, clock: request.clocks[0]?.port ?? null });
  const { timing, periods } = clockTiming(netlist.clocks, request.clocks);
  const stimulus = planStimulus(request, topOf(netlist.design).ports, resetCycles(netlist, periods));
  return { netlist, timing, periods, stimulus };
}

function planStimulus(request: ImportedDesignRequest, ports: readonly Port[], cycles: number): Stimulus {
  const inputs = ports.filter(({ direction }) => direction === "in");
  const constants = parseConstants(request.constants, inputs);
  const resets = planResets(inputs, request.resets, cycles).filter(({ port }) => !constants.has(port));
  const others = inputs.filter(({ name }) => !constants.has(name) && !resets.some(({ port }) => port === name));
  return { constants, resets, random: request.randomInputs ? others : [] };
}

/** Cycles of the implicit clock in which every clock has some active edges. */
function resetCycles({ clocks, design }: ImportedNetlist, periods: ReadonlyMap<string, number>): number {
  const implicit = topOf(design).domains[0]?.name;
  const own = clocks.find(({ rising, falling }) => rising === implicit || falling === implicit);
  const period = periods.get(own?.port ?? "") ?? 10;
  return Math.ceil((resetEdges * Math.max(period, ...periods.values())) / period);
}
