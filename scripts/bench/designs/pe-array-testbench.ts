import type { Engine } from "../../../sim/index.ts";
import { sideBySide } from "../../../testbench/index.ts";
import { driveSeed, shareWords, type Window } from "../drive.ts";
import { peArrayDrive, peArrayWindows } from "./pe-array.ts";
import type { BareTestbench } from "./subject.ts";

/**
 * A testbench of a PE array as one writes it: it drives every input in every cycle as `peArrayDrive` says, and takes up
 * every output before the edge in a checksum, through views of the engine's words.
 */
export class PeArrayTestbench implements BareTestbench {
  private sum = 0;
  private state = driveSeed | 0;
  private phase = 0;
  private readonly loads: Window;
  private readonly swaps: Window;
  private readonly words: Uint32Array;
  private readonly bytes: Uint8Array;
  /** Which of the bytes the random inputs begin at, and the bits of the first. */
  private readonly validByte: number;
  private readonly validBits: number;
  private readonly firstActivation: number;
  private readonly firstWeight: number;
  private readonly valid: Uint32Array;
  private readonly swap: Uint32Array;
  private readonly load: Uint32Array;
  private readonly activations: Uint32Array;
  private readonly weights: Uint32Array;
  /** All words of the engine, and which of them the outputs are. */
  private readonly memory: Uint32Array;
  private readonly outputs: Int32Array;

  /** @throws RangeError for an engine that has no views of whole vectors */
  constructor(
    private readonly engine: Engine,
    side: number,
  ) {
    const lanes = Array.from({ length: side }, (_, i) => i);
    const row = (port: string): Uint32Array => {
      const joined = sideBySide(lanes.map((i) => engine.input(`${port}[${i}]`)));
      if (!joined) throw new RangeError(`the words of ${port} are not side by side in the ${engine.kind}`);
      return joined;
    };
    const { load, swap } = peArrayWindows(side);
    this.loads = load;
    this.swaps = swap;
    const random = [
      "activations.valid",
      ...lanes.map((i) => `activations.bits[${i}]`),
      ...lanes.map((i) => `weights[${i}]`),
    ];
    const shares = shareWords(random.map((port, i) => ({ width: i === 0 ? 1 : 8, drive: peArrayDrive(side, port) })));
    let words = 0;
    const bytes = shares.map(({ fresh, low }) => {
      if (fresh) words++;
      return 4 * (words - 1) + low / 8;
    });
    this.words = new Uint32Array(words);
    this.bytes = new Uint8Array(this.words.buffer);
    // What is a byte wide is in bytes that follow one another.
    this.validByte = bytes[0] ?? 0;
    this.validBits = 2 ** (shares[0]?.count ?? 0) - 1;
    this.firstActivation = bytes[1] ?? 0;
    this.firstWeight = bytes[1 + side] ?? 0;
    this.valid = engine.input("activations.valid");
    this.swap = engine.input("activations.swap");
    this.activations = row("activations.bits");
    this.weights = row("weights");
    this.load = engine.input("load");
    engine.settle();
    const outputs = [...lanes.map((i) => `sums[${i}]`), "valid"].map((port) => engine.signal(port));
    this.memory = new Uint32Array(this.load.buffer);
    this.outputs = Int32Array.from(outputs, ({ byteOffset }) => byteOffset / 4);
  }

  get checksum(): number {
    return this.sum >>> 0;
  }

  sample(): void {
    const { memory, outputs } = this;
    let { sum } = this;
    for (let i = 0; i < outputs.length; i++) sum = ((sum << 1) | (sum >>> 31)) ^ (memory[outputs[i] ?? 0] ?? 0);
    this.sum = sum;
  }

  drive(): void {
    const { words, bytes, activations, weights, phase, firstActivation, firstWeight } = this;
    let { state } = this;
    for (let i = 0; i < words.length; i++) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      words[i] = state;
    }
    this.state = state;
    this.valid[0] = ((bytes[this.validByte] ?? 0) & this.validBits) === 0 ? 0 : 1;
    this.swap[0] = isWithin(this.swaps, phase) ? 1 : 0;
    this.load[0] = isWithin(this.loads, phase) ? 1 : 0;
    for (let i = 0; i < activations.length; i++) activations[i] = bytes[firstActivation + i] ?? 0;
    for (let i = 0; i < weights.length; i++) weights[i] = bytes[firstWeight + i] ?? 0;
    this.phase = phase + 1 === this.loads.period ? 0 : phase + 1;
    this.engine.touch();
  }
}

const isWithin = ({ from, length }: Window, phase: number): boolean => phase >= from && phase < from + length;
