import { wordCount } from "./trace.ts";
import { MemoryMap, slotTable, VcdKernel } from "./vcd-kernel.ts";
import type { VcdSink } from "./vcd-sink.ts";

/** Bytes of lines that are written together. */
const batch = 1 << 20;

/** Writes records of changes (see vcd-encoder.wat) as the lines of a VCD to a sink. */
export class VcdLines {
  private readonly kernel: VcdKernel;
  private readonly recordsAt: number;
  private readonly linesAt: number;
  private used: number;

  /** @param most bytes of the records that are handed over at once */
  constructor(
    private readonly sink: Pick<VcdSink, "write">,
    widths: ArrayLike<number>,
    most: number,
  ) {
    let widest = 1;
    for (let slot = 0; slot < widths.length; slot++) widest = Math.max(widest, wordCount(widths[slot] ?? 1));
    const map = new MemoryMap();
    const slots = map.part(slotTable(widths.length));
    this.recordsAt = map.part(most);
    // The last line of a batch may be the longest, and the kernel stores a little beyond it.
    this.linesAt = map.part(batch + 32 * widest + 128);
    this.used = this.linesAt;
    const none = { words: 0, wordsEnd: 0, before: 0, owners: 0, marks: 0 };
    this.kernel = new VcdKernel(map.bytes, widths, { slots, ...none });
  }

  /** A line of ASCII text, without its newline, of any length. */
  text(line: string): void {
    const encoded = Buffer.from(`${line}\n`, "latin1");
    if (this.used + encoded.length > this.linesAt + batch) this.flush();
    if (encoded.length > batch) {
      this.sink.write(encoded);
      return;
    }
    this.kernel.bytes.set(encoded, this.used);
    this.used += encoded.length;
  }

  take(records: Uint8Array): void {
    const { kernel, recordsAt, linesAt } = this;
    kernel.bytes.set(records, recordsAt);
    const end = recordsAt + records.length;
    for (let at = recordsAt; at < end; at = kernel.next()) {
      if (this.used >= linesAt + batch) this.flush();
      this.used = kernel.lines(at, end, this.used, linesAt + batch);
    }
  }

  /** Hands everything to the sink. What a sink refuses is not offered again. */
  flush(): void {
    const { used } = this;
    this.used = this.linesAt;
    if (used > this.linesAt) this.sink.write(this.kernel.bytes.subarray(this.linesAt, used));
  }
}
