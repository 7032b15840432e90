import type { NetSlots } from "./net-slots.ts";
import { wordCount } from "./trace.ts";
import { MemoryMap, slotTable, VcdKernel } from "./vcd-kernel.ts";
import { VcdLines } from "./vcd-lines.ts";
import type { VcdSink } from "./vcd-sink.ts";
import { threadable, VcdThread } from "./vcd-thread.ts";
import { type WordSpans, wordSpans } from "./word-spans.ts";

/** Bytes of records that are handed on together. */
const batch = 1 << 18;
/** Bytes of records after which another thread is worth its start. */
const longTrace = 1 << 22;

/** A number's two halves, as WebAssembly has them on the machines that Node runs on. */
const double = new Float64Array(1);
const halves = new Uint32Array(double.buffer);

/**
 * Writes the lines of a VCD for the nets of a trace: finds what changed in WebAssembly, sixteen bytes at a time, and has
 * it written as text, in a thread of its own once a trace is long.
 *
 * The encoder's memory:
 *
 *     slots │ words │ words before │ owner of each word │ lists of owners │ marks │ last values │ records
 */
export class VcdEncoder {
  private readonly kernel: VcdKernel;
  private readonly spans: WordSpans;
  private readonly wordsAt: number;
  private readonly beforeAt: number;
  /** By slot: where its last value lies, in words. */
  private readonly values: Int32Array;
  private readonly recordsAt: number;
  private readonly most: number;
  private readonly lines: VcdLines;
  private thread: VcdThread | null = null;
  private used: number;
  private handedOn = 0;

  /** @throws RangeError where the values need more than the 4 GiB that there can be */
  constructor(
    private readonly sink: VcdSink,
    private readonly nets: NetSlots,
  ) {
    const { widths, words } = nets;
    const count = words.length;
    this.spans = wordSpans(words);
    const valueBytes = 4 * widths.reduce((sum, width) => sum + wordCount(width), 0);
    // All values, a number each, a time, and an edge of a clock.
    this.most = batch + valueBytes + 4 * count + 64;

    const map = new MemoryMap();
    const slots = map.part(slotTable(count));
    const wordBytes = (4 * this.spans.length + 15) & ~15;
    this.wordsAt = map.part(wordBytes);
    this.beforeAt = map.part(wordBytes);
    const owners = map.part(wordBytes);
    const lists = map.part(wordBytes + valueBytes);
    const marks = map.part(8 * Math.ceil(count / 64));
    const values = map.part(valueBytes);
    this.recordsAt = map.part(this.most);
    this.used = this.recordsAt;
    const places = { slots, words: this.wordsAt, wordsEnd: this.wordsAt + wordBytes, before: this.beforeAt };
    this.kernel = new VcdKernel(map.bytes, widths, { ...places, owners, marks });
    this.values = this.locate(slots, values);
    this.own(owners, lists);
    this.lines = new VcdLines(sink, widths, this.most);
  }

  /** A line of ASCII text, without its newline, of any length. Only before the first changes. */
  text(line: string): void {
    this.handOn();
    this.lines.text(line);
  }

  /** `#time`, a whole number from 0 to 2^53 − 1. */
  time(time: number): void {
    const { cells } = this.kernel;
    const at = this.used / 4;
    double[0] = time;
    cells[at] = 0xffffffff;
    cells[at + 1] = halves[0] ?? 0;
    cells[at + 2] = halves[1] ?? 0;
    this.grow(12);
  }

  /** All values as they are. */
  all(): void {
    this.fetch();
    this.grow(this.kernel.all(this.used) - this.used);
    this.kernel.bytes.copyWithin(this.beforeAt, this.wordsAt, this.wordsAt + 4 * this.spans.length);
  }

  /**
   * The values that changed since they were written last, after `#time` where `stamps` says so.
   * @returns whether there were any
   */
  changes(time: number, stamps: boolean): boolean {
    this.fetch();
    const size = this.kernel.changes(time, stamps ? 1 : 0, this.used) - this.used;
    this.grow(size);
    return size > 0;
  }

  /** The value that was written last of a slot of one bit. */
  bit(slot: number): number {
    return this.kernel.cells[this.values[slot] ?? 0] ?? 0;
  }

  /** `0!` or `1!`, of a slot of one bit. */
  setBit(slot: number, bit: 0 | 1): void {
    const { cells } = this.kernel;
    cells[this.values[slot] ?? 0] = bit;
    // Whatever the word is next time, it is looked at: it may be what it was before this.
    const place = this.spans.places[slot] ?? 0;
    cells[this.beforeAt / 4 + place] = ~(cells[this.wordsAt / 4 + place] ?? 0);
    cells[this.used / 4] = slot;
    cells[this.used / 4 + 1] = bit;
    this.grow(8);
  }

  /** Hands everything to the sink. What a sink refuses is not offered again. */
  flush(): void {
    this.handOn();
    if (this.thread) this.thread.flush();
    else this.lines.flush();
  }

  /** Like `flush`, and ends the thread where there is one. Nothing may follow. */
  end(): void {
    try {
      this.flush();
    } finally {
      this.thread?.end();
    }
  }

  private grow(bytes: number): void {
    this.used += bytes;
    if (this.used >= this.recordsAt + batch) this.handOn();
  }

  private handOn(): void {
    const records = this.kernel.bytes.subarray(this.recordsAt, this.used);
    this.used = this.recordsAt;
    if (records.length === 0) return;
    this.handedOn += records.length;
    if (!this.thread && this.handedOn > longTrace && threadable(this.sink)) {
      this.lines.flush();
      this.thread = new VcdThread(this.sink.handOver(), this.nets.widths, this.most);
    }
    (this.thread ?? this.lines).take(records);
  }

  private fetch(): void {
    const { cells } = this.kernel;
    for (const { words, at } of this.spans.pieces) {
      if (words.length === 0) throw new RangeError("the memory of the traced signals has moved");
      cells.set(words, this.wordsAt / 4 + at);
    }
  }

  private locate(slots: number, valuesAt: number): Int32Array {
    let value = valuesAt / 4;
    return Int32Array.from(this.nets.widths, (width, slot) => {
      const own = value;
      this.kernel.locate(slots, slot, this.wordsAt + 4 * (this.spans.places[slot] ?? 0), 4 * own);
      value += wordCount(width);
      return own;
    });
  }

  /** Writes which slots each word belongs to: more than one where nets share their place. */
  private own(ownersAt: number, listsAt: number): void {
    const { cells } = this.kernel;
    const slotsOfWord: number[][] = Array.from({ length: this.spans.length }, () => []);
    this.nets.widths.forEach((width, slot) => {
      const first = this.spans.places[slot] ?? 0;
      for (let i = 0; i < wordCount(width); i++) slotsOfWord[first + i]?.push(slot);
    });
    let entry = listsAt / 4;
    slotsOfWord.forEach((slots, word) => {
      const [only] = slots;
      if (slots.length === 1 && only !== undefined) cells[ownersAt / 4 + word] = ~only;
      else {
        cells[ownersAt / 4 + word] = 4 * entry;
        cells.set([slots.length, ...slots], entry);
        entry += 1 + slots.length;
      }
    });
  }
}
