import type { Random } from "../../bench/random.ts";
import { SparseMemory } from "../../models/sparse-memory.ts";
import type { Progress } from "../../progress.ts";
import type { DmaDevice, TransferStatus } from "./dma-device.ts";
import { carryOut, type ErrorRange } from "./expectation.ts";
import type { Transfer } from "./transfer.ts";

/** A transfer with the errors that the memory gives while it runs. */
export interface Job {
  readonly transfer: Transfer;
  readonly errors: readonly ErrorRange[];
}

export interface JobResult {
  readonly status: TransferStatus;
  /** From the hand-over of the descriptor to its status. */
  readonly cycles: number;
}

/** The DMA engine against a model of what each transfer is to do, by the byte. */
export class DmaBench {
  /** What the memory is to hold. */
  private readonly expected = new SparseMemory();

  constructor(readonly device: DmaDevice) {}

  /** Fills bytes with random ones. */
  fill(random: Random, address: number, bytes: number): void {
    const words = Uint32Array.from({ length: Math.ceil(bytes / 4) }, () => random.int32());
    this.load(address, new Uint8Array(words.buffer, 0, bytes));
  }

  load(address: number, bytes: Uint8Array): void {
    this.device.dram.memory.write(address, bytes);
    this.expected.write(address, bytes);
  }

  /**
   * Runs jobs one after the other and compares all of the memory after each. Returns the results up to the first job
   * that goes wrong, and what is wrong with it.
   */
  async run(jobs: readonly Job[], progress: Progress): Promise<{ results: JobResult[]; failure: string | null }> {
    const { device } = this;
    const results: JobResult[] = [];
    for (const [number, job] of jobs.entries()) {
      const start = device.dut.cycle;
      device.dram.fail(...job.errors);
      const status = await device.run(job.transfer, progress);
      results.push({ status, cycles: device.dut.cycle - start });
      const wrong = this.wrong(job, status);
      if (wrong !== null) return { results, failure: `job ${number}: ${wrong}` };
    }
    return { results, failure: null };
  }

  /** What is wrong with a job that has run. Afterwards the model holds what the memory does. */
  private wrong({ transfer, errors }: Job, status: TransferStatus): string | null {
    const { config, dram, lastTag } = this.device;
    const history = new Map<number, Set<number>>();
    const expected = carryOut(transfer, this.expected, config, errors, (address, before, after) => {
      const values = history.get(address) ?? new Set([before]);
      history.set(address, values.add(after));
    });
    if (status.error !== expected.error) return `its status says ${status.error}, ${expected.error} is expected`;
    if (status.address !== expected.address)
      return `its status says an error at 0x${status.address.toString(16)}, 0x${expected.address.toString(16)} is expected`;
    if (status.interrupt !== transfer.interrupt || status.tag !== lastTag)
      return "its status has another interrupt or tag than its descriptor";
    const whole = expected.error === "None" || transfer.onError === "continue";
    if (whole ? status.bytes !== expected.bytes : status.bytes > expected.bytes)
      return `its status says ${status.bytes} bytes, ${expected.bytes} are expected`;
    if (!whole) this.settleForWhatIs(history);

    const different = this.expected.firstDifference(dram.memory);
    if (different === null) return null;
    const [got, want] = [dram.memory.byte(different), this.expected.byte(different)];
    return `the byte at 0x${different.toString(16)} is ${got}, ${want} is expected`;
  }

  /** After an early end each byte is as before, or as some row left it: the model takes over which. */
  private settleForWhatIs(history: ReadonlyMap<number, ReadonlySet<number>>): void {
    const { memory } = this.device.dram;
    for (const [address, values] of history) {
      const byte = memory.byte(address);
      if (values.has(byte)) this.expected.setByte(address, byte);
    }
  }
}
