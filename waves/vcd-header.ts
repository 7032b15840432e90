import { identifierCode } from "./identifier-code.ts";
import { allSignals, type NamedScope, type NamedSignal } from "./named-scope.ts";
import type { TraceFormat, TraceSignal } from "./trace.ts";
import { defaultFormat, type NotedFormat, noteLine, type VcdNote } from "./vcd-note.ts";
import { WaveError } from "./wave-error.ts";

/**
 * The declarations of a VCD, line by line without newlines (IEEE 1364-2005, 18.2). There is no `$date`, so that equal
 * runs give equal files.
 * @param slotOf the number of the net that a signal shows; aliases share it, and with it their identifier code
 * @throws WaveError for a time scale that is not 1, 10 or 100 of s, ms, us, ns, ps or fs
 */
export function* vcdHeader(
  scopes: readonly NamedScope[],
  slotOf: (signal: TraceSignal) => number,
  timescale: string,
): Generator<string> {
  if (!/^10{0,2} ?(s|ms|us|ns|ps|fs)$/.test(timescale))
    throw new WaveError(`the time scale ${timescale} is not 1, 10 or 100 of s, ms, us, ns, ps or fs (as in 1ns)`);
  yield "$version systole $end";
  yield `$timescale ${timescale} $end`;
  const tables = new LabelTables();
  for (const { signal } of allSignals(scopes)) yield* tables.declare(signal.format);
  for (const scope of scopes) yield* scopeLines(scope, slotOf, tables);
  yield "$enddefinitions $end";
}

function* scopeLines(
  named: NamedScope,
  slotOf: (signal: TraceSignal) => number,
  tables: LabelTables,
): Generator<string> {
  yield `$scope module ${named.legal} $end`;
  if (named.scope.name !== named.legal) yield* noteLines({ kind: "scope", name: named.scope.name });
  for (const part of named.signals) yield* variableLines(part, slotOf(part.signal), tables);
  for (const child of named.children) yield* scopeLines(child, slotOf, tables);
  yield "$upscope $end";
}

function* variableLines({ signal, legal }: NamedSignal, slot: number, tables: LabelTables): Generator<string> {
  const { width } = signal;
  const range = width === 1 ? "" : ` [${width - 1}:0]`;
  const type = signal.kind === "reg" ? "reg" : "wire";
  yield `$var ${type} ${width} ${identifierCode(slot)} ${legal}${range} $end`;
  const format = tables.noted(signal.format);
  if (signal.name !== legal || format !== defaultFormat(width).kind)
    yield* noteLines({ kind: "signal", format, name: signal.name });
}

function* noteLines(note: VcdNote): Generator<string> {
  const line = noteLine(note);
  if (line !== null) yield line;
}

/** Numbers the different enumerations of a trace. */
class LabelTables {
  private readonly tables = new Map<string, number>();

  /** The note that declares a format's labels, the first time that they are met. */
  *declare(format: TraceFormat): Generator<string> {
    if (format.kind !== "enum") return;
    const key = JSON.stringify(format.labels);
    if (this.tables.has(key)) return;
    const table = this.tables.size;
    this.tables.set(key, table);
    yield* noteLines({ kind: "enum", table, labels: format.labels });
  }

  noted(format: TraceFormat): NotedFormat {
    if (format.kind !== "enum") return format.kind;
    return { table: this.tables.get(JSON.stringify(format.labels)) ?? 0 };
  }
}
