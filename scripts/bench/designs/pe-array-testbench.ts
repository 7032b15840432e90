import type { Engine } from "../../../sim/index.ts";
import { sideBySide } from "../../../testbench/index.ts";
import { driveSeed, type Window } from "../drive.ts";
import { peArrayWindows } from "./pe-array-drive.ts";
import type { BareTestbench } from "./subject.ts";

/**
 * A testbench of a PE array as one writes it: it drives every input in every cycle as `peArrayDrive` says, and takes up
 * every output before the edge in a checksum, through views of the engine's words.
 */
export class PeArrayTestbench implements BareTestbench {
  private sum = 0;
  private word = driveSeed | 0;
  private phase = 0;
  private readonly loads: Window;
  private readonly swaps: Window;
  private readonly valid: Uint32Array;
  private readonly swap: Uint32Array;
  private readonly load: Uint32Array;
  /** The activation of each row, then the weight of each column. */
  private readonly operands: Uint32Array;
  private readonly sums: Uint32Array;
  private readonly sumsValid: Uint32Array;

  /**
   * @throws RangeError for an odd side, or an engine that has no views of whole vectors
   */
  constructor(
    private readonly engine: Engine,
    side: number,
  ) {
    if (side % 2 === 1)
      throw new RangeError(`a side of ${side} does not fill its words of random bytes; use an even one`);
    const row = (ports: readonly string[], view: (port: string) => Uint32Array): Uint32Array => {
      const joined = sideBySide(ports.flatMap((port) => Array.from({ length: side }, (_, i) => view(`${port}[${i}]`))));
      if (!joined)
        throw new RangeError(`the words of ${ports.join(" and ")} are not side by side in the ${engine.kind}`);
      return joined;
    };
    const { load, swap } = peArrayWindows(side);
    this.loads = load;
    this.swaps = swap;
    this.operands = row(["activations.bits", "weights"], (port) => engine.input(port));
    this.valid = engine.input("activations.valid");
    this.swap = engine.input("activations.swap");
    this.load = engine.input("load");
    engine.settle();
    this.sums = row(["sums"], (port) => engine.signal(port));
    this.sumsValid = engine.signal("valid");
  }

  get checksum(): number {
    return this.sum >>> 0;
  }

  sample(): void {
    const { sums } = this;
    let { sum } = this;
    for (let i = 0; i < sums.length; i++) sum = ((sum << 1) | (sum >>> 31)) ^ (sums[i] ?? 0);
    this.sum = ((sum << 1) | (sum >>> 31)) ^ (this.sumsValid[0] ?? 0);
  }

  /** Every random input takes a byte, in the order of the ports. */
  drive(): void {
    const { operands, phase } = this;
    let word = nextWord(this.word);
    this.valid[0] = (word & 7) === 0 ? 0 : 1;
    this.swap[0] = isWithin(this.swaps, phase) ? 1 : 0;
    this.load[0] = isWithin(this.loads, phase) ? 1 : 0;
    operands[0] = (word >>> 8) & 255;
    operands[1] = (word >>> 16) & 255;
    operands[2] = word >>> 24;
    let at = 3;
    for (; at + 4 <= operands.length; at += 4) {
      word = nextWord(word);
      operands[at] = word & 255;
      operands[at + 1] = (word >>> 8) & 255;
      operands[at + 2] = (word >>> 16) & 255;
      operands[at + 3] = word >>> 24;
    }
    word = nextWord(word);
    operands[at] = word & 255;
    this.word = word;
    this.phase = phase + 1 === this.loads.period ? 0 : phase + 1;
    this.engine.touch();
  }
}

function nextWord(word: number): number {
  let next = word;
  next ^= next << 13;
  next ^= next >>> 17;
  return next ^ (next << 5);
}

const isWithin = ({ from, length }: Window, phase: number): boolean => phase >= from && phase < from + length;
