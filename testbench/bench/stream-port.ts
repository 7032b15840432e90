import type { Access } from "./access.ts";
import { activity } from "./activity.ts";
import { refuse } from "./leaf-value.ts";
import type { Pins } from "./pins.ts";
import type { Process, Wait } from "./process.ts";

/** A testbench's end of a stream: a `StreamSource` at an input of the design, a `StreamSink` at an output. */
export class StreamPort {
  /** Calls of `send` and `recv` whose process nobody ran. */
  idle = 0;
  private busy = false;
  private readonly sending: Wait;
  private readonly receiving: Wait;

  constructor(
    private readonly pins: Pins,
    readonly direction: "in" | "out",
    readonly name: string,
    private readonly validPin: Access,
    private readonly bitsPin: Access,
    private readonly readyPin: Access,
  ) {
    this.sending = { what: `send on ${name}`, why: () => `${name}.ready is ${readyPin.get()}` };
    this.receiving = { what: `recv on ${name}`, why: () => `${name}.valid is ${validPin.get()}` };
  }

  get valid(): unknown {
    return this.validPin.get();
  }
  set valid(value: unknown) {
    this.drive(this.validPin, value);
  }
  get bits(): unknown {
    return this.bitsPin.get();
  }
  set bits(value: unknown) {
    this.drive(this.bitsPin, value);
  }
  get ready(): unknown {
    return this.readyPin.get();
  }
  set ready(value: unknown) {
    this.drive(this.readyPin, value);
  }

  send(value: unknown): Process {
    if (this.direction === "out") return refuse(this.path("send"), "the design sends on it", "use recv");
    this.idle++;
    return this.sendOne(value);
  }

  recv(): Process<unknown> {
    if (this.direction === "in") return refuse(this.path("recv"), "the design receives on it", "use send");
    this.idle++;
    return this.recvOne();
  }

  private *sendOne(value: unknown): Process {
    this.start("send");
    try {
      this.drive(this.bitsPin, value);
      this.drive(this.validPin, 1);
      do yield this.sending;
      while (this.readyPin.get() !== 1);
      activity.events++;
    } finally {
      this.drive(this.validPin, 0);
      this.busy = false;
    }
  }

  private *recvOne(): Process<unknown> {
    this.start("recv");
    try {
      this.drive(this.readyPin, 1);
      do yield this.receiving;
      while (this.validPin.get() !== 1);
      activity.events++;
      return this.bitsPin.get();
    } finally {
      this.drive(this.readyPin, 0);
      this.busy = false;
    }
  }

  private start(what: "send" | "recv"): void {
    this.idle--;
    if (this.busy)
      refuse(this.path(what), `another process is in the middle of a ${what}`, `let one process at a time ${what}`);
    this.busy = true;
  }

  /** A stream's own signals are no sign of progress, only its transfers are. */
  private drive(pin: Access, value: unknown): void {
    const { changes } = this.pins;
    pin.set(value);
    this.pins.changes = changes;
  }

  private path(what: string): string {
    return `${this.direction}.${this.name}.${what} of ${this.pins.moduleName}`;
  }
}
