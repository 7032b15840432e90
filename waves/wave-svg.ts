import wavedrom from "wavedrom";
import type { SampledSignal } from "./sampled-signal.ts";
import { type WaveJson, type WaveJsonOptions, type WaveRow, type WaveRows, waveJson } from "./wave-json.ts";

/**
 * An SVG picture of sampled signals, drawn by WaveDrom.
 * @throws WaveError as `waveJson`
 */
export function waveSvg(signals: readonly SampledSignal[], options: WaveJsonOptions = {}): string {
  return drawWaves(waveJson(signals, options));
}

/** An SVG picture of a WaveDrom drawing. */
export function drawWaves(drawing: WaveJson): string {
  const source = {
    signal: drawing.signal.map(withShortTitles),
    config: { ...drawing.config },
    head: { tock: numbering(drawing) },
  };
  return `${wavedrom.onml.stringify(wavedrom.renderAny(0, source, wavedrom.waveSkin))}\n`;
}

/**
 * WaveDrom takes the numbers of exactly two cycles for a start and a step, and fails; spelt out they are not, and the
 * blank keeps them apart from the offset that it appends.
 */
function numbering({ signal, head: { tock } }: WaveJson): number | string {
  return cycleCount(signal) === 2 ? `${tock} ${tock + 1} ` : tock;
}

function cycleCount(items: readonly (WaveRow | WaveRows | string)[]): number {
  for (const item of items) if (typeof item !== "string") return isGroup(item) ? cycleCount(item) : item.wave.length;
  return 0;
}

const rowPixels = 30;
const charPixels = 7;

/** A bracket's title is set along its height; what does not fit loses its start. */
function withShortTitles(item: WaveRow | WaveRows): WaveRow | WaveRows {
  if (!isGroup(item)) return item;
  const [title, ...items] = item;
  const room = Math.floor((rowCount(item) * rowPixels) / charPixels);
  const shown = title.length <= room ? title : `…${title.slice(title.length - room + 1)}`;
  return [shown, ...items.map(withShortTitles)];
}

function rowCount(item: WaveRow | WaveRows): number {
  if (!isGroup(item)) return 1;
  const [, ...items] = item;
  return items.reduce((count, each) => count + rowCount(each), 0);
}

function isGroup(item: WaveRow | WaveRows): item is WaveRows {
  return Array.isArray(item);
}
