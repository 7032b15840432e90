import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { Recorder } from "../bench/recorder.ts";
import { bundle } from "./bundle.ts";
import { buildPeer, records } from "./lockstep-batch.ts";
import { OwnEngine, OwnRun, withoutChecks } from "./own-run.ts";
import { type PeerCase, type PeerName, peerTitles } from "./peer-case.ts";
import { PeerError } from "./peer-error.ts";
import { Head, StimulusWriter, unitsOfTick } from "./stimulus-record.ts";
import { withTemporaryFolder } from "./temporary-folder.ts";

/** Cycles that waves show before and after the one that differs. */
const before = 40;
const after = 3;

export interface DifferenceWaves {
  readonly ours: string;
  readonly theirs: string;
}

/** A case's name as that of a file. */
export function fileName(name: string): string {
  return name.replace(/[^\w.-]/g, "_").slice(0, 100);
}

/**
 * Runs one text of a case again, on our side and in the peer, and records both around a cycle. The files are
 * `<folder>/<name>-ours.vcd` and `<folder>/<name>-<peer>.vcd`, with the same ticks;
 * the folder must be there.
 */
export async function differenceWaves(
  one: PeerCase,
  text: number,
  cycle: number,
  peer: PeerName,
  folder: string,
  signal: AbortSignal,
): Promise<DifferenceWaves> {
  const name = fileName(one.name);
  const waves = { ours: join(folder, `${name}-ours.vcd`), theirs: join(folder, `${name}-${peer}.vcd`) };
  const single = { ...one, texts: one.texts.slice(text, text + 1) };
  const [from, cycles] = [Math.max(0, cycle - before), cycle + after + 1];
  recordOurs(single, from, cycles, waves.ours);
  await recordTheirs(single, from, cycles, peer, resolve(waves.theirs), signal);
  return waves;
}

function recordOurs(one: PeerCase, from: number, cycles: number, vcd: string): void {
  const { layout, inputs } = stimulus(one, cycles);
  const own = new OwnEngine("wasm", one.design, layout, one.clocks);
  const recorder = new Recorder(withoutChecks(one.design), own.engine, { vcd, from, to: cycles - 1 }, one.clocks);
  try {
    for (let cycle = 0; cycle < cycles; cycle++) {
      own.drive(inputs, cycle * layout.inputWords);
      recorder.sample();
      own.engine.run(1);
    }
  } finally {
    recorder.close();
  }
}

async function recordTheirs(
  one: PeerCase,
  from: number,
  cycles: number,
  peer: PeerName,
  vcd: string,
  signal: AbortSignal,
): Promise<void> {
  // The recorder of our side counts half ticks where a clock's period has no whole half.
  const scale = Object.values(one.clocks).some(({ period }) => period % 2 === 1) ? 2 : 1;
  await withTemporaryFolder(async (folder) => {
    const build = await buildPeer(peer, bundle([one]), { folder, trace: true, signal });
    const { own, run } = stimulus(one, cycles);
    const process = build.start(vcd);
    const writer = new StimulusWriter(build.bundle, [run.clocks.idle], scale * unitsOfTick);
    process.send([writer.first()]);
    process.send(records(build.bundle, writer, [own], cycles, (cycle) => (cycle >= from ? Head.trace : 0)));
    await process.finish();
  });
  if (!existsSync(vcd)) throw new PeerError(`${peerTitles[peer]} did not write ${vcd}`);
}

function stimulus(one: PeerCase, cycles: number) {
  const run = new OwnRun(one, 0);
  const own = run.cycles(cycles);
  return { run, own, inputs: own.inputs, layout: run.layout };
}
