import { Bool, Bundle, module, mux, reg, UInt } from "../lang/index.ts";

/**
 * Stands in a stream between its two ends and holds it back at random: for tests of what depends on it.
 *
 *     valid ────► and ────► to.valid      open: a register that stays 1 while a shown valid waits,
 *                 open                    and else is drawn anew in every cycle
 *     to.ready ◄─ and ◄──── ready
 *
 * - `valid` from the source, `ready` from the sink; each goes on (`to`) while the gate is open.
 * - `threshold`: the gate shuts with a probability of threshold / 2^16; with 0 it never does.
 * - `load`: takes `seed` for the random numbers, of Marsaglia's xorshift with 32 bits and the shifts 13, 17, 5.
 * - `used`: 1 once there was a valid. `refused`, `withheld`: 1 once a valid, or a ready, was held back.
 *
 * A valid that was shown is not withdrawn by the gate. Within a cycle each side depends on the other's signal and on
 * registers alone, so that no combinational path is added.
 */
export const StallGate = module(
  "StallGate",
  {
    in: { valid: Bool, ready: Bool, load: Bool, seed: UInt(32), threshold: UInt(16) },
    out: { to: Bundle({ valid: Bool, ready: Bool }), used: Bool, refused: Bool, withheld: Bool },
  },
  ({ valid, ready, load, seed, threshold }) => {
    const noise = reg(UInt(32), 1);
    const open = reg(Bool, 1);
    const used = reg(Bool, 0);
    const refused = reg(Bool, 0);
    const withheld = reg(Bool, 0);

    const a = noise.xor(noise.shl(13));
    const b = a.xor(a.shr(17));
    // The generator stays at 0 for ever.
    noise.next = mux(load, mux(seed.eq(0), UInt(32).lit(1), seed), b.xor(b.shl(5)));

    const waits = valid.and(open).and(ready.not());
    open.next = waits.or(noise.bits(16, 16).ge(threshold));
    const shut = open.not();
    used.next = used.or(valid);
    refused.next = refused.or(valid.and(shut));
    withheld.next = withheld.or(ready.and(shut));
    return { to: { valid: valid.and(open), ready: ready.and(open) }, used, refused, withheld };
  },
);
