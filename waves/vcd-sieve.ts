import { VcdWords } from "./vcd-words.ts";
import type { WaveError } from "./wave-error.ts";

/** Takes whole lines for the decoder, the number of changes in them, and what `#0`, `#1` … in them stand for. */
export type SievedLines = (lines: Uint8Array, changes: number, times: readonly number[]) => void;

/**
 * Reads the value changes of any VCD and lets through those of chosen codes, in a plain form: one change a line, the
 * numbers 0, 1, … for times, a leading x or z of a vector spelt out to its width. What is malformed is an error here,
 * with its line, and never reaches the decoder.
 */
export class VcdSieve {
  private readonly words: VcdWords;
  private readonly out: Lines = new Lines();
  private times: number[] = [0];
  private now = 0;
  private mode: "change" | "code of vector" | "code of other" | "skip to $end" = "change";
  /** The digits of a vector whose code is yet to come. */
  private digits = new Uint8Array(64);
  private digitCount = 0;

  /**
   * @param widths the widths of the chosen codes
   * @param declared all codes of the file
   */
  constructor(
    private readonly widths: ReadonlyMap<string, number>,
    private readonly declared: ReadonlySet<string>,
    private readonly fail: (what: string, line: number) => WaveError,
    private readonly lines: SievedLines,
    firstLine: number,
  ) {
    this.words = new VcdWords(firstLine);
    this.out.time(0);
  }

  /**
   * @param until the last time of interest
   * @returns whether there can be more of interest
   */
  push(piece: Uint8Array, until: number): boolean {
    this.words.push(piece);
    if (this.words.pending > longestWord) throw this.error(`a word of over ${longestWord} bytes`);
    const more = this.read(false, until);
    this.handOn();
    return more;
  }

  /** The bytes end here, with or without a newline. */
  finish(until: number): void {
    if (this.read(true, until) && (this.mode === "code of vector" || this.mode === "code of other"))
      throw this.error("the file ends inside a value change");
    this.handOn();
  }

  private read(last: boolean, until: number): boolean {
    return this.words.each(last, (bytes, start, end) => {
      this.word(bytes, start, end);
      return this.now <= until;
    });
  }

  private word(bytes: Uint8Array, start: number, end: number): void {
    const first = bytes[start] ?? 0;
    if (this.mode === "change") {
      if (first === hash) this.time(bytes, start, end);
      else if (digitOf[first]) this.scalar(bytes, start, end);
      else if (first === 98 || first === 66) this.vector(bytes, start, end);
      else if (first === dollar) this.keyword(text(bytes, start, end));
      else if (isOther[first]) this.mode = "code of other";
      else throw this.error(`"${text(bytes, start, Math.min(end, start + 40))}" is not a value change`);
    } else if (this.mode === "skip to $end") {
      if (first === dollar && text(bytes, start, end) === "$end") this.mode = "change";
    } else {
      if (this.mode === "code of vector") this.change(text(bytes, start, end));
      this.mode = "change";
    }
  }

  private time(bytes: Uint8Array, start: number, end: number): void {
    let time = 0;
    for (let i = start + 1; i < end; i++) {
      const digit = (bytes[i] ?? 0) - 48;
      if (digit < 0 || digit > 9) time = Number.NaN;
      time = time * 10 + digit;
    }
    if (end === start + 1 || !Number.isSafeInteger(time))
      throw this.error(`"${text(bytes, start, Math.min(end, start + 40))}" is not a time from 0 to 2^53 − 1`);
    if (time < this.now) throw this.error(`time runs backwards, from ${this.now} to ${time}`);
    if (time === this.now) return;
    this.now = time;
    this.out.time(this.times.length);
    this.times.push(time);
  }

  private scalar(bytes: Uint8Array, start: number, end: number): void {
    if (end === start + 1) throw this.error(`the value ${text(bytes, start, end)} has no identifier code`);
    this.digits[0] = digitOf[bytes[start] ?? 0] ?? 0;
    this.digitCount = 1;
    this.change(text(bytes, start + 1, end));
  }

