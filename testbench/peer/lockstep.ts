import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Design, toVerilog, type Verilog, verilogText } from "../../hdl/index.ts";
import { explain, writeFileAtomically } from "../atomic-file.ts";
import { InputError } from "../input-error.ts";
import { silent } from "../progress.ts";
import { refuseBlackBoxes } from "./black-box.ts";
import { type DifferenceWaves, differenceWaves, fileName } from "./difference-waves.ts";
import { type BatchOptions, type BatchReport, type Comparison, lockstepBatch } from "./lockstep-batch.ts";
import { clocksOf } from "./own-run.ts";
import { type PeerCase, type PeerName, peerTitles } from "./peer-case.ts";
import { withOutputs } from "./property-outputs.ts";

export interface LockstepOptions extends BatchOptions {
  /** Where waves and Verilog of a difference go; made where it is missing. */
  readonly folder: string;
}

/** A difference with all that it takes to look into it. */
export interface FoundDifference extends NonNullable<Comparison["difference"]> {
  readonly name: string;
  readonly seed: number;
  readonly peer: PeerName;
  readonly waves: DifferenceWaves;
  /** The file of the Verilog that the peer ran, or files. */
  readonly verilog: string;
}

export interface LockstepReport {
  /** Cycles of the implicit domain that were compared. */
  readonly cycles: number;
  /** Of `Comparison`. */
  readonly unknownDigits: number;
  readonly difference: FoundDifference | null;
  readonly buildSeconds: number;
  readonly runSeconds: number;
}

/**
 * A case of one design and its own Verilog, with clocks and stimulus by seed. A design without outputs is compared by
 * its properties: see `withOutputs`.
 * @throws DesignError for a design with a black box
 */
export function caseOf(name: string, given: Design, seed: number, prefix = ""): PeerCase {
  refuseBlackBoxes(name, given);
  const design = withOutputs(given);
  return { name, design, texts: [toVerilog(design, { prefix })], seed, clocks: clocksOf(design, seed) };
}

/**
 * Runs a case's first text in a peer against our simulators on the same random inputs, and compares every output in
 * every cycle up to the first difference, of which it records both sides.
 * @throws as `lockstepBatch`
 */
export async function lockstep(one: PeerCase, options: LockstepOptions): Promise<LockstepReport> {
  const report = await lockstepBatch([{ ...one, texts: one.texts.slice(0, 1) }], options);
  const [found] = await differencesOf([one], report, options);
  const [{ cycles, unknownDigits } = { cycles: 0, unknownDigits: 0 }] = report.comparisons;
  const { buildSeconds, runSeconds } = report;
  return { cycles, unknownDigits, difference: found ?? null, buildSeconds, runSeconds };
}

/** A batch's differences beyond these are left without waves: each takes a build of its own. */
const mostRecorded = 3;

/** The first differences that a batch found, three at most, each with waves and Verilog in the options' folder. */
export async function differencesOf(
  cases: readonly PeerCase[],
  { comparisons }: BatchReport,
  { peer, folder, progress = silent }: LockstepOptions,
): Promise<FoundDifference[]> {
  const found: FoundDifference[] = [];
  for (const { name, text, difference } of comparisons) {
    const one = cases.find((candidate) => candidate.name === name);
    const verilog = one?.texts[text];
    if (!difference || !one || !verilog) continue;
    if (found.length === mostRecorded) break;
    makeFolder(folder);
    const file = one.foreign?.title ?? keepVerilog(folder, name, verilog);
    const waves = await differenceWaves(one, text, difference.cycle, peer, folder, progress.signal);
    found.push({ ...difference, name, seed: one.seed, peer, waves, verilog: file });
  }
  return found;
}

/** @throws InputError where it cannot be made */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new InputError(`${folder}: cannot make the folder: ${explain(error)}`, { cause: error });
  }
}

function keepVerilog(folder: string, name: string, verilog: Verilog): string {
  const file = join(folder, `${fileName(name)}.v`);
  writeFileAtomically(file, new TextEncoder().encode(verilogText(verilog)));
  return file;
}

/** One line that says what differs, where, and in which files to look. */
export function differenceText(found: FoundDifference): string {
  const { name, seed, peer, cycle, output, ours, theirs, unknown, width, engine, waves, verilog } = found;
  const here = engine === "wasm" ? "the compiled simulator" : "the interpreter";
  const digits = Math.ceil(width / 4);
  const hex = (value: bigint) => `0x${value.toString(16).padStart(digits, "0")}`;
  const undefinedBits = unknown === 0n ? "" : ` (bits ${hex(unknown)} of it are x or z)`;
  return `${name}, seed ${seed}: in cycle ${cycle}, ${output} is ${hex(ours)} in ${here} and ${hex(theirs)}${undefinedBits} in ${peerTitles[peer]}; waves: ${waves.ours} and ${waves.theirs}; Verilog: ${verilog}`;
}
