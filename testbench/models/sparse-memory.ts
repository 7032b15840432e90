/** Bytes of a page: a power of two, at least the widest beat. */
const pageBytes = 65_536;

const noPage = new Uint8Array(pageBytes);

interface Page {
  readonly bytes: Uint8Array;
  readonly words: Uint32Array;
}

/** A memory of bytes at addresses from 0 to 2^53 − 1 that takes room only where it was written; the rest reads as 0. */
export class SparseMemory {
  private readonly pages = new Map<number, Page>();
  private last: Page | null = null;
  private lastNumber = -1;

  /** Writes bytes from `address` on. */
  write(address: number, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) {
      const at = (address + done) % pageBytes;
      const part = bytes.subarray(done, done + pageBytes - at);
      this.page(address + done).bytes.set(part, at);
      done += part.length;
    }
  }

  /** A copy of `length` bytes from `address` on. */
  read(address: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const at = (address + done) % pageBytes;
      const part = Math.min(length - done, pageBytes - at);
      const page = this.find(address + done);
      if (page) bytes.set(page.bytes.subarray(at, at + part), done);
      done += part;
    }
    return bytes;
  }

  byte(address: number): number {
    return this.find(address)?.bytes[address % pageBytes] ?? 0;
  }

  setByte(address: number, byte: number): void {
    this.page(address).bytes[address % pageBytes] = byte;
  }

  /** Reads a beat of `bytes` bytes at a multiple of that size into little-endian words. */
  readBeat(address: number, bytes: number, into: Uint32Array): void {
    const page = this.find(address);
    const at = address % pageBytes;
    if (!page) into.fill(0);
    else if (bytes >= 4) for (let i = 0; i < into.length; i++) into[i] = page.words[(at >> 2) + i] ?? 0;
    else into[0] = (page.bytes[at] ?? 0) | (bytes === 2 ? (page.bytes[at + 1] ?? 0) << 8 : 0);
  }

  /** Writes those bytes of a beat whose bit in `strobe` is 1. */
  writeBeat(address: number, bytes: number, words: Uint32Array, strobe: Uint32Array): void {
    const page = this.page(address);
    const at = address % pageBytes;
    for (let i = 0; i < bytes; i += 4) {
      const lanes = ((strobe[i >> 5] ?? 0) >>> (i & 31)) & (bytes < 4 ? 2 ** bytes - 1 : 15);
      const word = words[i >> 2] ?? 0;
      if (lanes === 15) page.words[(at + i) >> 2] = word;
      else for (let j = 0; j < 4; j++) if ((lanes >> j) & 1) page.bytes[at + i + j] = word >>> (8 * j);
    }
  }

  /** The lowest address of which the two do not hold the same; null where there is none. */
  firstDifference(other: SparseMemory): number | null {
    const numbers = new Set([...this.pages.keys(), ...other.pages.keys()]);
    for (const number of [...numbers].sort((a, b) => a - b)) {
      const [a = noPage, b = noPage] = [this.pages.get(number)?.bytes, other.pages.get(number)?.bytes];
      if (Buffer.compare(a, b) === 0) continue;
      return number * pageBytes + a.findIndex((byte, i) => byte !== b[i]);
    }
    return null;
  }

  private find(address: number): Page | null {
    const number = Math.floor(address / pageBytes);
    if (number !== this.lastNumber) {
      const page = this.pages.get(number);
      if (!page) return null;
      this.last = page;
      this.lastNumber = number;
    }
    return this.last;
  }

  private page(address: number): Page {
    const found = this.find(address);
    if (found) return found;
    const buffer = new ArrayBuffer(pageBytes);
    const page = { bytes: new Uint8Array(buffer), words: new Uint32Array(buffer) };
    this.pages.set(Math.floor(address / pageBytes), page);
    return page;
  }
}