  private vector(bytes: Uint8Array, start: number, end: number): void {
    this.digitCount = end - start - 1;
    if (this.digitCount === 0) throw this.error("a vector without digits");
    if (this.digits.length < this.digitCount) this.digits = new Uint8Array(2 * this.digitCount);
    for (let i = 0; i < this.digitCount; i++) {
      const digit = digitOf[bytes[start + 1 + i] ?? 0] ?? 0;
      if (digit === 0) throw this.error(`"${text(bytes, start, Math.min(end, start + 40))}" is not a vector`);
      this.digits[i] = digit;
    }
    this.mode = "code of vector";
  }

  private keyword(word: string): void {
    if (!dumpKeywords.has(word)) this.mode = "skip to $end";
  }

  private change(code: string): void {
    const width = this.widths.get(code);
    if (width === undefined) {
      if (!this.declared.has(code)) throw this.error(`a value for "${code.slice(0, 40)}", which no $var declares`);
      return;
    }
    if (this.digitCount > width)
      throw this.error(`a value of ${this.digitCount} digits for ${code}, which has ${width} bits`);
    this.out.change(this.digits, this.digitCount, width, code);
    if (this.out.used >= enough) this.handOn();
  }

  private handOn(): void {
    if (this.out.changes > 0) this.lines(this.out.bytes.subarray(0, this.out.used), this.out.changes, this.times);
    this.out.clear();
    this.times = [this.now];
    this.out.time(0);
  }

  private error(what: string): WaveError {
    return this.fail(what, this.words.line);
  }
}

/** Lines in the form that the decoder takes. */
class Lines {
  bytes = new Uint8Array(1 << 17);
  used = 0;
  changes = 0;

  clear(): void {
    this.used = 0;
    this.changes = 0;
  }

  time(index: number): void {
    this.ascii(`#${index}\n`);
  }

  change(digits: Uint8Array, count: number, width: number, code: string): void {
    this.reserve(width + code.length + 3);
    this.changes++;
    const leading = digits[0] ?? 0;
    if (width > 1) this.bytes[this.used++] = 98;
    if (leading !== 48 && leading !== 49) for (let i = count; i < width; i++) this.bytes[this.used++] = leading;
    for (let i = 0; i < count; i++) this.bytes[this.used++] = digits[i] ?? 0;
    if (width > 1) this.bytes[this.used++] = 32;
    this.ascii(code);
    this.bytes[this.used++] = newline;
  }

  private ascii(line: string): void {
    this.reserve(line.length);
    for (let i = 0; i < line.length; i++) this.bytes[this.used++] = line.charCodeAt(i);
  }

  private reserve(more: number): void {
    if (this.used + more <= this.bytes.length) return;
    const grown = new Uint8Array(2 * (this.used + more));
    grown.set(this.bytes.subarray(0, this.used));
    this.bytes = grown;
  }
}

const hash = 35;
const dollar = 36;
const newline = 10;
const enough = 1 << 16;
const longestWord = 1 << 24;
const dumpKeywords = new Set(["$dumpvars", "$dumpall", "$dumpon", "$dumpoff", "$end"]);
const flags = (characters: string) =>
  Uint8Array.from({ length: 256 }, (_, i) => (characters.includes(String.fromCharCode(i)) ? 1 : 0));
/** What a digit is read as; 0 is none. VHDL's weak levels count as strong ones, its other unknowns as x. */
const digitOf = Uint8Array.from({ length: 256 }, (_, i) => {
  const digit = { u: "x", w: "x", "-": "x", l: "0", h: "1" }[String.fromCharCode(i).toLowerCase()];
  return digit?.charCodeAt(0) ?? ("01xXzZ".includes(String.fromCharCode(i)) ? i | 32 : 0);
});
/** Reals and strings: the value and its code are two words, neither is of use here. */
const isOther = flags("rRsS");

function text(bytes: Uint8Array, start: number, end: number): string {
  let word = "";
  for (let i = start; i < end; i++) word += String.fromCharCode(bytes[i] ?? 0);
  return word;
}
