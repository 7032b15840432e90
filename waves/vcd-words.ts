/** Splits bytes into words at white space, across the pieces that they arrive in. Words are given as byte ranges. */
export class VcdWords {
  private bytes = new Uint8Array(0);
  private at = 0;
  private start = 0;

  /** @param line the line that the bytes begin in, and from then on that of the word last given */
  constructor(public line: number) {}

  /** Bytes that no complete word was made of yet. */
  rest(): Uint8Array {
    return this.bytes.subarray(this.start);
  }

  /** Adds a piece; a word cut off at the end of the one before continues in it. */
  push(piece: Uint8Array): void {
    const rest = this.rest();
    const joined = new Uint8Array(rest.length + piece.length);
    joined.set(rest);
    joined.set(piece, rest.length);
    this.at -= this.start;
    this.start = 0;
    this.bytes = joined;
  }

  /** Bytes of a word that is not complete yet, with what is still to be read after it. */
  get pending(): number {
    return this.bytes.length - this.start;
  }

  /**
   * Calls `word` with every complete word in turn until it says false; bytes after that word stay.
   * @param last whether a word that ends with the bytes is complete too
   */
  each(last: boolean, word: (bytes: Uint8Array, start: number, end: number) => boolean): boolean {
    const { bytes } = this;
    let { at, start, line } = this;
    let more = true;
    while (more) {
      if (at === start) {
        for (; start < bytes.length && (bytes[start] ?? 0) <= space; start++) if (bytes[start] === newline) line++;
        at = start;
      }
      while (at < bytes.length && (bytes[at] ?? 0) > space) at++;
      if (at === start || (at === bytes.length && !last)) break;
      this.line = line;
      more = word(bytes, start, at);
      start = at;
    }
    this.at = at;
    this.start = start;
    this.line = line;
    return more;
  }
}

const newline = 10;
const space = 32;
