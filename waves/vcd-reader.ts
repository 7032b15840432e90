import { closeSync, openSync, readSync, statSync } from "node:fs";
import { pathGlob } from "./path-glob.ts";
import { suggestion } from "./selection.ts";
import { DeclarationReader, signalPath, type VcdDeclarations, type VcdSignal } from "./vcd-declarations.ts";
import { VcdDecoder, widestDecoded } from "./vcd-decoder.ts";
import { VcdSieve } from "./vcd-sieve.ts";
import { VcdWords } from "./vcd-words.ts";
import { systemReason, WaveError } from "./wave-error.ts";

/** One signal's new value. Bits set in `unknown` are x where `value` has 0, z where it has 1. */
export interface VcdChange {
  /** An index into the signals asked for. */
  readonly signal: number;
  readonly time: number;
  readonly value: bigint;
  readonly unknown: bigint;
}

/** Times from the first to the last, both included. */
export interface TimeWindow {
  readonly from?: number;
  readonly to?: number;
}

/** A VCD on disk: its declarations are read, its changes are streamed on request. */
export class VcdFile {
  private readonly codes: ReadonlySet<string>;

  private constructor(
    readonly path: string,
    readonly declarations: VcdDeclarations,
    private readonly start: { readonly offset: number; readonly line: number },
    private readonly decoder: VcdDecoder,
  ) {
    this.codes = new Set(declarations.signals.map(({ code }) => code));
  }

  /**
   * Reads the declarations.
   * @throws WaveError if the file cannot be read, is not a VCD, or ends inside its declarations
   */
  static async open(path: string): Promise<VcdFile> {
    const { declarations, offset, line } = readDeclarations(path);
    return new VcdFile(path, declarations, { offset, line }, await VcdDecoder.load());
  }

  /**
   * The signals that match any of the globs (see `pathGlob`), in the file's order, by the designer's names or the file's.
   * @throws WaveError for a glob that matches nothing, with the nearest path
   */
  select(globs: readonly string[]): VcdSignal[] {
    const { signals } = this.declarations;
    const chosen = new Set<VcdSignal>();
    for (const glob of globs) {
      const matches = pathGlob(glob);
      const found = signals.filter(
        (signal) => matches(signal.scopes, signal.name) || matches(signal.vcdScopes, signal.vcdName),
      );
      if (found.length === 0)
        throw new WaveError(`${this.path}: no signal matches ${glob}${suggestion(glob, signals.map(signalPath))}`);
      for (const signal of found) chosen.add(signal);
    }
    return signals.filter((signal) => chosen.has(signal));
  }

  /**
   * The changes of some of the file's signals in time order, without holding the file in memory. First come, at time
   * `from`, the values that the signals have then; a signal that has none yet is left out.
   * @throws WaveError, at once or on the way, for a signal that is not a vector of bits (real, string, event) or wider
   *   than 262,144 bits, and for a malformed file, with its line
   */
  *changes(signals: readonly VcdSignal[], window: TimeWindow = {}): Generator<VcdChange> {
    const { from = 0, to = Number.MAX_SAFE_INTEGER } = window;
    if (from > to) throw new WaveError(`the window ends at time ${to}, before it starts at time ${from}`);
    const shown = this.byCode(signals);
    const held: (VcdChange | undefined)[] = [];
    let ready: VcdChange[] = [];
    let begun = false;
    const begin = () => {
      begun = true;
      for (const change of held) if (change) ready.push({ ...change, time: from });
    };
    const take = (code: string, time: number, value: bigint, unknown: bigint) => {
      if (time > to) return;
      if (time > from && !begun) begin();
      for (const signal of shown.get(code)?.signals ?? []) {
        if (begun) ready.push({ signal, time, value, unknown });
        else held[signal] = { signal, time, value, unknown };
      }
    };
    const sieve = new VcdSieve(
      new Map([...shown].map(([code, { width }]) => [code, width])),
      this.codes,
      (what, line) => new WaveError(`${this.path}:${line}: ${what}`),
      (lines, count, times) =>
        this.decoder.decode(lines, count, (code, index, value, unknown) =>
          take(code, times[index] ?? 0, value, unknown),
        ),
      this.start.line,
    );

    let more = true;
    for (const piece of readPieces(this.path, this.start.offset)) {
      more = sieve.push(piece, to);
      yield* ready;
      ready = [];
      if (!more) break;
    }
    if (more) sieve.finish(to);
    if (!begun) begin();
    yield* ready;
  }

