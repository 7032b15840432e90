import { Bool, cross, inDomain, module, pipe, reg, UInt, when } from "../lang/index.ts";
import type { Domain } from "../netlist/index.ts";

/**
 * Brings one bit of another clock into the current one: two flip-flops, the first of which may go metastable. `q` is
 * `d` two or three edges later. `d` must come straight out of a register, and stay longer than one period of this clock
 * or a change may be missed.
 */
export const Synchroniser = module("Synchroniser", { in: { d: Bool }, out: { q: Bool } }, ({ d }) => {
  const settling = pipe(cross(d), 0);
  const q = pipe(settling, 0);
  return { q };
});

/**
 * A `Synchroniser` for a number of which one bit at most changes in a period of either clock, such as a Gray code: what
 * comes out is then always a value that was sent, however the bits are delayed.
 */
export const GraySynchroniser = (width: number) =>
  module("GraySynchroniser", { params: { width }, in: { d: UInt(width) }, out: { q: UInt(width) } }, ({ d }) => {
    const settling = pipe(cross(d), 0);
    const q = pipe(settling, 0);
    return { q };
  });

/**
 * Carries pulses of one cycle from the clock `from` to the clock `to`, where each gives a pulse of one cycle three to
 * four edges later. Pulses must be at least three periods of the slower clock apart; nearer ones may be lost.
 */
export const PulseSynchroniser = (from: Domain, to: Domain) =>
  module("PulseSynchroniser", { in: { pulse: Bool }, out: { pulse: Bool } }, ({ pulse }) => {
    const toggle = inDomain(from, () => {
      const level = reg(Bool, 0);
      when(pulse, () => {
        level.next = level.not();
      });
      return level;
    });

    return inDomain(to, () => {
      const { q } = Synchroniser({ d: toggle });
      const previous = pipe(q, 0);
      return { pulse: q.xor(previous) };
    });
  });
