/**
 * Seeded random numbers for stimulus: the same seed gives the same sequence on every machine, so that whoever draws
 * prints the seed and a failure can be replayed.
 *
 * The generator is xoshiro128** 1.1 (D. Blackman, S. Vigna, "Scrambled linear pseudorandom number generators", ACM
 * TOMS 47, 2021; prng.di.unimi.it): 128 bits of state, period 2^128 − 1. Its state comes from two steps of SplitMix64,
 * as its authors recommend, so that neighbouring seeds give unrelated sequences. Not for cryptography.
 */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private d: number;

  /**
   * @param seed an integer from 0 to 2^53 − 1
   * @throws RangeError for any other seed
   */
  constructor(readonly seed: number) {
    if (!Number.isSafeInteger(seed) || seed < 0) {
      throw new RangeError(`seed ${seed} is not an integer from 0 to ${Number.MAX_SAFE_INTEGER}`);
    }
    const next = splitMix64(BigInt(seed));
    const low = next();
    const high = next();
    this.a = Number(BigInt.asIntN(32, low));
    this.b = Number(BigInt.asIntN(32, low >> 32n));
    this.c = Number(BigInt.asIntN(32, high));
    this.d = Number(BigInt.asIntN(32, high >> 32n));
  }

  /** Uniform over all 2^32 words, −2^31 to 2^31 − 1. */
  int32(): number {
    const scrambled = Math.imul(rotateLeft(Math.imul(this.b, 5), 7), 9);
    const shifted = this.b << 9;
    this.c ^= this.a;
    this.d ^= this.b;
    this.b ^= this.c;
    this.a ^= this.d;
    this.c ^= shifted;
    this.d = rotateLeft(this.d, 11);
    return scrambled;
  }

  /** Uniform over −128 to 127. */
  int8(): number {
    return this.int32() >> 24;
  }

  /**
   * Uniform over 0 to n − 1, without bias: words past the last whole multiple of n are drawn again.
   * @throws RangeError unless n is an integer from 1 to 2^32
   */
  below(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > 2 ** 32) throw new RangeError(`below(${n}): 1 to 2^32 wanted`);
    const limit = 2 ** 32 - (2 ** 32 % n);
    for (;;) {
      const word = this.int32() >>> 0;
      if (word < limit) return word % n;
    }
  }

  /** Uniform over the multiples of 2^−53 in [0, 1). */
  unit(): number {
    const high = this.int32() >>> 5;
    const low = this.int32() >>> 6;
    return (high * 2 ** 26 + low) * 2 ** -53;
  }

  /** True with probability `p`: never for p ≤ 0, always for p ≥ 1. */
  bool(p = 0.5): boolean {
    return this.unit() < p;
  }
}

function rotateLeft(word: number, count: number): number {
  return (word << count) | (word >>> (32 - count));
}

/** SplitMix64 (G. Steele, D. Lea, C. Flood, OOPSLA 2014), as 64-bit unsigned words. */
function splitMix64(seed: bigint): () => bigint {
  let state = seed;
  return () => {
    state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
    let word = state;
    word = BigInt.asUintN(64, (word ^ (word >> 30n)) * 0xbf58476d1ce4e5b9n);
    word = BigInt.asUintN(64, (word ^ (word >> 27n)) * 0x94d049bb133111ebn);
    return word ^ (word >> 31n);
  };
}
