import type { Drive, Window } from "../drive.ts";

/** Cycles from one tile's first weight to the next one's, in rows of the array. */
export const tileRows = 4;

/** The cycles in which `load` and `activations.swap` are 1, in a testbench as in `PeArrayBench`. */
export function peArrayWindows(side: number): { readonly load: Window; readonly swap: Window } {
  const period = tileRows * side;
  return {
    load: { kind: "window", period, from: 0, length: side },
    swap: { kind: "window", period, from: side, length: 1 },
  };
}

/** How a testbench drives the ports of `peArray`: as `PeArrayBench` does, with random bits of its own. */
export function peArrayDrive(side: number, port: string): Drive {
  const { load, swap } = peArrayWindows(side);
  if (port === "load") return load;
  if (port === "activations.swap") return swap;
  return { kind: port === "activations.valid" ? "mostly" : "random" };
}
