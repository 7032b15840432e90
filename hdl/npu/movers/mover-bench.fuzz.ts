import { expect } from "vitest";
import type { Random } from "../../../testbench/bench/random.ts";

/** An instruction that is done. */
export interface Done {
  readonly tag: number;
  readonly fault: string;
  readonly address: number;
}

/** What the load and the store unit have in common, as a testbench sees it. */
interface MoverUnit {
  readonly in: { readonly command: { valid: number; readonly ready: number; bits: number | bigint } };
  readonly out: {
    readonly done: number;
    readonly tag: number;
    readonly busy: number;
    readonly fault: { readonly valid: number; readonly reason: string; readonly address: number };
  };
}

/** Instructions for a data mover, one after the other with pauses by chance, and those that it is done with. */
export abstract class MoverBench {
  abstract readonly dut: MoverUnit;
  readonly done: Done[] = [];
  /** Instructions that the unit has accepted. */
  given = 0;
  private readonly queue: bigint[] = [];

  protected constructor(
    protected readonly random: Random,
    protected readonly stalls: number,
  ) {}

  abstract step(): void;

  /** Puts instructions into the queue before the unit. */
  push(...words: readonly bigint[]): void {
    this.queue.push(...words);
  }

  /** Empties the queue before the unit. */
  withdraw(): void {
    this.queue.splice(0);
    this.dut.in.command.valid = 0;
  }

  /** Runs until as many instructions are done, and the unit is idle. */
  finish(count: number): void {
    for (let cycles = 0; this.done.length < count; cycles++) {
      if (cycles > 50_000) throw new Error(`only ${this.done.length} of ${count} instructions were ever done`);
      this.step();
    }
    expect(this.dut.out.busy).toBe(0);
  }

  /** Whether something happens in this cycle that may be put off. */
  protected chance(): boolean {
    return !this.random.bool(this.stalls);
  }

  /** Offers the next instruction. */
  protected offer(): void {
    const { command } = this.dut.in;
    const [next] = this.queue;
    if (command.valid || next === undefined || !this.chance()) return;
    command.valid = 1;
    command.bits = next;
  }

  /** Notes what is done in this cycle; what is to follow its end. */
  protected note(): () => void {
    const { in: inputs, out } = this.dut;
    const { fault, tag } = out;
    if (out.done)
      this.done.push({
        tag,
        fault: fault.valid ? fault.reason : "None",
        address: fault.valid ? fault.address : 0,
      });
    else expect(fault.valid).toBe(0);
    const { command } = inputs;
    if (!command.valid || !command.ready) return () => {};
    return () => {
      this.given++;
      this.queue.shift();
      command.valid = 0;
    };
  }
}
