import type { Engine } from "../../sim/index.ts";
import { Interrupted, type Progress, silent } from "../progress.ts";
import { type Bundle, bundle } from "./bundle.ts";
import { firstMismatch, type Mismatch } from "./compare.ts";
import { buildIcarus } from "./icarus.ts";
import { requirePeer } from "./installed-peer.ts";
import { type OwnCycles, OwnRun } from "./own-run.ts";
import type { Answers, PeerBuild } from "./peer.ts";
import type { PeerCase, PeerName } from "./peer-case.ts";
import { Head, StimulusWriter } from "./stimulus-record.ts";
import { withTemporaryFolder } from "./temporary-folder.ts";
import { buildVerilator } from "./verilator.ts";

export interface BatchOptions {
  readonly peer: PeerName;
  /** Cycles of each design's implicit domain. */
  readonly cycles: number;
  /** How many of the first cycles the interpreter takes part in, beside the compiled simulator. Default: 200. */
  readonly interpreted?: number;
  /** First cycles that are not compared, as a design without reset needs until its power-on state is gone. Default: 0. */
  readonly skip?: number;
  readonly progress?: Progress;
}

/** How one text of one case compared. */
export interface Comparison {
  readonly name: string;
  /** Which of the case's texts. */
  readonly text: number;
  /** Cycles that were compared: up to and including the one that differs. */
  readonly cycles: number;
  readonly difference: (Mismatch & { readonly engine: Engine["kind"] }) | null;
  /** Digits of four bits that were left out because the peer does not know all of them, of all outputs and cycles. */
  readonly unknownDigits: number;
}

export interface BatchReport {
  /** Case by case, text by text. */
  readonly comparisons: readonly Comparison[];
  /** Seconds that the peer's build and the run took. */
  readonly buildSeconds: number;
  readonly runSeconds: number;
}

/** Cycles that go to the peer at once: while it works on them, so do our engines. */
const chunkCycles = 256;

/**
 * Builds all cases in one peer and runs them side by side with our engines on the same random stimulus. A text that
 * differs is not looked at any more; the run ends early when all differ.
 * @throws InputError for a peer that is not installed; PeerError where it cannot build or run the Verilog; Interrupted
 */
export async function lockstepBatch(cases: readonly PeerCase[], options: BatchOptions): Promise<BatchReport> {
  requirePeer(options.peer);
  const { signal } = options.progress ?? silent;
  return withTemporaryFolder(async (folder) => {
    const began = performance.now();
    const build = await buildPeer(options.peer, bundle(cases), { folder, signal });
    const built = performance.now();
    const comparisons = await run(build, options);
    const seconds = (from: number, to: number) => (to - from) / 1000;
    return { comparisons, buildSeconds: seconds(began, built), runSeconds: seconds(built, performance.now()) };
  });
}

/** @throws PeerError where the peer cannot build the bundle */
export function buildPeer(
  peer: PeerName,
  designs: Bundle,
  options: { readonly folder: string; readonly trace?: boolean; readonly signal: AbortSignal },
): Promise<PeerBuild> {
  return peer === "verilator" ? buildVerilator(designs, options) : buildIcarus(designs, options);
}

async function run(build: PeerBuild, options: BatchOptions): Promise<Comparison[]> {
  const { placed, outputWords } = build.bundle;
  const { cycles, interpreted = 200, skip = 0, progress = silent } = options;
  const runs = placed.map(({ case: one }) => new OwnRun(one, interpreted));
  const comparisons = placed.map(({ case: one }) =>
    one.texts.map((_, text): Comparison => ({ name: one.name, text, cycles, difference: null, unknownDigits: 0 })),
  );
  const peer = build.start();
  try {
    const writer = new StimulusWriter(
      build.bundle,
      runs.map(({ clocks }) => clocks.idle),
    );
    peer.send([writer.first()]);
    for (let first = 0; first < cycles; ) {
      // The first chunk is short: most differences show at once.
      const count = Math.min(first === 0 ? 32 : chunkCycles, cycles - first);
      const stimulus = runs.map((one) => one.cycles(count));
      const last = count - 1;
      peer.send(
        records(build.bundle, writer, stimulus, count, (cycle) => Head.sample | (cycle === last ? Head.flush : 0)),
      );
      const own = stimulus.map((one) => one.simulate());
      const answers = await peer.receive(count);
      for (const [c, { case: one, layout, outputs }] of placed.entries())
        for (const [t, at] of outputs.entries()) {
          const row = comparisons[c];
          const ours = own[c];
          if (!row || !ours || row[t]?.difference) continue;
          const foreign = one.foreign !== undefined;
          const unknownDigits = (row[t]?.unknownDigits ?? 0) + (foreign ? unknownDigitsOf(answers) : 0);
          row[t] = { name: one.name, text: t, cycles, difference: null, unknownDigits };
          for (const engine of ["interpreter", "wasm"] as const) {
            const found = firstMismatch(layout, ours[engine], answers, {
              at,
              stride: outputWords,
              first,
              skip,
              undefinedDiffers: !foreign,
            });
            const before = row[t]?.difference;
            if (!found || (before && before.cycle <= found.cycle)) continue;
            const difference = { ...found, engine };
            row[t] = { name: one.name, text: t, cycles: found.cycle + 1, difference, unknownDigits };
          }
        }
      first += count;
      progress.report(first, cycles, "comparing");
      if (comparisons.every((row) => row.every(({ difference }) => difference))) break;
      await new Promise(setImmediate);
      if (progress.signal.aborted) throw new Interrupted();
    }
  } finally {
    peer.stop();
  }
  return comparisons.flat();
}

/** Digits of four bits that have one that the peer does not know. */
function unknownDigitsOf({ unknown }: Answers): number {
  let digits = 0;
  for (let rest of unknown ?? []) for (; rest !== 0; rest >>>= 4) if ((rest & 15) !== 0) digits++;
  return digits;
}

/** The records of some cycles of all cases, whose stimulus is `own`. */
export function records(
  { placed, inputWords }: Bundle,
  writer: StimulusWriter,
  own: readonly OwnCycles[],
  count: number,
  flags: (cycle: number) => number,
): Uint32Array[] {
  return Array.from({ length: count }, (_, cycle) => {
    const inputs = new Uint32Array(inputWords);
    placed.forEach(({ inputs: at, layout }, c) => {
      inputs.set(own[c]?.inputs.subarray(cycle * layout.inputWords, (cycle + 1) * layout.inputWords) ?? [], at);
    });
    const time = own.reduce((latest, { times }) => Math.max(latest, times[cycle] ?? 0), 0);
    return writer.next({ inputs, levels: own.map(({ levels }) => levels[cycle] ?? []), time, flags: flags(cycle) });
  });
}
