import { knows } from "./access-log.ts";
import { ProgramError } from "./program-error.ts";
import { placeOf, type Step } from "./step.ts";

/** Rows of bytes in DRAM. */
export interface DramRows {
  readonly address: number;
  readonly rows: number;
  readonly bytes: number;
  readonly stride: number;
}

interface Noted extends DramRows {
  readonly step: Step;
}

/** Finds bytes of the DRAM that instructions of any tiles touch in no certain order. */
export class DramLog {
  private readonly reads: Noted[] = [];
  private readonly writes: Noted[] = [];

  /** @throws ProgramError where the order of this access and one before is left to chance */
  note(step: Step, access: "read" | "write", rows: DramRows): void {
    this.check(step, access, rows, this.writes, "write");
    if (access === "write") this.check(step, access, rows, this.reads, "read");
    (access === "write" ? this.writes : this.reads).push({ ...rows, step });
  }

  private check(step: Step, access: string, rows: DramRows, earlier: readonly Noted[], kind: string): void {
    for (const other of earlier) {
      // Writes of one tile have one id on the bus, so that they keep their order.
      const together = other.step.tile === step.tile && other.step.queue === step.queue;
      if (together || !overlap(rows, other) || knows(step.before, other.step)) continue;
      throw new ProgramError(
        `DRAM from 0x${rows.address.toString(16)}: nothing orders the ${access} of ${placeOf(step)} after the ${kind} of ${placeOf(other.step)}; give them tokens or a fence`,
      );
    }
  }
}

function overlap(one: DramRows, other: DramRows): boolean {
  if (endOf(one) <= other.address || endOf(other) <= one.address) return false;
  for (let i = 0; i < one.rows; i++) {
    const from = one.address + i * one.stride;
    if (other.stride === 0) return true;
    const first = Math.max(0, Math.floor((from - other.bytes - other.address) / other.stride) + 1);
    const last = Math.min(other.rows, Math.ceil((from + one.bytes - other.address) / other.stride));
    if (first < last) return true;
  }
  return false;
}

const endOf = ({ address, rows, bytes, stride }: DramRows) => address + (rows - 1) * stride + bytes;
