import { expect } from "vitest";
import { Random } from "../../../testbench/bench/random.ts";
import type { DesignSim } from "../../../testbench/bench/sim.ts";
import { Dram, type DramTiming } from "../../../testbench/models/dram.ts";
import { channelConfig, type NpuConfig } from "../npu-config.ts";
import { Feed, stepWith } from "./feed.fuzz.ts";
import { TileMemories } from "./tile-memories.fuzz.ts";

/** An instruction that is done. */
export interface Done {
  readonly tag: number;
  readonly fault: string;
  readonly address: number;
}

/** What the load and the store unit have in common, as a testbench sees it. */
interface MoverUnit extends Pick<DesignSim, "engine" | "attach" | "step"> {
  readonly in: { readonly command: { valid: number; readonly ready: number; bits: number | bigint } };
  readonly out: {
    readonly done: number;
    readonly tag: number;
    readonly busy: number;
    readonly fault: { readonly valid: number; readonly reason: string; readonly address: number };
  };
}

/** What a data mover's bench is made of beside the unit. */
export interface MoverBenchOptions {
  readonly config: NpuConfig;
  /** The probability with which anything that can be put off is, in a cycle. */
  readonly stalls: number;
  readonly timing: Partial<DramTiming>;
  readonly seed: number;
}

/**
 * A data mover with a DRAM at its ports, and the memories of its tile: instructions for it, one after the other, and those
 * that it is done with. Everything stalls by chance.
 */
export abstract class MoverBench<Unit extends MoverUnit> {
  readonly done: Done[] = [];
  readonly dram: Dram;
  readonly memories: TileMemories;
  /** Instructions that the unit has accepted. */
  given = 0;
  protected readonly random: Random;
  private readonly instructions: Feed<bigint>;

  /** `ports`: the channels of the unit to DRAM. `filled`: the memories begin with random contents. */
  protected constructor(
    readonly dut: Unit,
    { config, stalls, timing, seed }: MoverBenchOptions,
    ports: readonly Parameters<Dram["port"]>[2][],
    filled: boolean,
  ) {
    this.random = new Random(seed + 17);
    this.chance = () => !this.random.bool(stalls);
    this.memories = new TileMemories(config, filled ? this.random : undefined);
    this.dram = new Dram({ seed, stalls, ...timing });
    for (const port of ports) dut.attach(this.dram.port(dut.engine, channelConfig(config, 0), port));
    const { command } = dut.in;
    this.instructions = new Feed(command, (word: bigint) => {
      command.bits = word;
    });
  }

  /** Whether something happens in this cycle that may be put off. */
  protected readonly chance: () => boolean;

  abstract step(): void;

  /** Puts instructions into the queue before the unit. */
  push(...words: readonly bigint[]): void {
    this.instructions.items.push(...words);
  }

  /** Empties the queue before the unit. */
  withdraw(): void {
    this.instructions.withdraw();
  }

  /** Runs until as many instructions are done, and the unit is idle. */
  finish(count: number): void {
    for (let cycles = 0; this.done.length < count; cycles++) {
      if (cycles > 50_000) throw new Error(`only ${this.done.length} of ${count} instructions were ever done`);
      this.step();
    }
    expect(this.dut.out.busy).toBe(0);
  }

  /** Offers the next instruction. */
  protected offer(): void {
    this.instructions.offer(this.chance);
  }

  /** Notes what is done in this cycle and takes the step, after which feeds leave behind what was taken. */
  protected end(...feeds: Parameters<typeof stepWith>[1][]): void {
    const { fault, tag, done } = this.dut.out;
    if (done)
      this.done.push({
        tag,
        fault: fault.valid ? fault.reason : "None",
        address: fault.valid ? fault.address : 0,
      });
    else expect(fault.valid).toBe(0);
    if (this.instructions.isTaken) this.given++;
    stepWith(this.dut, this.instructions, ...feeds);
  }
}
