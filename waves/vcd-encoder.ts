import { identifierCode } from "./identifier-code.ts";
import type { NetSlots } from "./net-slots.ts";
import { wordCount } from "./trace.ts";
import { vcdEncoderCode } from "./vcd-encoder-code.ts";
import type { VcdSink } from "./vcd-sink.ts";
import { type WordSpans, wordSpans } from "./word-spans.ts";

/** Bytes that are handed on together. */
const batch = 1 << 20;
const pageBytes = 1 << 16;
const slotBytes = 32;
const newline = 10;

/** A function of vcd-encoder.wat. Addresses are bytes in the encoder's memory. */
type KernelFunction = (...operands: readonly number[]) => number;

/**
 * Writes the lines of a VCD for the nets of a trace: finds what changed and expands it to text in WebAssembly, sixteen
 * bytes at a time. Lines gather in a buffer that goes to the sink when it is full, between lines.
 *
 * The encoder's memory, each part a multiple of 16 bytes:
 *
 *     slots │ words │ words before │ owner of each word │ lists of owners │ marks │ last values │ lines
 */
export class VcdEncoder {
  private readonly stamp: KernelFunction;
  private readonly writeChanges: KernelFunction;
  private readonly writeAll: KernelFunction;
  private readonly spans: WordSpans;
  private readonly bytes: Uint8Array;
  private readonly cells: Uint32Array;
  private readonly wordsAt: number;
  private readonly beforeAt: number;
  /** By slot: where its last value lies, in words. */
  private readonly values: Int32Array;
  private readonly linesAt: number;
  private readonly full: number;
  private used = 0;

  /** @throws RangeError where the values need more than the 4 GiB that there can be */
  constructor(
    private readonly sink: VcdSink,
    private readonly nets: NetSlots,
  ) {
    const { widths, words } = nets;
    this.spans = wordSpans(words);
    const count = words.length;
    const valueWords = widths.reduce((sum, width) => sum + wordCount(width), 0);
    // A change is at most its digits, whole words of them, and what surrounds them; the kernel stores a little beyond.
    const longest = 32 * valueWords + 16 * count + 128;

    let end = 0;
    const part = (size: number): number => {
      const at = end;
      end += (size + 15) & ~15;
      return at;
    };
    const slotsAt = part(slotBytes * count);
    const wordBytes = 4 * this.spans.length;
    this.wordsAt = part(wordBytes);
    const wordsTo = end;
    this.beforeAt = part(wordBytes);
    const ownersAt = part(wordBytes);
    const listsAt = part(wordBytes + 4 * valueWords);
    const marksAt = part(8 * Math.ceil(count / 64));
    const marksTo = marksAt + 8 * Math.ceil(count / 64);
    const valuesAt = part(4 * valueWords);
    this.linesAt = part(batch + longest);
    this.full = this.linesAt + batch;
    this.used = this.linesAt;

    const memory = new WebAssembly.Memory({ initial: Math.ceil(end / pageBytes) });
    this.bytes = new Uint8Array(memory.buffer);
    this.cells = new Uint32Array(memory.buffer);
    this.values = this.describe(slotsAt, valuesAt);
    this.own(ownersAt, listsAt);
    const kernel = instantiate(memory);
    this.stamp = kernel("stamp");
    this.writeChanges = kernel("changes");
    this.writeAll = kernel("all");
    kernel("place")(
      ...[this.wordsAt, wordsTo, this.beforeAt, ownersAt],
      ...[marksAt, marksTo, slotsAt, slotsAt + slotBytes * count],
    );
  }

  /** A line of ASCII text, without its newline, of any length. */
  text(line: string): void {
    const encoded = Buffer.from(`${line}\n`, "latin1");
    if (encoded.length > batch) {
      this.flush();
      this.sink.write(encoded);
      return;
    }
    this.bytes.set(encoded, this.used);
    this.used += encoded.length;
    this.handOn();
  }

  /** `#time`, a whole number from 0 to 2^53 − 1. */
  time(time: number): void {
    this.used = this.stamp(time, this.used);
    this.handOn();
  }

  /** All values as they are. */
  all(): void {
    this.fetch();
    this.used = this.writeAll(this.used);
    this.handOn();
    this.bytes.copyWithin(this.beforeAt, this.wordsAt, this.wordsAt + 4 * this.spans.length);
  }

