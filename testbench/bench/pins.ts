import { SimulationError } from "../../sim/engine.ts";
import type { EngineFace } from "../../sim/index.ts";
import type { RowCopier } from "./row-code.ts";
import { sideBySide } from "./side-by-side.ts";

/** One input port of the netlist as a testbench drives it. */
export interface InputPin {
  readonly words: Uint32Array;
  /** What `words` will be once held writes are applied. */
  readonly held: Uint32Array;
  waiting: boolean;
}

/** Words of up to 32 bits each that are handled together: the leaves of a structure. */
export interface Row {
  readonly views: readonly Uint32Array[];
  /** All of them: one view where they are side by side in memory, a copy that is made when it is looked at where not. */
  readonly words: Uint32Array;
  readonly isCopy: boolean;
}

/** Input ports that are driven together. */
export interface RowPin extends Row {
  /** What is to be driven next, written before `driveRow`, which swaps it with `held` where writes are held back. */
  next: Uint32Array;
  held: Uint32Array;
  waiting: boolean;
  readonly copy: RowCopier;
}

/**
 * The ports of a running design: writes go straight to the engine or, while processes run, are held back until all of
 * them have looked at the values before the edge.
 */
export class Pins {
  /** Inputs that were given another value than before. */
  changes = 0;
  /** A cycle of the past is looked at, in which nothing can be driven. */
  frozen = false;
  private holding = false;
  /** The first `waitingCount` are pins with held writes. */
  private readonly waiting: InputPin[] = [];
  private waitingCount = 0;
  private readonly waitingRows: RowPin[] = [];
  private waitingRowCount = 0;

  constructor(
    readonly engine: EngineFace,
    readonly moduleName: string,
  ) {}

  input(port: string): InputPin {
    const words = this.engine.input(port);
    return { words, held: new Uint32Array(words.length), waiting: false };
  }

  row(ports: readonly string[], copy: RowCopier): RowPin {
    const row = rowOf(ports.map((port) => this.engine.input(port)));
    const { length } = row.words;
    return { ...row, next: new Uint32Array(length), held: new Uint32Array(length), waiting: false, copy };
  }

  hold(): void {
    this.holding = true;
  }

  /** Writes what was held back, all at once, and holds nothing back any more. */
  apply(): void {
    this.holding = false;
    if (this.waitingCount + this.waitingRowCount === 0) return;
    for (let i = 0; i < this.waitingCount; i++) {
      const pin = this.waiting[i];
      if (!pin) continue;
      copy(pin.held, pin.words);
      pin.waiting = false;
    }
    this.waitingCount = 0;
    for (let i = 0; i < this.waitingRowCount; i++) {
      const pin = this.waitingRows[i];
      if (!pin) continue;
      store(pin, pin.held);
      pin.waiting = false;
    }
    this.waitingRowCount = 0;
    this.engine.touch();
  }

  /** Drives a port of up to 32 bits. */
  drive(pin: InputPin, bits: number): void {
    if (this.frozen) this.refuse();
    if (this.holding) {
      if ((pin.waiting ? pin.held[0] : pin.words[0]) === bits) return;
      pin.held[0] = bits;
      this.wait(pin);
    } else {
      if (pin.words[0] === bits) return;
      pin.words[0] = bits;
      this.engine.touch();
    }
    this.changes++;
  }

  /** Drives a port of any width. */
  driveWide(pin: InputPin, bits: bigint): void {
    if (this.frozen) this.refuse();
    const into = this.holding ? pin.held : pin.words;
    if (this.holding && !pin.waiting) copy(pin.words, pin.held);
    let changed = false;
    let rest = bits;
    for (let i = 0; i < into.length; i++) {
      const word = Number(rest & 0xffffffffn);
      changed ||= into[i] !== word;
      into[i] = word;
      rest >>= 32n;
    }
    if (!changed) return;
    this.changes++;
    if (this.holding) this.wait(pin);
    else this.engine.touch();
  }

  /** The words of a row as they are or, where some are held back for it, as they will be. */
  comingWords(pin: RowPin): Uint32Array {
    return this.holding && pin.waiting ? pin.held : wordsOf(pin);
  }

  /** Drives a row with the words of its `next`; `differs` says whether they are others than the coming ones. */
  driveRow(pin: RowPin, differs: boolean): void {
    if (this.frozen) this.refuse();
    if (!differs) return;
    this.changes++;
    const { next } = pin;
    if (!this.holding) {
      store(pin, next);
      this.engine.touch();
      return;
    }
    pin.next = pin.held;
    pin.held = next;
    if (pin.waiting) return;
    pin.waiting = true;
    this.waitingRows[this.waitingRowCount++] = pin;
  }

  private refuse(): never {
    throw new SimulationError(
      `[${this.moduleName}] an input is driven in cycle ${this.engine.cycle}, which is in the past; seek to the newest cycle to go on from there`,
    );
  }

  private wait(pin: InputPin): void {
    if (pin.waiting) return;
    pin.waiting = true;
    this.waiting[this.waitingCount++] = pin;
  }
}

/** For few words a loop is much faster than `set` of typed arrays. */
function copy(from: Uint32Array, to: Uint32Array): void {
  for (let i = 0; i < to.length; i++) to[i] = from[i] ?? 0;
}

export function rowOf(views: readonly Uint32Array[]): Row {
  const words = sideBySide(views);
  return { views, words: words ?? new Uint32Array(views.length), isCopy: words === null };
}

export function wordsOf({ views, words, isCopy }: Row): Uint32Array {
  if (isCopy) for (let i = 0; i < words.length; i++) words[i] = views[i]?.[0] ?? 0;
  return words;
}

function store({ views, words, isCopy, copy }: RowPin, from: Uint32Array): void {
  if (!isCopy) {
    copy(from, words);
    return;
  }
  views.forEach((view, i) => {
    view[0] = from[i] ?? 0;
  });
}
