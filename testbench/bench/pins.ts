import { type EngineFace, SimulationError } from "../../sim/index.ts";

/** One input port of the netlist as a testbench drives it. */
export interface InputPin {
  readonly words: Uint32Array;
  /** What `words` will be once held writes are applied. */
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

  constructor(
    readonly engine: EngineFace,
    readonly moduleName: string,
  ) {}

  input(port: string): InputPin {
    const words = this.engine.input(port);
    return { words, held: new Uint32Array(words.length), waiting: false };
  }

  hold(): void {
    this.holding = true;
  }

  /** Writes what was held back, all at once, and holds nothing back any more. */
  apply(): void {
    this.holding = false;
    if (this.waitingCount === 0) return;
    for (let i = 0; i < this.waitingCount; i++) {
      const pin = this.waiting[i];
      if (!pin) continue;
      copy(pin.held, pin.words);
      pin.waiting = false;
    }
    this.waitingCount = 0;
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
