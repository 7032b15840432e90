import { Bundle, cat, Enum, match, mem, module, reg, Stream, UInt, Vec, when } from "../lang/index.ts";

const Word = UInt(32);
type Word = UInt<32>;

/** The working variables of FIPS 180-4. */
const Working = Bundle({ a: Word, b: Word, c: Word, d: Word, e: Word, f: Word, g: Word, h: Word });
const variables = ["a", "b", "c", "d", "e", "f", "g", "h"] as const;

const State = Enum("Idle", "Rounds", "Done");

const rounds = 64;

/**
 * The compression function of SHA-256 (FIPS 180-4, section 6.2.2), a round a cycle.
 *
 *     block.words ─► schedule ─┐
 *              constants[round]┴─► round ─► working ──► + ──► hash
 *     block.hash ─┬──────────────────────────┘          │
 *                 └─► before ───────────────────────────┘
 *
 * - `block.hash`: the hash so far, `sha256Start` for a message's first block; `block.words`: its next 64 bytes, padded.
 *   Ready between a hash and the next.
 * - `hash`: the hash with this block, 65 cycles after it was taken.
 *
 * Bytes are in the order of the message, the first one highest, and hashes as they are printed. From one block to the
 * next are 66 cycles at least.
 */
export const Sha256 = module(
  "Sha256",
  { in: { block: Stream(Bundle({ hash: UInt(256), words: UInt(512) })) }, out: { hash: Stream(UInt(256)) } },
  ({ block, hash }) => {
    const state = reg(State, "Idle");
    const round = reg(UInt(6), 0);
    const before = reg(Working);
    const working = reg(Working);
    // The next sixteen words, the next one first.
    const schedule = reg(Vec(16, Word));
    const constants = mem(Word, rounds, { init: roundConstants });

    match(state, {
      Idle: () => {
        when(block.valid, () => {
          before.next = split(block.bits.hash);
          working.next = split(block.bits.hash);
          schedule.next = Array.from({ length: 16 }, (_, i) => block.bits.words.bits(32 * (15 - i), 32));
          state.next = "Rounds";
        });
      },
      Rounds: () => {
        working.next = afterRound(working, constants.read(round), wordOf(schedule, 0));
        schedule.next = [...schedule.slice(1), nextWord(schedule)];
        round.next = round.add(1);
        when(round.eq(rounds - 1), () => {
          state.next = "Done";
        });
      },
      Done: () => {
        when(hash.ready, () => {
          state.next = "Idle";
        });
      },
    });

    const sums = variables.map((name) => before[name].add(working[name]));
    return {
      block: { ready: state.is("Idle") },
      hash: { valid: state.is("Done"), bits: cat(...sums) },
    };
  },
);

/** The working variables after a round with the constant `k` and the word `w` of the schedule. */
function afterRound({ a, b, c, d, e, f, g, h }: Record<(typeof variables)[number], Word>, k: Word, w: Word) {
  const chosen = e.and(f).xor(e.not().and(g));
  const majority = a.and(b).xor(a.and(c)).xor(b.and(c));
  const t1 = h
    .add(turned(e, 6).xor(turned(e, 11)).xor(turned(e, 25)))
    .add(chosen)
    .add(k)
    .add(w);
  const t2 = turned(a, 2).xor(turned(a, 13)).xor(turned(a, 22)).add(majority);
  return { a: t1.add(t2), b: a, c: b, d: c, e: d.add(t1), f: e, g: f, h: g };
}

/** The word that follows the sixteen of the schedule. */
function nextWord(schedule: readonly Word[]): Word {
  const [early, late] = [wordOf(schedule, 1), wordOf(schedule, 14)];
  const small0 = turned(early, 7).xor(turned(early, 18)).xor(early.shr(3));
  const small1 = turned(late, 17).xor(turned(late, 19)).xor(late.shr(10));
  return small1.add(wordOf(schedule, 9)).add(small0).add(wordOf(schedule, 0));
}

/** A word rotated right by some places. */
function turned(word: Word, places: number): Word {
  return word.shr(places).or(word.shl(32 - places));
}

/** Word `i` of the schedule, 0 the next. */
function wordOf(schedule: readonly Word[], i: number): Word {
  return schedule[i] ?? Word.lit(0);
}

function split(hash: UInt<256>) {
  const word = (i: number) => hash.bits(32 * (7 - i), 32);
  return { a: word(0), b: word(1), c: word(2), d: word(3), e: word(4), f: word(5), g: word(6), h: word(7) };
}

/** The first 32 bits behind the point of the `degree`-th roots of the first `count` primes. */
function rootFractions(count: number, degree: bigint): bigint[] {
  const primes: bigint[] = [];
  for (let n = 2n; primes.length < count; n++) if (primes.every((prime) => n % prime !== 0n)) primes.push(n);
  return primes.map((prime) => BigInt.asUintN(32, root(prime << (32n * degree), degree)));
}

/** The largest number whose power of that degree is at most `value`, bit by bit. */
function root(value: bigint, degree: bigint): bigint {
  let found = 0n;
  for (let bit = 1n << 40n; bit > 0n; bit >>= 1n) if ((found + bit) ** degree <= value) found += bit;
  return found;
}

/** FIPS 180-4, section 4.2.2. */
const roundConstants = rootFractions(rounds, 3n);

/** The hash of nothing yet (FIPS 180-4, section 5.3.3), as `Sha256` takes it. */
export const sha256Start: bigint = rootFractions(8, 2n).reduce((hash, word) => (hash << 32n) | word, 0n);
