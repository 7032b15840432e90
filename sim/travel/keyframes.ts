import type { Checkpoint } from "../engine.ts";

/** A state from which later cycles can be run again. */
export interface Keyframe {
  readonly checkpoint: Checkpoint;
  /** All inputs, as they were when it was taken. */
  readonly inputs: Uint32Array;
  /** The first set of the log of inputs that is not among them. */
  readonly position: number;
  /** Something other than inputs had changed the state: the cycles before do not lead to it. */
  readonly fixed: boolean;
}

/**
 * Keyframes in the order of their cycles, in a bounded number of bytes: when they are too many, every second one goes and
 * the interval between them doubles; when all that are left are fixed, the oldest goes.
 */
export class Keyframes {
  private frames: Keyframe[] = [];
  private bytes = 0;

  /**
   * @param interval cycles from one to the next, at first
   * @param mostBytes of all of them; two are kept in any case
   */
  constructor(
    private interval: number,
    private readonly mostBytes: number,
  ) {}

  /** The oldest one. */
  get first(): Keyframe | undefined {
    return this.frames[0];
  }

  get count(): number {
    return this.frames.length;
  }

  /** Cycles from this one to the next in which one is due, from 1. */
  until(cycle: number): number {
    return this.interval - (cycle % this.interval);
  }

  /** Whether one is due in this cycle. */
  isDue(cycle: number): boolean {
    return cycle % this.interval === 0;
  }

  add(frame: Keyframe): void {
    this.frames.push(frame);
    this.bytes += size(frame);
    while (this.bytes > this.mostBytes && this.frames.length > 2) this.thin();
  }

  /** The last one from which a cycle can be reached. */
  before(cycle: number): Keyframe | undefined {
    let [low, high] = [0, this.frames.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.frames[middle]?.checkpoint.cycle ?? 0) <= cycle) low = middle + 1;
      else high = middle;
    }
    return this.frames[low - 1];
  }

  dropFirst(): void {
    const first = this.frames.shift();
    if (first) this.bytes -= size(first);
  }

  clear(): void {
    this.frames = [];
    this.bytes = 0;
  }

  private thin(): void {
    const before = this.frames.length;
    this.interval *= 2;
    this.frames = this.frames.filter(({ checkpoint, fixed }, i) => i === 0 || fixed || this.isDue(checkpoint.cycle));
    this.bytes = this.frames.reduce((sum, frame) => sum + size(frame), 0);
    if (this.frames.length === before && this.frames.every(({ fixed }, i) => i === 0 || fixed)) this.dropFirst();
  }
}

function size({ checkpoint, inputs }: Keyframe): number {
  return checkpoint.state.byteLength + inputs.byteLength;
}
