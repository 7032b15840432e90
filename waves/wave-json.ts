import { cutWindow, type SampledSignal, type SampleWindow } from "./sampled-signal.ts";
import { isLine, type Radix, valueText } from "./value-text.ts";
import { WaveError } from "./wave-error.ts";

/** A row of a WaveDrom drawing: one character of `wave` for each cycle, one entry of `data` for each labelled one. */
export interface WaveRow {
  readonly name: string;
  readonly wave: string;
  readonly data?: readonly string[];
}

/** A bracket around rows, with its title first. */
export type WaveRows = readonly [string, ...(WaveRow | WaveRows)[]];

/** A WaveDrom drawing (WaveJSON), as its editors take it. */
export interface WaveJson {
  readonly signal: readonly (WaveRow | WaveRows)[];
  readonly config: { readonly hscale: number };
  readonly head: { readonly tock: number };
}

export interface WaveJsonOptions extends SampleWindow {
  readonly radix?: Radix;
  /** Draws a clock of this name above the signals. */
  readonly clock?: string;
}

const mostCells = 100_000;

/**
 * The drawing of sampled signals: levels for bits, labelled segments for buses, in colours for enumerations; signals
 * next to each other whose dotted names begin alike are bracketed; cycles are numbered.
 * @throws WaveError for no signals, no cycles in the window, or more than 100,000 cells (signals × cycles)
 */
export function waveJson(signals: readonly SampledSignal[], options: WaveJsonOptions = {}): WaveJson {
  const cut = cutWindow(signals, options);
  const cells = cut.cycles * signals.length;
  if (cells > mostCells)
    throw new WaveError(
      `${signals.length} signals in ${cut.cycles} cycles are too many to draw; choose a shorter window`,
    );
  const radix = options.radix ?? "auto";
  const scale = Math.max(...cut.signals.map((signal) => neededScale(signal, radix)));
  const hscale = Math.min(mostScale, scale);
  const rows = cut.signals.map((signal) => row(signal, radix, hscale));
  const clock =
    options.clock === undefined ? [] : [{ name: plain(options.clock), wave: `p${".".repeat(cut.cycles - 1)}` }];
  return {
    signal: [...clock, ...grouped(rows.map((each) => ({ path: each.name.split("."), row: each })))],
    config: { hscale },
    head: { tock: cut.first },
  };
}

/** A cycle is 40 pixels for each step of scale; a character of a label is about 7, an edge 14. */
const cyclePixels = 40;
const charPixels = 7;
const edgePixels = 14;
const mostScale = 3;

interface Segment {
  readonly value: bigint | null;
  readonly cycles: number;
}

function* segments({ values }: SampledSignal): Generator<Segment> {
  for (let start = 0; start < values.length; ) {
    const value = values[start] ?? null;
    let end = start + 1;
    while (end < values.length && values[end] === value) end++;
    yield { value, cycles: end - start };
    start = end;
  }
}

function neededScale(signal: SampledSignal, radix: Radix): number {
  if (isLine(signal.width, signal.format)) return 1;
  let scale = 1;
  for (const { value, cycles } of segments(signal)) {
    const pixels = valueText(value, signal.width, signal.format, radix).length * charPixels + edgePixels;
    scale = Math.max(scale, Math.ceil(pixels / (cycles * cyclePixels)));
  }
  return scale;
}

function row(signal: SampledSignal, radix: Radix, hscale: number): WaveRow {
  const { width, format } = signal;
  const levels = isLine(width, format);
  let wave = "";
  const data: string[] = [];
  for (const { value, cycles } of segments(signal)) {
    wave += value === null ? "x" : levels ? String(value) : colour(value, signal);
    wave += ".".repeat(cycles - 1);
    if (value === null || levels) continue;
    const room = Math.floor((cycles * cyclePixels * hscale - edgePixels) / charPixels);
    data.push(clip(plain(valueText(value, width, format, radix)), room));
  }
  return { name: plain(signal.name), wave, ...(levels ? {} : { data }) };
}

function colour(value: bigint, { format }: SampledSignal): string {
  return format.kind === "enum" ? String(3 + Number(value % 7n)) : "=";
}

interface Placed {
  readonly path: readonly string[];
  readonly row: WaveRow;
}

/** Brackets runs of two rows and more that share the first part of their path, and again inside. */
function grouped(rows: readonly Placed[]): (WaveRow | WaveRows)[] {
  const out: (WaveRow | WaveRows)[] = [];
  for (let start = 0; start < rows.length; ) {
    const placed = rows[start];
    if (placed === undefined) break;
    const [head = "", ...rest] = placed.path;
    let end = start + 1;
    while (end < rows.length && (rows[end]?.path.length ?? 0) > 1 && rows[end]?.path[0] === head) end++;
    if (rest.length === 0 || end === start + 1) {
      out.push({ ...placed.row, name: placed.path.join(".") });
      start++;
      continue;
    }
    const inner = grouped(rows.slice(start, end).map((each) => ({ ...each, path: each.path.slice(1) })));
    const [only, ...others] = inner;
    out.push(only !== undefined && others.length === 0 && isGroup(only) ? joined(head, only) : [head, ...inner]);
    start = end;
  }
  return out;
}

function isGroup(item: WaveRow | WaveRows): item is WaveRows {
  return Array.isArray(item);
}

function joined(head: string, [title, ...items]: WaveRows): WaveRows {
  return [`${head}.${title}`, ...items];
}

/** Text that WaveDrom does not take for markup and XML can hold. */
function plain(text: string): string {
  return text.replaceAll("<", "‹").replaceAll(">", "›").replace(/\p{C}/gu, "·");
}

function clip(text: string, room: number): string {
  return text.length <= room ? text : `${text.slice(0, Math.max(0, room - 1))}…`;
}
