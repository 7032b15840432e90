import { Bool, Bundle, clog2, module, mux, reg, Stream, UInt, unpack, when } from "../../lang/index.ts";
import { WeightWord } from "../config.ts";
import { arrayConfig, Bytes, type NpuConfig } from "../npu-config.ts";
import { ActivationRow } from "../pe-array.ts";
import { TaggedRow } from "../row-reader.ts";

/** What goes with a row of weights. */
export const WeightTag = Bundle({ os: Bool });
/** What goes with a row of A; see `ActivationWalk`. */
export const ActivationTag = Bundle({ os: Bool, mark: Bool, zero: Bool });

/**
 * Lets rows into the `DualArray` as its rules allow, as early as they do.
 *
 * - Weight-stationary: weights go in while the shadow registers have room; a row of A that makes them live waits until
 *   they are complete.
 * - Output-stationary: a row of Aᵀ and one of W go in together; the last step of a tile waits until the results of the
 *   tile before it have left the PEs.
 * - Another dataflow begins when nothing of the one before is under way.
 *
 * `waiting` says that rows of A are there and must wait for weights, or for results to leave.
 *
 * With `cancel` all rows that come are dropped, and the array is brought into a state in which any GEMM may begin: what
 * is left of a tile's weights is loaded as it may be, a tile of sums that is under way is ended. `clear` says that this
 * is done and nothing is under way in the array any more.
 */
export const ArrayFeeder = (config: NpuConfig) => {
  const { side } = config;
  // From an entry to the last effect of it: down, along and, output-stationary, out of the array.
  const flight = 3 * side + 4;

  return module(
    "ArrayFeeder",
    {
      params: { side },
      in: {
        activation: Stream(TaggedRow(8 * side, 3)),
        weight: Stream(TaggedRow(8 * side, 1)),
        cancel: Bool,
      },
      out: {
        os: Bool,
        activations: ActivationRow(arrayConfig(config)),
        weights: WeightWord(arrayConfig(config)),
        load: Bool,
        waiting: Bool,
        clear: Bool,
      },
    },
    ({ activation, weight, cancel }) => {
      const os = reg(Bool, 0);
      const loaded = reg(UInt(clog2(side)), 0);
      const full = reg(Bool, 0); // the shadow registers hold a whole tile
      const sinceLast = reg(UInt(clog2(side + 1)), side); // cycles since the last step of a tile, output-stationary
      const quiet = reg(UInt(clog2(flight + 1)), flight); // cycles since anything went in

      const a = unpack(ActivationTag, activation.bits.tag);
      const w = unpack(WeightTag, weight.bits.tag);
      const cancelling = reg(Bool, 0); // from the second cycle of `cancel` on
      const open = reg(Bool, 0); // a tile of sums is under way
      cancelling.next = cancel;
      const aHere = activation.valid.and(a.os.eq(os)).and(cancel.not());
      const wHere = weight.valid.and(w.os.eq(os)).and(cancel.not());

      const rowGoes = aHere.and(os.not()).and(a.mark.not().or(full));
      const swap = rowGoes.and(a.mark);
      const completes = cancelling.and(os.not()).and(loaded.ne(0));
      const load = wHere.and(os.not()).and(full.not().or(swap)).or(completes);

      const lastAllowed = sinceLast.ge(side - 1);
      const stepGoes = aHere.and(wHere).and(os).and(a.mark.not().or(lastAllowed));
      const ends = cancelling.and(open).and(lastAllowed);

      when(load, () => {
        loaded.next = mux(loaded.ne(side - 1), loaded.add(1), 0);
      });
      full.next = load
        .and(loaded.eq(side - 1))
        .or(full.and(swap.not()))
        .and(cancel.not());
      when(stepGoes.or(ends), () => {
        open.next = a.mark.not().and(ends.not());
      });
      when(stepGoes.and(a.mark).or(ends), () => {
        sinceLast.next = 0;
      }).elseWhen(sinceLast.ne(side), () => {
        sinceLast.next = sinceLast.add(1);
      });

      const enters = rowGoes.or(load).or(stepGoes).or(ends);
      const comes = cancel.and(activation.valid.or(weight.valid).or(cancelling.not()));
      when(enters.or(comes), () => {
        quiet.next = 0;
      }).elseWhen(quiet.ne(flight), () => {
        quiet.next = quiet.add(1);
      });
      when(activation.valid.and(cancel.not()).and(a.os.ne(os)).and(quiet.eq(flight)), () => {
        os.next = a.os;
      });

      const taken = rowGoes.or(stepGoes);
      const bytes = unpack(Bytes(config), mux(a.zero.not(), activation.bits.row, 0));
      return {
        activation: { ready: taken.or(cancel) },
        weight: { ready: load.or(stepGoes).or(cancel) },
        os,
        activations: { valid: taken.or(ends), swap: a.mark.or(ends), bits: bytes },
        weights: unpack(Bytes(config), weight.bits.row),
        load,
        waiting: activation.valid.and(taken.not()),
        clear: cancelling.and(quiet.eq(flight)).and(loaded.eq(0)).and(open.not()),
      };
    },
  );
};
