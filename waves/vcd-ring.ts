/** Batches of records that may be on their way. */
const slots = 8;
const textBytes = 1024;
/** Milliseconds after which a taker that takes nothing is given up. */
const patience = 60_000;

/** Cells that the two sides share, before each batch's length and whether it is there. */
const Cell = { error: 0, lengths: 1, states: 1 + slots } as const;
const State = { free: 0, full: 1 } as const;
const cellCount = Cell.states + slots;
/** V8 copies shared memory byte by byte unless both sides are aligned alike. */
const aligned = (bytes: number): number => (bytes + 15) & ~15;
const batchesAt = aligned(4 * cellCount + textBytes);
/** Lengths that are none. */
const Length = { flush: -1, end: -2 } as const;

/** The memory behind a ring, to be given to the other thread. */
export interface RingMemory {
  readonly shared: SharedArrayBuffer;
  readonly most: number;
}

/** What is taken out of a ring: records, or a wish. */
export type RingItem = Uint8Array | "flush" | "end";

/** Batches of bytes from one thread to another, in order, and a line of text back when something goes wrong. */
export class VcdRing {
  private readonly cells: Int32Array;
  private readonly text: Uint8Array;
  private readonly bytes: Uint8Array;
  private at = 0;

  /** A ring for batches of at most so many bytes. */
  static memory(most: number): RingMemory {
    const rounded = aligned(most);
    return { shared: new SharedArrayBuffer(batchesAt + slots * rounded), most: rounded };
  }

  constructor(private readonly memory: RingMemory) {
    const { shared } = memory;
    this.cells = new Int32Array(shared, 0, cellCount);
    this.text = new Uint8Array(shared, 4 * cellCount, textBytes);
    this.bytes = new Uint8Array(shared, batchesAt);
  }

  /** Puts records or a wish in, when there is room. False where the other side does not answer. */
  put(item: RingItem): boolean {
    if (!this.await(this.at, State.free)) return false;
    if (typeof item !== "string") this.bytes.set(item, this.at * this.memory.most);
    this.cells[Cell.lengths + this.at] = typeof item === "string" ? Length[item] : item.length;
    this.pass(State.full);
    return true;
  }

  /** Waits until all that was put in has been dealt with. False where the other side does not answer. */
  drained(): boolean {
    for (let slot = 0; slot < slots; slot++) if (!this.await(slot, State.free)) return false;
    return true;
  }

  /** Waits for the next item and deals with it. */
  take(use: (item: RingItem) => void): void {
    this.await(this.at, State.full, Number.POSITIVE_INFINITY);
    const length = this.cells[Cell.lengths + this.at] ?? 0;
    const from = this.at * this.memory.most;
    if (length === Length.end) use("end");
    else use(length === Length.flush ? "flush" : this.bytes.subarray(from, from + length));
    this.pass(State.free);
  }

  /** What went wrong on the other side, in one line; null for nothing. */
  get error(): string | null {
    const length = Atomics.load(this.cells, Cell.error);
    return length === 0 ? null : Buffer.from(this.text.slice(0, length)).toString("utf8");
  }

  set error(line: string) {
    const encoded = Buffer.from(line).subarray(0, textBytes);
    this.text.set(encoded);
    Atomics.store(this.cells, Cell.error, encoded.length);
  }

  private pass(state: number): void {
    const cell = Cell.states + this.at;
    Atomics.store(this.cells, cell, state);
    Atomics.notify(this.cells, cell);
    this.at = (this.at + 1) % slots;
  }

  private await(slot: number, state: number, milliseconds = patience): boolean {
    const cell = Cell.states + slot;
    const other = state === State.free ? State.full : State.free;
    while (Atomics.load(this.cells, cell) === other)
      if (Atomics.wait(this.cells, cell, other, milliseconds) === "timed-out") return false;
    return true;
  }
}
