/**
 * Values of state that nothing defines at power-on. Each register and memory has a stream of its own, seeded by its
 * path, so that an unrelated change to a design leaves the others' values alone, and both engines agree.
 *
 * The stream is SplitMix32 (the 32-bit finaliser of MurmurHash3 over a Weyl sequence) started from FNV-1a of the path.
 */
export function powerOnWords(seed: number, path: string): () => number {
  let state = 0x811c9dc5 ^ seed;
  for (let i = 0; i < path.length; i++) state = Math.imul(state ^ path.charCodeAt(i), 0x01000193);
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let word = state;
    word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
    word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
    return (word ^ (word >>> 16)) >>> 0;
  };
}

/** The next value of a stream: ⌈width / 32⌉ words, least significant first, cut to `width` bits. */
export function powerOnValue(words: () => number, width: number): bigint {
  let value = 0n;
  for (let low = 0; low < width; low += 32) value |= BigInt(words()) << BigInt(low);
  return BigInt.asUintN(width, value);
}
