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
 */
export const ArrayFeeder = (config: NpuConfig) => {
  const { side } = config;
  // From an entry to the last effect of it: down, along and, output-stationary, out of the array.
  const flight = 3 * side + 4;

  return module(
    "ArrayFeeder",
    {
      params: { side },
      in: { activation: Stream(TaggedRow(8 * side, 3)), weight: Stream(TaggedRow(8 * side, 1)) },
      out: {
        os: Bool,
        activations: ActivationRow(arrayConfig(config)),
        weights: WeightWord(arrayConfig(config)),
        load: Bool,
        waiting: Bool,
      },
    },
    ({ activation, weight }) => {
      const os = reg(Bool, 0);
      const loaded = reg(UInt(clog2(side)), 0);
      const full = reg(Bool, 0); // the shadow registers hold a whole tile
      const sinceLast = reg(UInt(clog2(side + 1)), side); // cycles since the last step of a tile, output-stationary
      const quiet = reg(UInt(clog2(flight + 1)), flight); // cycles since anything went in

      const a = unpack(ActivationTag, activation.bits.tag);
      const w = unpack(WeightTag, weight.bits.tag);
      const aHere = activation.valid.and(a.os.eq(os));
      const wHere = weight.valid.and(w.os.eq(os));

      const rowGoes = aHere.and(os.not()).and(a.mark.not().or(full));
      const swap = rowGoes.and(a.mark);
      const load = wHere.and(os.not()).and(full.not().or(swap));

      const lastAllowed = sinceLast.ge(side - 1);
      const stepGoes = aHere.and(wHere).and(os).and(a.mark.not().or(lastAllowed));

      when(load, () => {
        loaded.next = mux(loaded.ne(side - 1), loaded.add(1), 0);
      });
      full.next = load.and(loaded.eq(side - 1)).or(full.and(swap.not()));
      when(stepGoes.and(a.mark), () => {
        sinceLast.next = 0;
      }).elseWhen(sinceLast.ne(side), () => {
        sinceLast.next = sinceLast.add(1);
      });

      const enters = rowGoes.or(load).or(stepGoes);
      when(enters, () => {
        quiet.next = 0;
      }).elseWhen(quiet.ne(flight), () => {
        quiet.next = quiet.add(1);
      });
      when(activation.valid.and(a.os.ne(os)).and(quiet.eq(flight)), () => {
        os.next = a.os;
      });

      const valid = rowGoes.or(stepGoes);
      const bytes = unpack(Bytes(config), mux(a.zero.not(), activation.bits.row, 0));
      return {
        activation: { ready: valid },
        weight: { ready: load.or(stepGoes) },
        os,
        activations: { valid, swap: a.mark, bits: bytes },
        weights: unpack(Bytes(config), weight.bits.row),
        load,
        waiting: activation.valid.and(valid.not()),
      };
    },
  );
};
