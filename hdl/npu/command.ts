import { Bool, Bundle, clog2, UInt } from "../lang/index.ts";
import { AccumulatorAddress } from "./accumulator.ts";
import { ActivationAddress } from "./activation-buffer.ts";
import type { EngineConfig } from "./config.ts";
import { WeightAddress } from "./weight-buffer.ts";

/** A number of rows or tiles: wide enough for the largest buffer of the engine. */
export const Count = ({ activationWords, weightWords, accumulatorRows }: EngineConfig) =>
  UInt(clog2(Math.max(activationWords, weightWords, accumulatorRows) + 1));

/**
 * One matmul of M × K by K × N on what lies in the buffers, with K and N padded with zeros to whole tiles.
 *
 * - `m`: rows of A, from 1. `kTiles`, `nTiles`: ⌈K / rows⌉ and ⌈N / cols⌉, from 1.
 * - `activationBase`: word base + kt · m + i holds A[i][kt · rows …] of k-tile kt.
 * - `weightBase`: word base + (nt · kTiles + kt) · rows + r holds B[kt · rows + r][nt · cols …] of n-tile nt.
 * - `accumulatorBase`: row base + nt · m + i gets C[i][nt · cols …].
 * - `accumulate`: adds to those rows instead of overwriting them, so that a K too large for the buffers can be split.
 */
export const Command = (config: EngineConfig) =>
  Bundle({
    m: Count(config),
    kTiles: Count(config),
    nTiles: Count(config),
    accumulate: Bool,
    activationBase: ActivationAddress(config),
    weightBase: WeightAddress(config),
    accumulatorBase: AccumulatorAddress(config),
  });
