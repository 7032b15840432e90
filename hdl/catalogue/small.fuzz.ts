import type { Block } from "./block.ts";

/** Sizes at which a block is quick to elaborate, build and simulate, yet shows all of its parts. */
const sizes: Readonly<Record<string, number>> = {
  ...{ rows: 3, cols: 4, side: 4, depth: 8, lanes: 4, n: 3, width: 8, underWay: 3 },
  ...{ activationWords: 32, weightWords: 32, accumulatorRows: 32, scratchpadRows: 64, scratchpadBanks: 2 },
  ...{ readers: 2, writers: 2, adders: 2, addressBits: 6, rowBits: 32 },
};

/** Parameters of a block at its small size; what is not listed keeps its fallback. */
export function smallest({ parameters }: Block): Record<string, number> {
  return Object.fromEntries(
    parameters.flatMap(({ name, least, most }) => {
      const size = sizes[name];
      return size === undefined || size < least || size > most ? [] : [[name, size] as const];
    }),
  );
}
