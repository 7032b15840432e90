/** What all inputs were in every cycle, as what changed from cycle to cycle. */
export class InputLog {
  /** The inputs at the last edge that was recorded. */
  private readonly last: Uint32Array;
  /** One set of changes after the other: number of the word, its value. */
  private entries = new Uint32Array(1024);
  private used = 0;
  /** By set: the cycle at whose edge it was first seen, and where it ends in `entries`. */
  private cycles: number[] = [];
  private ends: number[] = [];
  /** Sets that were forgotten. Positions count them too. */
  private forgotten = 0;

  /** @param views the words of each input */
  constructor(private readonly views: readonly Uint32Array[]) {
    this.last = this.current();
  }

  /** Sets so far: the position of the next one. */
  get position(): number {
    return this.forgotten + this.cycles.length;
  }

  /** Bytes that the sets take. */
  get bytes(): number {
    return 4 * this.used + 16 * this.cycles.length;
  }

  /** A copy of all inputs as they are now. */
  current(): Uint32Array {
    const copy = new Uint32Array(this.views.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const view of this.views) {
      copy.set(view, at);
      at += view.length;
    }
    return copy;
  }

  /** Sets all inputs to a copy. */
  write(copy: Uint32Array): void {
    let at = 0;
    for (const view of this.views) {
      view.set(copy.subarray(at, at + view.length));
      at += view.length;
    }
  }

  /** Notes what changed since the last time, at the edge that ends a cycle. */
  record(cycle: number): void {
    const { views, last } = this;
    const before = this.used;
    let word = 0;
    for (let v = 0; v < views.length; v++) {
      const view = views[v];
      if (!view) continue;
      for (let i = 0; i < view.length; i++, word++) {
        const value = view[i] ?? 0;
        if (value === last[word]) continue;
        last[word] = value;
        this.push(word, value);
      }
    }
    if (this.used === before) return;
    this.cycles.push(cycle);
    this.ends.push(this.used);
  }

  /** The cycle of the set at a position; infinity beyond the last one. */
  cycleAt(position: number): number {
    return this.cycles[position - this.forgotten] ?? Number.POSITIVE_INFINITY;
  }

  /** Sets the inputs that the set at a position changed. */
  apply(position: number): void {
    const set = position - this.forgotten;
    const from = set === 0 ? 0 : (this.ends[set - 1] ?? 0);
    const to = this.ends[set] ?? from;
    for (let at = from; at < to; at += 2) this.writeWord(this.entries[at] ?? 0, this.entries[at + 1] ?? 0);
  }

  /** Forgets all sets before a position. */
  forgetBefore(position: number): void {
    const sets = position - this.forgotten;
    if (sets <= 0) return;
    const from = this.ends[sets - 1] ?? 0;
    this.entries.copyWithin(0, from, this.used);
    this.used -= from;
    this.cycles = this.cycles.slice(sets);
    this.ends = this.ends.slice(sets).map((end) => end - from);
    this.forgotten = position;
  }

  private writeWord(word: number, value: number): void {
    let first = 0;
    for (const view of this.views) {
      if (word < first + view.length) {
        view[word - first] = value;
        return;
      }
      first += view.length;
    }
  }

  private push(word: number, value: number): void {
    if (this.used + 2 > this.entries.length) {
      const larger = new Uint32Array(2 * this.entries.length);
      larger.set(this.entries);
      this.entries = larger;
    }
    this.entries[this.used++] = word;
    this.entries[this.used++] = value;
  }
}