  private byCode(signals: readonly VcdSignal[]): Map<string, { width: number; signals: number[] }> {
    const shown = new Map<string, { width: number; signals: number[] }>();
    signals.forEach((signal, i) => {
      const { code, width, type } = signal;
      const reason = notBits.has(type) ? `is a ${type}` : width > widestDecoded ? `has ${width} bits` : null;
      if (reason !== null)
        throw new WaveError(
          `${this.path}: ${signalPath(signal)} ${reason}; only vectors of up to ${widestDecoded} bits can be read`,
        );
      const same = shown.get(code);
      if (same === undefined) shown.set(code, { width, signals: [i] });
      else if (same.width === width) same.signals.push(i);
      else
        throw new WaveError(
          `${this.path}: ${signalPath(signal)} has ${width} bits, but the same code ${code} has ${same.width} elsewhere`,
        );
    });
    return shown;
  }
}

/** Whether a variable is a vector of bits, which can be read. */
export function isBits(signal: VcdSignal): boolean {
  return !notBits.has(signal.type) && signal.width <= widestDecoded;
}

const notBits = new Set(["real", "realtime", "string", "event", "real_parameter"]);
const longestCommand = 1 << 20;

interface Declared {
  readonly declarations: VcdDeclarations;
  readonly offset: number;
  readonly line: number;
}

function readDeclarations(path: string): Declared {
  const words = new VcdWords(1);
  const fail = (what: string) => new WaveError(`${path}:${words.line}: ${what}`);
  const reader = new DeclarationReader(fail);
  let command: string[] = [];
  let size = 0;
  let done = false;
  let read = 0;
  const word = (bytes: Uint8Array, start: number, end: number) => {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("utf8");
    if (command.length === 0 && !/^\$[a-z]/.test(text)) throw notVcd(path, text);
    if (text !== "$end") command.push(text);
    else {
      const [keyword = "$end", ...rest] = command;
      done = reader.command(keyword, rest);
      command = [];
      size = 0;
    }
    size += end - start;
    if (size > longestCommand) throw fail(`${command[0]} has no $end within ${longestCommand} bytes`);
    return !done;
  };
  for (const piece of readPieces(path, 0)) {
    read += piece.length;
    words.push(piece);
    words.each(false, word);
    if (done) break;
    if (words.pending > longestCommand) throw notVcd(path, "");
  }
  if (!done) words.each(true, word);
  if (read === 0) throw new WaveError(`${path} is not a VCD: it is empty`);
  if (!done) throw new WaveError(`${path} is not a whole VCD: it ends inside its declarations, on line ${words.line}`);
  return { declarations: reader.declarations(), offset: read - words.pending, line: words.line };
}

function notVcd(path: string, start: string): WaveError {
  const readable = /^[ -~]{1,200}$/.test(start) ? `"${start.slice(0, 20)}"` : "binary data";
  return new WaveError(`${path} is not a VCD: ${readable} where a declaration ($scope, $var, …) belongs`);
}

function* readPieces(path: string, offset: number): Generator<Uint8Array> {
  let descriptor: number;
  try {
    if (!statSync(path).isFile()) throw new WaveError(`${path} is not a file`);
    descriptor = openSync(path, "r");
  } catch (error) {
    throw error instanceof WaveError ? error : new WaveError(`cannot read ${path}: ${systemReason(error)}`);
  }
  try {
    let at = offset;
    const piece = new Uint8Array(pieceBytes);
    for (;;) {
      const count = readSync(descriptor, piece, 0, pieceBytes, at);
      if (count === 0) return;
      at += count;
      yield piece.subarray(0, count);
    }
  } catch (error) {
    throw error instanceof WaveError ? error : new WaveError(`cannot read ${path}: ${systemReason(error)}`);
  } finally {
    closeSync(descriptor);
  }
}

const pieceBytes = 1 << 18;
