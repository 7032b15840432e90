import { formats } from "../../hdl/npu/isa/index.ts";
import type { Instruction } from "./instruction.ts";
import { neighbours, type TileKind } from "./model/queue-model.ts";

/** An instruction of a program being built, by its queue (0 load, 1 execute, 2 vector, 3 store) and its number there. */
export interface Placed {
  readonly queue: number;
  readonly number: number;
}

interface Entry {
  readonly instruction: Instruction;
  readonly tokens: Set<string>;
}

/** What is done, as a count for each queue, before an instruction begins and once it is done. */
interface Known {
  readonly entry: Entry;
  readonly before: readonly number[];
  readonly done: readonly number[];
}

const queueOf = { Load: 0, Execute: 1, Vector: 2, Store: 3 } as const;
const vector = queueOf.Vector;
const nothing: readonly number[] = [0, 0, 0, 0];

/**
 * Builds a program whose instructions are ordered by tokens: each says which ones it must come after, and gets the fewest
 * tokens that see to it.
 *
 * A queue is done with its instructions in their order, so knowing one to be done is knowing all before it. Tokens pass
 * between neighbours alone; to be ordered after an instruction farther away takes one in the queue between that knows of
 * it. Since both ends of each semaphore go through their instructions in order, every token is taken by the instruction
 * that it is meant for, and none are left at the end.
 */
export class ProgramBuilder {
  private readonly entries: Entry[] = [];
  private readonly queues: readonly Known[][] = [[], [], [], []];
  private fenced: readonly number[] = nothing;
  private readonly places: readonly number[];

  constructor(kind: TileKind = "compute") {
    this.places = neighbours[kind];
  }

  /** Adds an instruction of a queue that begins when all of `after` are done. Throws a RangeError where tokens cannot say so. */
  add(instruction: Instruction, after: readonly (Placed | null | undefined)[] = []): Placed {
    const queue = this.queueOf(instruction);
    const own = this.queues[queue] ?? [];
    const entry: Entry = { instruction, tokens: new Set() };
    const last = own.at(-1);
    let before = joined(this.fenced, last?.before ?? nothing);
    // The vector unit begins when the instruction before has written its last row.
    if (queue === vector && last) before = joined(before, last.done);

    const missing = after.filter((one) => one && !knows(before, one));
    const edges: (Placed | undefined)[] = [undefined, undefined];
    for (const one of missing) {
      if (!one) continue;
      const neighbour = this.neighbourThatKnows(queue, one);
      const side = neighbour.queue < queue ? 0 : 1;
      if ((edges[side]?.number ?? -1) < neighbour.number) edges[side] = neighbour;
    }
    for (const [side, edge] of edges.entries()) {
      if (!edge || knows(before, edge)) continue;
      const giver = this.at(edge);
      giver.entry.tokens.add(side === 0 ? "push_next" : "push_prev");
      entry.tokens.add(side === 0 ? "pop_prev" : "pop_next");
      before = joined(before, giver.done);
    }

    const number = own.length;
    const done = joined(before, last?.done ?? nothing).map((count, i) => (i === queue ? number + 1 : count));
    own.push({ entry, before, done });
    this.entries.push(entry);
    return { queue, number };
  }

  /** Adds an instruction of the controller; after a fence, all is known that its queues have done. */
  control(instruction: Instruction): void {
    this.entries.push({ instruction, tokens: new Set() });
    if (instruction.mnemonic !== "fence") return;
    const mask = Number(instruction.operands?.queues ?? 0);
    for (const [queue, own] of this.queues.entries())
      if (((mask >> queue) & 1) === 1) this.fenced = joined(this.fenced, own.at(-1)?.done ?? nothing);
  }

  /** The program, without a halt. */
  get program(): Instruction[] {
    return this.entries.map(({ instruction, tokens }) => ({
      ...instruction,
      set: [...(instruction.set ?? []), ...tokens],
    }));
  }

  /** The first instruction in the queue next to `queue`, on the way to the one asked for, that knows it to be done. */
  private neighbourThatKnows(queue: number, wanted: Placed): Placed {
    if (wanted.queue === queue) throw new RangeError(`nothing tells queue ${queue} that its own instruction is done`);
    const place = this.places.indexOf(queue);
    const next = this.places[wanted.queue < queue ? place - 1 : place + 1] ?? queue;
    if (next === wanted.queue) return wanted;
    const between = this.queues[next] ?? [];
    let [number, above] = [0, between.length]; // what is known only grows
    while (number < above) {
      const middle = (number + above) >> 1;
      if (between[middle] && knows(between[middle].done, wanted)) above = middle;
      else number = middle + 1;
    }
    if (number === between.length)
      throw new RangeError(`no instruction of queue ${next} knows of number ${wanted.number} of queue ${wanted.queue}`);
    return { queue: next, number };
  }

  private at({ queue, number }: Placed): Known {
    const known = this.queues[queue]?.[number];
    if (!known) throw new RangeError(`queue ${queue} has no instruction ${number}`);
    return known;
  }

  private queueOf({ mnemonic }: Instruction): number {
    const unit = formats.find((format) => format.mnemonic === mnemonic)?.unit;
    if (unit === undefined || unit === "Controller") throw new RangeError(`${mnemonic} goes to no queue`);
    return queueOf[unit];
  }
}

function joined(one: readonly number[], other: readonly number[]): readonly number[] {
  return one.map((count, i) => Math.max(count, other[i] ?? 0));
}

function knows(counts: readonly number[], { queue, number }: Placed): boolean {
  return (counts[queue] ?? 0) > number;
}
