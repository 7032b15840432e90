import type { AxiConfig } from "../../hdl/index.ts";
import { axiResponses } from "../../hdl/npu/axi.ts";
import type { Engine } from "../../sim/index.ts";
import { Random } from "../bench/random.ts";
import { Bandwidth } from "./bandwidth.ts";
import { DramPort, type DramPortNames } from "./dram-port.ts";
import { SparseMemory } from "./sparse-memory.ts";

/** How a DRAM behaves. */
export interface DramTiming {
  /** Cycles from a burst's address to its first beat, and from a write's last beat to its response; at least 1. */
  readonly latency: number;
  /** Bytes a cycle, of reads and writes together and over all ports; at most Infinity. */
  readonly bandwidth: number;
  /** Bytes a cycle of the read channels of each port, and of the write channels; at most Infinity. */
  readonly channelBandwidth: number;
  /** Bytes of a row, banks, and cycles more when a burst's row is not the one open in its bank. */
  readonly rowBytes: number;
  readonly banks: number;
  readonly rowMiss: number;
  /** How likely each ready, and each valid that is not given yet, is held back in a cycle: 0 to below 1. */
  readonly stalls: number;
  /** Bursts of each direction that a port takes before the first is done. */
  readonly outstanding: number;
  /** Bursts of different ids are answered in random order; those of one id always in theirs. */
  readonly reorder: boolean;
  /** The bytes it has, from `base` on; others are answered with a decode error. */
  readonly base: number;
  readonly bytes: number;
  readonly seed: number;
}

/** An error that the DRAM is to give: for beats that overlap some bytes, or for the n-th beat from now on, from 0. */
export type DramFault = { readonly on: "read" | "write"; readonly response?: number } & (
  | { readonly address: number; readonly bytes: number }
  | { readonly beat: number }
);

export const dramTiming: DramTiming = {
  latency: 100,
  bandwidth: Infinity,
  channelBandwidth: Infinity,
  rowBytes: 2048,
  banks: 8,
  rowMiss: 0,
  stalls: 0,
  outstanding: 64,
  reorder: false,
  base: 0,
  bytes: 2 ** 32,
  seed: 0,
};

/**
 * A DRAM behind one or more AXI ports. It sees and drives nothing but their handshakes; its contents are open to the
 * testbench at any time through `memory`. A beat answered with an error reads as it is and is not written.
 */
export class Dram {
  readonly memory = new SparseMemory();
  readonly timing: DramTiming;
  readonly random: Random;
  /** Beats read and written so far, over all ports. */
  readonly beats = { read: 0, write: 0 };
  private faults: (DramFault & { readonly from: number })[] = [];
  private readonly openRows = new Map<number, number>();
  private readonly shared: Bandwidth;

  /** @throws RangeError for a number that is out of range */
  constructor(timing: Partial<DramTiming> = {}) {
    this.timing = Object.freeze({ ...dramTiming, ...timing });
    const { latency, stalls, outstanding, rowBytes, banks, rowMiss } = this.timing;
    const wholes = { latency, outstanding, rowBytes, banks };
    for (const [name, value] of Object.entries(wholes))
      if (!Number.isSafeInteger(value) || value < 1)
        throw new RangeError(`a DRAM's ${name} is a whole number from 1, not ${value}`);
    this.shared = new Bandwidth(this.timing.bandwidth, "a DRAM's bandwidth");
    this.channel();
    if (!(stalls >= 0 && stalls < 1))
      throw new RangeError(`a DRAM stalls with probability 0 to below 1, not ${stalls}`);
    if (!Number.isSafeInteger(rowMiss) || rowMiss < 0)
      throw new RangeError(`a row miss costs a whole number of cycles from 0, not ${rowMiss}`);
    this.random = new Random(this.timing.seed);
  }

  /** A port of the DRAM, to be attached to the simulation of which `engine` is. */
  port(engine: Engine, config: AxiConfig, names: DramPortNames): DramPort {
    return new DramPort(this, engine, config, names);
  }

  /** Sets the errors to give from now on, instead of those before. */
  fail(...faults: readonly DramFault[]): void {
    this.faults = faults.map((fault) => ({ ...fault, from: this.beats[fault.on] }));
  }

  /** The response to the next beat read or written, at a multiple of its `bytes`. */
  respond(on: "read" | "write", address: number, bytes: number): number {
    const number = this.beats[on]++;
    if (address < this.timing.base || address + bytes > this.timing.base + this.timing.bytes)
      return axiResponses.decodeError;
    const fault = this.faults.find((one) => {
      if (one.on !== on) return false;
      if ("beat" in one) return number === one.from + one.beat;
      return one.address < address + bytes && address < one.address + one.bytes;
    });
    return fault ? (fault.response ?? axiResponses.subordinateError) : axiResponses.okay;
  }

  /** Cycles more for a burst at this address, whose row is open afterwards. */
  openRow(address: number): number {
    const { rowBytes, banks, rowMiss } = this.timing;
    if (rowMiss === 0) return 0;
    const row = Math.floor(address / rowBytes);
    const bank = row % banks;
    if (this.openRows.get(bank) === row) return 0;
    this.openRows.set(bank, row);
    return rowMiss;
  }

  /** The bandwidth of one direction of a port, to be paid from as well as that of all ports. */
  channel(): Bandwidth {
    return new Bandwidth(this.timing.channelBandwidth, "the bandwidth of a DRAM's channel");
  }

  /** Takes the bandwidth of a beat of a channel in this cycle, if it is there. */
  pay(channel: Bandwidth, bytes: number, cycle: number): boolean {
    if (!channel.pay(bytes, cycle)) return false;
    if (this.shared.pay(bytes, cycle)) return true;
    channel.repay(bytes);
    return false;
  }

  /** Gives back what was paid for a beat that did not come. */
  repay(channel: Bandwidth, bytes: number): void {
    channel.repay(bytes);
    this.shared.repay(bytes);
  }

  /** Whether any beat may have to wait for bandwidth. */
  get limited(): boolean {
    return this.shared.limited || this.timing.channelBandwidth !== Infinity;
  }

  stalled(): boolean {
    const { stalls } = this.timing;
    return stalls > 0 && this.random.bool(stalls);
  }
}
