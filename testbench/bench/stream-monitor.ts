import { isDeepStrictEqual } from "node:util";
import { SimulationError } from "../../sim/engine.ts";
import { daemon, type ProcessFunction } from "./process.ts";
import { textOf } from "./value-text.ts";

/** One value that moved over a stream, and the cycle in which both `valid` and `ready` were 1. */
export interface Transfer<V> {
  readonly cycle: number;
  readonly value: V;
}

/** A testbench's end of a stream as a monitor sees it. */
export interface WatchedStream<V> {
  readonly name: string;
  readonly valid: number;
  readonly ready: number;
  readonly bits: V;
}

/** A value offered on a stream was taken back or changed before it was taken. */
export class ProtocolError extends SimulationError {
  override readonly name = "ProtocolError";
}

/**
 * Records every transfer of a stream, at an input or an output of a design, without driving anything, and holds whoever
 * drives it to the protocol: from the cycle in which `valid` is 1 until the transfer, `valid` stays 1 and `bits` stay
 * as they are. Run its `process` beside the others; it ends with them.
 */
export class StreamMonitor<V> {
  readonly transfers: Transfer<V>[] = [];
  /** For `run`. @throws ProtocolError in the cycle in which the protocol is broken */
  readonly process: ProcessFunction;

  /** `onTransfer` hears of every transfer in its cycle. */
  constructor(
    private readonly dut: { readonly cycle: number },
    private readonly stream: WatchedStream<V>,
    private readonly onTransfer: (transfer: Transfer<V>) => void = () => {},
  ) {
    const watch = this.watch.bind(this);
    this.process = daemon(function* monitor() {
      for (;;) {
        yield;
        watch();
      }
    });
  }

  private offered: { readonly value: V } | null = null;

  private watch(): void {
    const { stream, offered } = this;
    const { cycle } = this.dut;
    if (stream.valid !== 1) {
      this.offered = null;
      if (offered) this.broken(`valid fell in cycle ${cycle} while ${textOf(offered.value)} was not yet taken`);
      return;
    }
    const value = stream.bits;
    if (offered && !isDeepStrictEqual(offered.value, value))
      this.broken(
        `bits changed from ${textOf(offered.value)} to ${textOf(value)} in cycle ${cycle} before it was taken`,
      );
    this.offered = stream.ready === 1 ? null : { value };
    if (this.offered) return;
    const transfer = { cycle, value };
    this.transfers.push(transfer);
    this.onTransfer(transfer);
  }

  private broken(problem: string): never {
    throw new ProtocolError(`${this.stream.name}: ${problem}; hold valid and bits until ready is 1`);
  }
}
