import { writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { chooseWaves, type ShownSignal, type WaveGroup } from "./gtkw-choice.ts";
import { nameScopes } from "./named-scope.ts";
import type { TraceScope } from "./trace.ts";
import { systemReason, WaveError } from "./wave-error.ts";

export interface GtkwOptions {
  /** Path of the VCD that it is for. */
  readonly vcd: string;
  /** The time shown first, and the last that should still fit the window; in units of the VCD's time scale. */
  readonly from?: number;
  readonly to?: number;
  /** About how many signals to show at first: default 150. */
  readonly limit?: number;
}

/** A file by its name, and what it holds. */
export interface GtkwFile {
  readonly path: string;
  readonly text: string;
}

/**
 * A GTKWave 3.3 save file for the VCD of these scopes, and a filter file for each enumeration shown. Paths inside are
 * relative to the save file's folder.
 * @param path where the save file will be; the filter files are `<base>.<signal>.flt` beside it
 */
export function gtkwFiles(path: string, scopes: readonly TraceScope[], options: GtkwOptions): GtkwFile[] {
  const groups = chooseWaves(nameScopes(scopes), options.limit ?? 150);
  const filters = new Filters(path);
  const body = groups.flatMap((group) => groupLines(group, filters));
  const opened = new Set(
    [...shownSignals(groups)].flatMap(({ scopes: s }) => s.map((_, i) => s.slice(0, i + 1).join("."))),
  );
  const { from = 0, to } = options;
  const text = [
    `[dumpfile] "${relative(dirname(path), options.vcd)}"`,
    `[savefile] "${basename(path)}"`,
    `[timestart] ${from}`,
    "[size] 1500 900",
    "[pos] -1 -1",
    `*${zoom(from, to).toFixed(6)} -1${" -1".repeat(26)}`,
    ...[...opened].slice(0, 50).map((scope) => `[treeopen] ${scope}.`),
    "[sst_width] 220",
    "[signals_width] 260",
    "[sst_expanded] 1",
    ...body,
    "",
  ].join("\n");
  return [{ path, text }, ...filters.files()];
}

/**
 * Writes what `gtkwFiles` gives.
 * @throws WaveError where a file cannot be written
 */
export function writeGtkw(path: string, scopes: readonly TraceScope[], options: GtkwOptions): void {
  for (const file of gtkwFiles(path, scopes, options))
    try {
      writeFileSync(file.path, file.text);
    } catch (error) {
      throw new WaveError(`cannot write ${file.path}: ${systemReason(error)}`);
    }
}

/** GTKWave shows 2^−zoom units of time in 200 pixels; a window of the size below has some 900. */
function zoom(from: number, to: number | undefined): number {
  return to === undefined || to <= from ? -6 : -Math.log2(((to - from) * 200) / 900);
}

/** Trace flags of GTKWave's save files, in hexadecimal there. */
const flag = {
  hex: 0x22,
  binary: 0x28,
  signedDecimal: 0x420,
  translatedHex: 0x2022,
  groupBegin: 0x800200,
  groupEnd: 0x1000200,
  closed: 0x400000,
  /** A row that is not there while its group is closed. */
  collapsed: 0x1000,
} as const;

function groupLines(group: WaveGroup, filters: Filters): string[] {
  const closed = group.closed ? flag.closed : 0;
  return [
    `@${(flag.groupBegin | closed).toString(16)}`,
    `-${printable(group.title)}`,
    ...group.items.flatMap((item) => ("items" in item ? groupLines(item, filters) : signalLines(item, filters))),
    `@${(flag.groupEnd | closed | (group.closed ? flag.collapsed : 0)).toString(16)}`,
    `-${printable(group.title)}`,
  ];
}

function signalLines({ label, scopes, named }: ShownSignal, filters: Filters): string[] {
  const { format, width } = named.signal;
  const range = width === 1 ? "" : `[${width - 1}:0]`;
  // Of a label with dots only the part after the last one would be shown.
  const shown = printable(label).trim().replaceAll(".", "/") || named.legal;
  const path = `+{${shown}} ${[...scopes, named.legal].join(".")}${range}`;
  if (format.kind === "enum" && width > 1)
    return [`@${flag.translatedHex.toString(16)}`, filters.line(format.labels, width, named.legal), path];
  return [`@${plainFlag(format.kind, width).toString(16)}`, path];
}

function plainFlag(kind: string, width: number): number {
  if (width === 1 || kind === "bool") return flag.binary;
  return kind === "sint" && width <= 64 ? flag.signedDecimal : flag.hex;
}

/** The filter files of a save file: one for each set of labels and width, named after the first signal that needs it. */
class Filters {
  private readonly numbers = new Map<string, number>();
  private readonly names: string[] = [];
  private readonly base: string;

  constructor(private readonly save: string) {
    this.base = basename(save)
      .replace(/\.gtkw$/, "")
      .replace(/\s/g, "_");
  }

  /** The line ahead of a signal that has it shown by labels. */
  line(labels: readonly string[], width: number, signal: string): string {
    const text = filterText(labels, width);
    const number = this.numbers.get(text) ?? this.numbers.size + 1;
    if (number > this.numbers.size) {
      this.numbers.set(text, number);
      // Short enough for a file system, and told apart by one that does not tell case apart.
      const taken = new Set(this.names.map((other) => other.toLowerCase()));
      let name = signal.slice(0, 60);
      while (taken.has(name.toLowerCase())) name += `__${number}`;
      this.names.push(name);
    }
    return `^${number} ${this.file(number)}`;
  }

  files(): GtkwFile[] {
    return [...this.numbers].map(([text, number]) => ({ path: join(dirname(this.save), this.file(number)), text }));
  }

  private file(number: number): string {
    return `${this.base}.${this.names[number - 1] ?? number}.flt`;
  }
}

/** Keys are the digits that GTKWave would show without the filter. */
function filterText(labels: readonly string[], width: number): string {
  const digits = Math.ceil(width / 4);
  return labels
    .map((label, code) => `${code.toString(16).toUpperCase().padStart(digits, "0")} ${shownLabel(label)}\n`)
    .join("");
}

/** GTKWave takes a leading `?name?` for a colour. */
function shownLabel(label: string): string {
  const shown = printable(label).trim();
  return shown.startsWith("?") || shown === "" ? `_${shown}` : shown;
}

function* shownSignals(items: readonly (WaveGroup | ShownSignal)[]): Generator<ShownSignal> {
  for (const item of items) {
    if ("items" in item) yield* shownSignals(item.items);
    else yield item;
  }
}

/** One short line of ASCII without the braces that delimit it. GTKWave 3.3 dies of labels of some thousand characters. */
function printable(text: string): string {
  const shown = text.length > longest ? `${text.slice(0, longest / 2)}~${text.slice(-longest / 2)}` : text;
  return shown.replace(/[^ -z|~]/g, "_");
}

const longest = 200;