  /**
   * The values that changed since they were written last, after `#time` where `stamps` says so.
   * @returns whether there were any
   */
  changes(time: number, stamps: boolean): boolean {
    this.fetch();
    const before = this.used;
    this.used = this.writeChanges(time, stamps ? 1 : 0, before);
    const any = this.used !== before;
    this.handOn();
    return any;
  }

  /** The value that was written last of a slot of one bit. */
  bit(slot: number): number {
    return this.cells[this.values[slot] ?? 0] ?? 0;
  }

  /** `0!` or `1!`, of a slot of one bit. */
  setBit(slot: number, bit: 0 | 1): void {
    this.cells[this.values[slot] ?? 0] = bit;
    // Whatever the word is next time, it is looked at: it may be what it was before this.
    const place = this.spans.places[slot] ?? 0;
    this.cells[this.beforeAt / 4 + place] = ~(this.cells[this.wordsAt / 4 + place] ?? 0);
    this.bytes[this.used++] = 48 + bit;
    for (const character of identifierCode(slot)) this.bytes[this.used++] = character.charCodeAt(0);
    this.bytes[this.used++] = newline;
    this.handOn();
  }

  /** Hands everything to the sink. What a sink refuses is not offered again. */
  flush(): void {
    const { used } = this;
    this.used = this.linesAt;
    if (used > this.linesAt) this.sink.write(this.bytes.subarray(this.linesAt, used));
  }

  private handOn(): void {
    if (this.used >= this.full) this.flush();
  }

  private fetch(): void {
    for (const { words, at } of this.spans.pieces) {
      if (words.length === 0) throw new RangeError("the memory of the traced signals has moved");
      this.cells.set(words, this.wordsAt / 4 + at);
    }
  }

  /** Writes what the kernel knows of each slot; says where the values lie. */
  private describe(slotsAt: number, valuesAt: number): Int32Array {
    const { widths } = this.nets;
    const values = new Int32Array(widths.length);
    let value = valuesAt / 4;
    widths.forEach((width, slot) => {
      const at = slotsAt + slotBytes * slot;
      const code = identifierCode(slot);
      const ending = width === 1 ? `${code}\n` : ` ${code}\n`;
      const topBits = width % 32;
      values[slot] = value;
      this.cells.set(
        [
          this.wordsAt + 4 * (this.spans.places[slot] ?? 0),
          4 * value,
          wordCount(width),
          topBits === 0 ? 0xffffffff : 2 ** topBits - 1,
          width === 1 ? 1 : 0,
          ending.length,
        ],
        at / 4,
      );
      this.bytes.set(Buffer.from(ending, "latin1"), at + 24);
      value += wordCount(width);
    });
    return values;
  }

  /** Writes which slots each word belongs to: more than one where nets share their place. */
  private own(ownersAt: number, listsAt: number): void {
    const slotsOfWord: number[][] = Array.from({ length: this.spans.length }, () => []);
    this.nets.widths.forEach((width, slot) => {
      const first = this.spans.places[slot] ?? 0;
      for (let i = 0; i < wordCount(width); i++) slotsOfWord[first + i]?.push(slot);
    });
    let entry = listsAt / 4;
    slotsOfWord.forEach((slots, word) => {
      const [only] = slots;
      if (slots.length === 1 && only !== undefined) this.cells[ownersAt / 4 + word] = ~only;
      else {
        this.cells[ownersAt / 4 + word] = 4 * entry;
        this.cells.set([slots.length, ...slots], entry);
        entry += 1 + slots.length;
      }
    });
  }
}

let compiled: WebAssembly.Module | null = null;

/** The encoder's code on a memory: its functions by name. */
function instantiate(memory: WebAssembly.Memory): (name: string) => KernelFunction {
  compiled ??= new WebAssembly.Module(Uint8Array.from(Buffer.from(vcdEncoderCode, "base64")));
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
  return (name) => {
    const exported = exports[name];
    if (typeof exported !== "function") throw new TypeError(`vcd-encoder.wat has no function ${name}`);
    return (...operands) => Number(exported(...operands));
  };
}
