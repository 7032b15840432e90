import type { Design } from "../../hdl/index.ts";
import { topOf } from "../../hdl/netlist/index.ts";
import { Random } from "../bench/random.ts";
import type { Field, PinLayout } from "./pin-layout.ts";
import type { PinStimulus } from "./pin-stimulus.ts";

/** How an input is driven for a while. */
type Manner =
  | { readonly kind: "uniform" }
  | { readonly kind: "corners" }
  /** Numbers below 2^bits: addresses and lengths that lie close together. */
  | { readonly kind: "small"; readonly bits: number }
  /** A new value now and then. */
  | { readonly kind: "held"; readonly change: number }
  | { readonly kind: "count" }
  /** One bit that is 1 with a density and stays as it is for a while: stalls and bursts of valid and ready. */
  | { readonly kind: "burst"; readonly density: number; readonly change: number };

const densities = [0, 0.03, 0.25, 0.5, 0.5, 0.75, 0.97, 1];
const changes = [1, 1, 0.5, 0.1, 0.02];
/** Chances of a reset to begin in a cycle. */
const resetRates = [0, 0, 0.001, 0.01, 0.1];
const longestStretch = 200;

interface Driven {
  readonly field: Field;
  manner: Manner;
  /** Cycles that the manner still lasts. */
  left: number;
}

interface ResetDriven {
  readonly bit: number;
  rate: number;
  left: number;
  /** Cycles that the reset stays asserted; 0 while it is released. */
  asserted: number;
}

/**
 * Random values for all inputs and resets of a design, cycle by cycle; the same seed gives the same ones. Every input
 * changes its manner every now and then, independently of the others: uniform bits, corner values, small numbers,
 * held values, counting, bursts. Resets are asserted at random times, more often in some stretches than in others.
 */
export class RandomStimulus implements PinStimulus {
  private readonly random: Random;
  private readonly inputs: readonly Driven[];
  private readonly resets: readonly ResetDriven[];

  constructor(
    design: Design,
    private readonly layout: PinLayout,
    seed: number,
  ) {
    this.random = new Random(seed);
    this.inputs = [...layout.inputs.values()].map((field) => ({ field, manner: { kind: "uniform" }, left: 0 }));
    this.resets = topOf(design).domains.flatMap(({ reset }, domain) =>
      reset === "none" ? [] : [{ bit: 1 << domain, rate: 0, left: 0, asserted: this.random.below(3) }],
    );
  }

  next(words: Uint32Array, at: number, before: number): void {
    for (const driven of this.inputs) {
      if (driven.left-- <= 0) {
        driven.manner = this.manner(driven.field.width);
        driven.left = 1 + this.random.below(longestStretch);
      }
      const { field, manner } = driven;
      const to = at + field.first;
      if (before >= 0) words.copyWithin(to, before + field.first, before + field.first + field.words);
      else words.fill(0, to, to + field.words);
      this.drive(words, to, field, manner);
      const ragged = field.width % 32;
      const top = to + field.words - 1;
      if (ragged !== 0) words[top] = (words[top] ?? 0) & (2 ** ragged - 1);
    }
    let asserted = 0;
    for (const reset of this.resets) {
      if (reset.left-- <= 0) {
        reset.rate = this.pick(resetRates);
        reset.left = 1 + this.random.below(5 * longestStretch);
      }
      if (reset.asserted > 0) {
        asserted |= reset.bit;
        reset.asserted--;
      } else if (reset.rate > 0 && this.random.bool(reset.rate)) reset.asserted = 1 + this.random.below(4);
    }
    words[at + this.layout.resets] = asserted;
  }

  private manner(width: number): Manner {
    const change = this.pick(changes);
    if (width === 1) return { kind: "burst", density: this.pick(densities), change };
    switch (this.random.below(6)) {
      case 0:
        return { kind: "corners" };
      case 1:
      case 2:
        return { kind: "small", bits: 1 + this.random.below(Math.min(width, 6)) };
      case 3:
        return { kind: "held", change };
      case 4:
        return { kind: "count" };
      default:
        return { kind: "uniform" };
    }
  }

  private drive(words: Uint32Array, to: number, field: Field, manner: Manner): void {
    const { random } = this;
    switch (manner.kind) {
      case "uniform":
        this.uniform(words, to, field);
        break;
      case "corners":
        this.corner(words, to, field);
        break;
      case "small":
        words.fill(0, to, to + field.words);
        words[to] = random.below(2 ** manner.bits);
        break;
      case "held":
        if (!random.bool(manner.change)) break;
        if (random.bool(0.25)) this.corner(words, to, field);
        else this.uniform(words, to, field);
        break;
      case "count":
        for (let i = to; i < to + field.words; i++) {
          words[i] = (words[i] ?? 0) + 1;
          if (words[i] !== 0) break;
        }
        break;
      case "burst":
        if (manner.change === 1 || random.bool(manner.change)) words[to] = random.bool(manner.density) ? 1 : 0;
        break;
    }
  }

  private uniform(words: Uint32Array, to: number, field: Field): void {
    for (let i = to; i < to + field.words; i++) words[i] = this.random.int32();
  }

  /** 0, 1, all ones, the sign bit alone, all but the sign bit, any lone bit. */
  private corner(words: Uint32Array, to: number, { width, words: count }: Field): void {
    const style = this.random.below(6);
    words.fill(style === 2 || style === 4 ? 0xffffffff : 0, to, to + count);
    const sign = width - 1;
    const bit = style === 5 ? this.random.below(width) : sign;
    const top = to + (bit >>> 5);
    if (style === 1) words[to] = 1;
    if (style === 3 || style === 5) words[top] = 2 ** (bit % 32);
    if (style === 4) words[top] = (words[top] ?? 0) & ~(2 ** (sign % 32));
  }

  private pick<T>(items: readonly T[]): T {
    const item = items[this.random.below(items.length)];
    if (item === undefined) throw new RangeError("nothing to pick from");
    return item;
  }
}
