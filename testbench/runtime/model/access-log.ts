import { ProgramError } from "./program-error.ts";
import { type Clock, placeOf, type Step } from "./step.ts";

/** How an instruction touches a row. Additions may overtake each other, all else may not. */
export const accesses = ["read", "write", "add"] as const;
export type Access = (typeof accesses)[number];

/** Queues whose instructions touch a memory in the order of the queue, without any tokens. */
const inOrder = [false, true, true, false];

const conflicts: Readonly<Record<Access, readonly Access[]>> = {
  read: ["write", "add"],
  write: ["read", "write", "add"],
  add: ["read", "write"],
};

/** Finds rows of one memory of a tile that two instructions touch in no certain order. */
export class AccessLog {
  /** The last instruction of each queue that touched a row, by access and queue. */
  private readonly last: Readonly<Record<Access, readonly (Step | undefined)[][]>>;

  constructor(private readonly memory: string) {
    const queue = (): (Step | undefined)[] => [];
    const all = () => [queue(), queue(), queue(), queue()];
    this.last = { read: all(), write: all(), add: all() };
  }

  /** @throws ProgramError where the order of this access and one before is left to chance */
  note(step: Step, access: Access, from: number, rows: number): void {
    for (let row = from; row < from + rows; row++) {
      for (const kind of conflicts[access]) {
        for (let queue = 0; queue < 4; queue++) {
          const other = this.last[kind][queue]?.[row];
          if (!other || other === step || isOrdered(step, access, other)) continue;
          throw new ProgramError(
            `${this.memory} row ${row}: nothing orders the ${access} of ${placeOf(step)} after the ${kind} of ${placeOf(other)}; give them tokens`,
          );
        }
      }
      const own = this.last[access][step.queue];
      if (own) own[row] = step;
    }
  }
}

function isOrdered(step: Step, access: Access, other: Step): boolean {
  // What is added in the load queue waits for what it was given before.
  const inTurn = inOrder[step.queue] === true || access === "add";
  return (step.queue === other.queue && inTurn) || knows(step.before, other);
}

/** Whether a clock knows that a step is done. */
export function knows(clock: Clock, { tile, queue, number }: Step): boolean {
  return (clock[4 * tile + queue] ?? 0) > number;
}
