import { cutWindow, type SampledSignal, type SampleWindow } from "./sampled-signal.ts";
import { isLine, type Radix, valueText } from "./value-text.ts";
import { WaveError } from "./wave-error.ts";

export interface TextOptions extends SampleWindow {
  /** Columns of the whole picture: default 100. Cycles that do not fit are left out, and the ruler says so. */
  readonly width?: number;
  /** Columns for a cycle, at least 2: default what the longest value needs, up to 12. */
  readonly cycleWidth?: number;
  /** Columns for the names, longer ones lose their start: default what the longest needs, up to 24. */
  readonly nameWidth?: number;
  readonly radix?: Radix;
}

/**
 * Draws sampled signals as text: a row of high and one of low levels for each bit, a row of values for each bus.
 *
 *     cycle 0    1    2    3
 *                ┌─────────┐
 *     valid ─────┘         └────
 *     state │Idle     │Run      │
 *
 * Equal input gives equal text. Values that do not fit their segment end in `…`.
 * @throws WaveError for no signals, no cycles in the window, or widths too small to draw in
 */
export function waves(signals: readonly SampledSignal[], options: TextOptions = {}): string {
  const cut = cutWindow(signals, options);
  const { width = 100, radix = "auto" } = options;
  const nameWidth = options.nameWidth ?? Math.min(24, Math.max(5, ...signals.map(({ name }) => length(name))));
  const cycleWidth = options.cycleWidth ?? fittingWidth(cut.signals, radix);
  if (!Number.isInteger(cycleWidth) || cycleWidth < 2 || !Number.isInteger(nameWidth) || nameWidth < 1)
    throw new WaveError(`a cycle takes 2 columns or more and a name 1 or more, not ${cycleWidth} and ${nameWidth}`);
  const shown = Math.min(cut.cycles, Math.floor((width - nameWidth - 2) / cycleWidth));
  if (!(shown >= 1))
    throw new WaveError(`${width} columns are too few for names of ${nameWidth} and one cycle of ${cycleWidth}`);

  const blank = " ".repeat(nameWidth + 1);
  const rows = [`${label("cycle", nameWidth)} ${ruler(cut.first, shown, cut.cycles, cycleWidth)}`];
  for (const signal of cut.signals) {
    const name = `${label(signal.name, nameWidth)} `;
    const values = signal.values.slice(0, shown);
    if (isLine(signal.width, signal.format)) {
      const [high, low] = line(values, cycleWidth);
      rows.push(blank + high, name + low);
    } else rows.push(name + bus({ ...signal, values }, cycleWidth, radix));
  }
  return rows.map((row) => `${row.trimEnd()}\n`).join("");
}

function fittingWidth(signals: readonly SampledSignal[], radix: Radix): number {
  let longest = 3;
  for (const signal of signals)
    if (!isLine(signal.width, signal.format))
      for (const value of signal.values)
        longest = Math.max(longest, length(valueText(value, signal.width, signal.format, radix)));
  return Math.min(longest, 11) + 1;
}

function ruler(first: number, shown: number, cycles: number, cycleWidth: number): string {
  let row = "";
  for (let i = 0; i < shown; i++) {
    const column = i * cycleWidth;
    const number = String(first + i);
    if (row.length <= column && (i === 0 || cycleWidth > number.length || i % 5 === 0))
      row = row.padEnd(column) + number;
  }
  return shown < cycles ? `${row.padEnd(shown * cycleWidth)} … ${first + cycles - 1}` : row;
}

/** The rows of the upper and the lower level. An edge takes the first column of its cycle; `x` fills the unknown. */
function line(values: readonly (bigint | null)[], cycleWidth: number): [high: string, low: string] {
  let high = "";
  let low = "";
  values.forEach((value, i) => {
    const before = i === 0 ? value : (values[i - 1] ?? null);
    const [up, down] = value === null ? [" ", "x"] : value === 1n ? ["─", " "] : [" ", "─"];
    const rises = value === 1n && before === 0n;
    const falls = value === 0n && before === 1n;
    high += (rises ? "┌" : falls ? "┐" : up) + up.repeat(cycleWidth - 1);
    low += (rises ? "┘" : falls ? "└" : down) + down.repeat(cycleWidth - 1);
  });
  return [high, low];
}

/** `│` where a value begins, then the value. */
function bus({ values, width, format }: SampledSignal, cycleWidth: number, radix: Radix): string {
  let row = "";
  for (let start = 0; start < values.length; ) {
    let end = start + 1;
    while (end < values.length && values[end] === values[start]) end++;
    const room = (end - start) * cycleWidth - 1;
    row += `│${clip(valueText(values[start] ?? null, width, format, radix), room).padEnd(room)}`;
    start = end;
  }
  return `${row}│`;
}

function clip(text: string, room: number): string {
  const plain = text.replace(/\p{C}/gu, "·");
  return length(plain) <= room ? plain : `${[...plain].slice(0, room - 1).join("")}…`;
}

/** Padded to its columns; a long name keeps its end, which tells siblings apart. */
function label(name: string, columns: number): string {
  const plain = [...name.replace(/\p{C}/gu, "·")];
  const shown = plain.length <= columns ? plain : ["…", ...plain.slice(plain.length - columns + 1)];
  return shown.join("") + " ".repeat(columns - shown.length);
}

function length(text: string): number {
  return [...text].length;
}
