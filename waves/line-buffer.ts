import { identifierCode } from "./identifier-code.ts";
import type { VcdSink } from "./vcd-sink.ts";

const digitsOfByte = new Uint8Array(256 * 8).map((_, i) => 48 + (((i >> 3) >> (7 - (i & 7))) & 1));
const capacity = 1 << 20;
const codeBytes = 4;
const newline = 10;

/** Encodes the lines of a VCD by hand into one large buffer that it hands on when full, between lines. */
export class LineBuffer {
  private readonly bytes: Uint8Array;
  private readonly full: number;
  private used = 0;
  /** The identifier code of slot `i` is `codes[4 i]` to `codes[4 i + codeLengths[i] − 1]`. */
  private readonly codes: Uint8Array;
  private readonly codeLengths: Uint8Array;

  /**
   * @param slots the number of different identifier codes, at most 94 + 94² + 94³ + 94⁴
   * @param widest bits of the widest value
   */
  constructor(
    private readonly sink: VcdSink,
    slots: number,
    widest: number,
  ) {
    const longestLine = widest + 32 + codeBytes;
    this.bytes = new Uint8Array(Math.max(capacity, 2 * longestLine));
    this.full = this.bytes.length - longestLine;
    this.codes = new Uint8Array(slots * codeBytes);
    this.codeLengths = new Uint8Array(slots);
    for (let slot = 0; slot < slots; slot++) {
      const code = identifierCode(slot);
      for (let i = 0; i < code.length; i++) this.codes[slot * codeBytes + i] = code.charCodeAt(i);
      this.codeLengths[slot] = code.length;
    }
  }

  /** A line of ASCII text, without its newline, of any length. */
  text(line: string): void {
    const encoded = Buffer.from(`${line}\n`, "latin1");
    if (this.used + encoded.length > this.full) this.flush();
    if (encoded.length > this.full) {
      this.sink.write(encoded);
      return;
    }
    this.bytes.set(encoded, this.used);
    this.used += encoded.length;
  }

  /** `#time`, a whole number from 0 to 2^53 − 1. */
  time(time: number): void {
    if (this.used > this.full) this.flush();
    let digits = 1;
    for (let rest = time; rest >= 10; rest = Math.floor(rest / 10)) digits++;
    this.bytes[this.used] = 35;
    let rest = time;
    for (let at = this.used + digits; at > this.used; at--) {
      const next = Math.floor(rest / 10);
      this.bytes[at] = 48 + (rest - 10 * next);
      rest = next;
    }
    this.used += digits + 1;
    this.bytes[this.used++] = newline;
  }

  /** `0!` or `1!`. */
  scalar(bit: number, slot: number): void {
    if (this.used > this.full) this.flush();
    this.bytes[this.used++] = 48 + bit;
    this.code(slot);
  }

  /** `b101 !`, without leading zeros, of `count` words from `words[at]`. */
  vector(words: Int32Array, at: number, count: number, slot: number): void {
    if (this.used > this.full) this.flush();
    const { bytes } = this;
    let end = this.used;
    bytes[end++] = 98;
    let top = at + count - 1;
    while (top > at && words[top] === 0) top--;
    const topWord = words[top] ?? 0;
    for (let bit = topWord === 0 ? 0 : 31 - Math.clz32(topWord); bit >= 0; bit--)
      bytes[end++] = 48 + ((topWord >>> bit) & 1);
    for (let i = top - 1; i >= at; i--) {
      const word = words[i] ?? 0;
      for (let shift = 24; shift >= 0; shift -= 8) {
        const digits = ((word >>> shift) & 255) << 3;
        for (let bit = 0; bit < 8; bit++) bytes[end++] = digitsOfByte[digits + bit] ?? 0;
      }
    }
    bytes[end++] = 32;
    this.used = end;
    this.code(slot);
  }

  private code(slot: number): void {
    const from = slot * codeBytes;
    const to = from + (this.codeLengths[slot] ?? 0);
    for (let i = from; i < to; i++) this.bytes[this.used++] = this.codes[i] ?? 0;
    this.bytes[this.used++] = newline;
  }

  /** Hands everything to the sink. What a sink refuses is not offered again. */
  flush(): void {
    const used = this.used;
    this.used = 0;
    if (used > 0) this.sink.write(this.bytes.subarray(0, used));
  }
}
