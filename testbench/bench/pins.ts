import { SimulationError } from "../../sim/engine.ts";
import type { EngineFace } from "../../sim/index.ts";
import { sideBySide } from "./side-by-side.ts";

/** One input port of the netlist as a testbench drives it. */
export interface InputPin {
  readonly words: Uint32Array;
  /** What `words` will be once held writes are applied. */
  readonly held: Uint32Array;
  waiting: boolean;
}

/** Input ports of up to 32 bits each that are driven together: the elements of a vector. */
export interface VectorPin {
  readonly views: readonly Uint32Array[];
  /** All of them as one, where they are side by side in memory. */
  readonly row: Uint32Array | null;
  readonly held: Uint32Array;
  waiting: boolean;
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
  private readonly waitingVectors: VectorPin[] = [];
  private waitingVectorCount = 0;

  constructor(
    readonly engine: EngineFace,
    readonly moduleName: string,
  ) {}

  input(port: string): InputPin {
    const words = this.engine.input(port);
    return { words, held: new Uint32Array(words.length), waiting: false };
  }

  vector(ports: readonly string[]): VectorPin {
    const views = ports.map((port) => this.engine.input(port));
    return { views, row: sideBySide(views), held: new Uint32Array(views.length), waiting: false };
  }

  hold(): void {
    this.holding = true;
  }

  /** Writes what was held back, all at once, and holds nothing back any more. */
  apply(): void {
    this.holding = false;
    if (this.waitingCount + this.waitingVectorCount === 0) return;
    for (let i = 0; i < this.waitingCount; i++) {
      const pin = this.waiting[i];
      if (!pin) continue;
      copy(pin.held, pin.words);
      pin.waiting = false;
    }
    this.waitingCount = 0;
    for (let i = 0; i < this.waitingVectorCount; i++) {
      const pin = this.waitingVectors[i];
      if (!pin) continue;
      store(pin, pin.held);
      pin.waiting = false;
    }
    this.waitingVectorCount = 0;
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

  /** Drives the elements of a vector with a word each. */
  driveVector(pin: VectorPin, words: Uint32Array): void {
    if (this.frozen) this.refuse();
    const { held } = pin;
    if (isSame(pin, words, this.holding && pin.waiting)) return;
    this.changes++;
    if (!this.holding) {
      store(pin, words);
      this.engine.touch();
      return;
    }
    copy(words, held);
    if (pin.waiting) return;
    pin.waiting = true;
    this.waitingVectors[this.waitingVectorCount++] = pin;
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

function isSame({ views, row, held }: VectorPin, words: Uint32Array, waiting: boolean): boolean {
  const now = waiting ? held : row;
  if (now) {
    let difference = 0;
    for (let i = 0; i < words.length; i++) difference |= (now[i] ?? 0) ^ (words[i] ?? 0);
    return difference === 0;
  }
  return views.every((view, i) => view[0] === words[i]);
}

function store({ views, row }: VectorPin, words: Uint32Array): void {
  if (row) {
    copy(words, row);
    return;
  }
  views.forEach((view, i) => {
    view[0] = words[i] ?? 0;
  });
}
