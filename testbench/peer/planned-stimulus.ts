import type { Stimulus } from "../imported/index.ts";
import type { Field, PinLayout } from "./pin-layout.ts";
import type { PinStimulus } from "./pin-stimulus.ts";

/** A field and the value it is held at: for ever, or up to a cycle, at which it is released to the other value. */
interface Held {
  readonly field: Field;
  readonly value: bigint;
  readonly cycles: number;
}

/** Drives inputs as planned for an imported design: resets first and then released, others held, the rest as `rest` does. */
export class PlannedStimulus implements PinStimulus {
  private readonly held: readonly Held[];
  private cycle = 0;

  constructor(
    layout: PinLayout,
    { constants, resets }: Stimulus,
    private readonly rest: PinStimulus,
  ) {
    this.held = [...layout.inputs.values()].flatMap((field): Held[] => {
      const value = constants.get(field.name);
      if (value !== undefined) return [{ field, value, cycles: Number.POSITIVE_INFINITY }];
      const reset = resets.find(({ port }) => port === field.name);
      return reset ? [{ field, value: reset.level === "high" ? 1n : 0n, cycles: reset.cycles }] : [];
    });
  }

  next(words: Uint32Array, at: number, before: number): void {
    this.rest.next(words, at, before);
    for (const { field, value, cycles } of this.held) {
      const now = this.cycle < cycles ? value : value ^ 1n;
      for (let i = 0; i < field.words; i++)
        words[at + field.first + i] = Number((now >> BigInt(32 * i)) & 0xffff_ffffn);
    }
    this.cycle++;
  }
}
