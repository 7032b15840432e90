import type { Design } from "../../hdl/index.ts";
import { topOf } from "../../hdl/netlist/index.ts";

/** Where a port's value lies among words of 32 bits: ⌈width / 32⌉ of them from `first` on, least significant first. */
export interface Field {
  readonly name: string;
  readonly width: number;
  readonly first: number;
  readonly words: number;
}

/** How the inputs and the outputs of one design are laid out in the words that simulators exchange. */
export interface PinLayout {
  /** By index of the port; only inputs here, only outputs there. */
  readonly inputs: ReadonlyMap<number, Field>;
  readonly outputs: ReadonlyMap<number, Field>;
  /** The word of the inputs whose bit `d` says that the reset of the top's domain `d` is asserted. */
  readonly resets: number;
  readonly inputWords: number;
  readonly outputWords: number;
}

/** Lays out a design's ports in their own order, the word of resets last. */
export function pinLayout(design: Design): PinLayout {
  const { ports } = topOf(design);
  const side = (direction: "in" | "out") => {
    const fields = new Map<number, Field>();
    let first = 0;
    ports.forEach(({ name, width, direction: own }, port) => {
      if (own !== direction) return;
      const words = Math.ceil(width / 32);
      fields.set(port, { name, width, first, words });
      first += words;
    });
    return { fields, words: first };
  };
  const [inputs, outputs] = [side("in"), side("out")];
  return {
    inputs: inputs.fields,
    outputs: outputs.fields,
    resets: inputs.words,
    inputWords: inputs.words + 1,
    outputWords: outputs.words,
  };
}
