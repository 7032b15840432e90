/** A packet that waits for its way into the network. */
export interface QueuedPacket {
  readonly destination: number;
  /** The cycle in which it was made. */
  readonly made: number;
  /** How many packets its flow had before it. */
  readonly sequence: number;
}

/** The packets of a node and class that wait to be sent, without limit. */
export class PacketQueue {
  private items: QueuedPacket[] = [];
  private first = 0;

  get length(): number {
    return this.items.length - this.first;
  }

  get front(): QueuedPacket | null {
    return this.items[this.first] ?? null;
  }

  push(packet: QueuedPacket): void {
    this.items.push(packet);
  }

  shift(): void {
    if (this.length === 0) throw new RangeError("no packet waits");
    this.first++;
    if (this.first < 1024 || 2 * this.first < this.items.length) return;
    this.items = this.items.slice(this.first);
    this.first = 0;
  }
}
