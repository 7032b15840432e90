import type { Chunk } from "./chunk-addresses.ts";

/** How an access's address moves from one round of a loop to the next. */
export type Step =
  | { readonly kind: "affine"; readonly first: number; readonly step: number }
  /** One element from here and there: it is put in order before the loop begins. */
  | { readonly kind: "staged"; readonly addresses: readonly number[]; readonly bytes: number };

/** Chunks one after the other, `rounds` times: those of the first round, and how their addresses move. */
export interface ChunkLoop {
  readonly body: readonly Chunk[];
  readonly rounds: number;
  /** For each chunk of the body, by access. */
  readonly steps: readonly (readonly Step[])[];
}

/** Bodies of up to so many chunks are looked for. */
const longestBody = 16;
/** A loop of fewer rounds is not worth it. */
const fewestRounds = 4;

/**
 * Puts chunks in loops, each of the body that covers most of what is left; `unrolled` leaves them as they are. What is at
 * an address that `isMadeHere` is stored by one of the chunks for a later one, and so cannot be put in order before.
 */
export function loopsOf(
  chunks: readonly Chunk[],
  unrolled: boolean,
  isMadeHere: (address: number) => boolean = () => false,
): ChunkLoop[] {
  const loops: ChunkLoop[] = [];
  for (let at = 0; at < chunks.length; ) {
    let best: ChunkLoop = onceThrough(chunks.slice(at, at + 1));
    for (let length = 1; length <= longestBody && !unrolled; length++) {
      const found = loopAt(chunks, at, length, isMadeHere);
      if (found && found.rounds * length > best.rounds * best.body.length) best = found;
    }
    loops.push(best);
    at += best.rounds * best.body.length;
  }
  return loops;
}

function onceThrough(body: readonly Chunk[]): ChunkLoop {
  const steps = body.map(({ accesses }) =>
    accesses.map(({ address }): Step => ({ kind: "affine", first: address, step: 0 })),
  );
  return { body, rounds: 1, steps };
}

function loopAt(
  chunks: readonly Chunk[],
  at: number,
  length: number,
  isMadeHere: (address: number) => boolean,
): ChunkLoop | null {
  const body = chunks.slice(at, at + length);
  let rounds = 1;
  while (continues(chunks, at, length, rounds, isMadeHere)) rounds++;
  if (rounds < fewestRounds) return null;
  const steps = body.map(({ accesses }, chunk) =>
    accesses.map(({ patch }, access): Step => {
      const addresses = Array.from(
        { length: rounds },
        (_, round) => chunks[at + round * length + chunk]?.accesses[access]?.address ?? 0,
      );
      const [first = 0, second = first] = addresses;
      const step = second - first;
      if (addresses.every((address, round) => address === first + round * step)) return { kind: "affine", first, step };
      return { kind: "staged", addresses, bytes: patch };
    }),
  );
  return { body, rounds, steps };
}

/** Whether the next round is like those before: the same shapes, and all but patches from elsewhere moved by the same steps. */
function continues(
  chunks: readonly Chunk[],
  at: number,
  length: number,
  round: number,
  isMadeHere: (address: number) => boolean,
): boolean {
  for (let i = 0; i < length; i++) {
    const [first, second] = [chunks[at + i], chunks[at + length + i]];
    const [last, next] = [chunks[at + (round - 1) * length + i], chunks[at + round * length + i]];
    if (!first || !second || !last || !next || next.shape !== first.shape) return false;
    for (const [access, { address, patch }] of next.accesses.entries()) {
      const [one, two, before] = [first, second, last].map(({ accesses }) => accesses[access]?.address ?? 0);
      if (one === undefined || two === undefined || before === undefined) return false;
      if (patch > 0 && ![one, before, address].some(isMadeHere)) continue;
      if (address - before !== two - one) return false;
    }
  }
  return true;
}
