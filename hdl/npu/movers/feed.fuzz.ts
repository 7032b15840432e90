/** The handshake of an input stream. */
interface Handshake {
  valid: number;
  readonly ready: number;
}

/** Items for an input stream, one after the other: each is offered until it is taken. */
export class Feed<T> {
  /** What is offered or still to come. */
  readonly items: T[] = [];

  constructor(
    private readonly port: Handshake,
    /** Puts an item onto the stream's bits. */
    private readonly show: (item: T) => void,
  ) {}

  /** Offers the first item where none is offered yet, if `chance` lets it. */
  offer(chance: () => boolean): void {
    const [next] = this.items;
    if (this.port.valid || next === undefined || !chance()) return;
    this.port.valid = 1;
    this.show(next);
  }

  /** Whether the item that is offered is taken in this cycle. */
  get isTaken(): boolean {
    return this.port.valid === 1 && this.port.ready === 1;
  }

  /** Leaves the first item behind. */
  advance(): void {
    this.items.shift();
    this.port.valid = 0;
  }

  /** Takes everything back. */
  withdraw(): void {
    this.items.splice(0);
    this.port.valid = 0;
  }
}

/** Takes a step, after which each feed leaves behind what was taken in it. */
export function stepWith(dut: { step(): void }, ...feeds: readonly Pick<Feed<unknown>, "isTaken" | "advance">[]): void {
  const taken = feeds.filter(({ isTaken }) => isTaken);
  dut.step();
  for (const feed of taken) feed.advance();
}
