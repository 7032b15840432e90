/** Bytes that may move in a cycle, saved up for a beat where they are fewer, and shared by all who pay from them. */
export class Bandwidth {
  private credit = 0;
  private paid = -1;

  /** @throws RangeError unless there is more than 0 a cycle; `what` names it in the message */
  constructor(
    private readonly bytes: number,
    what: string,
  ) {
    if (!(bytes > 0)) throw new RangeError(`${what} is more than 0 bytes a cycle, not ${bytes}`);
  }

  /** Takes what a beat needs in this cycle, if it is there. */
  pay(bytes: number, cycle: number): boolean {
    if (this.bytes === Infinity) return true;
    if (cycle !== this.paid) {
      this.credit = Math.min(this.credit + this.bytes * (cycle - this.paid), Math.max(this.bytes, 2 * bytes));
      this.paid = cycle;
    }
    if (this.credit < bytes) return false;
    this.credit -= bytes;
    return true;
  }

  /** Gives back what was paid for a beat that did not come. */
  repay(bytes: number): void {
    if (this.bytes !== Infinity) this.credit += bytes;
  }

  get limited(): boolean {
    return this.bytes !== Infinity;
  }
}
