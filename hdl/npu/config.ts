import { SInt, Vec } from "../lang/index.ts";
import { checkSize } from "../lib/size.ts";

/** The size of a matmul engine. Everything else about it follows from these numbers. */
export interface EngineConfig {
  /** Height of the PE array: the K of one tile, and the bytes of an activation word. 1 to 256. */
  readonly rows: number;
  /** Width of the PE array: the N of one tile, the bytes of a weight word and the int32s of an accumulator row. 1 to 256. */
  readonly cols: number;
  /** Words of `rows` int8 in the activation buffer: a run takes ⌈K / rows⌉ · M. 1 to 2^20. */
  readonly activationWords: number;
  /** Words of `cols` int8 in the weight buffer: a run takes ⌈K / rows⌉ · ⌈N / cols⌉ · rows. `rows` to 2^20. */
  readonly weightWords: number;
  /** Rows of `cols` int32 in the accumulator bank: a run takes ⌈N / cols⌉ · M. 1 to 2^20. */
  readonly accumulatorRows: number;
}

/** Operands. */
export const Int8 = SInt(8);
/** Sums, modulo 2^32. */
export const Int32 = SInt(32);

/** One int8 for each row of the array: part of one row of A. */
export const ActivationWord = ({ rows }: EngineConfig) => Vec(rows, Int8);
/** One int8 for each column of the array: part of one row of B. */
export const WeightWord = ({ cols }: EngineConfig) => Vec(cols, Int8);
/** One int32 for each column of the array: part of one row of C. */
export const SumWord = ({ cols }: EngineConfig) => Vec(cols, Int32);

const mostWords = 2 ** 20;

/**
 * A complete and checked configuration. What is not said is that of a 16 × 16 array whose buffers hold a matmul of
 * 256 × 256 × 256 in one run; the buffers of an array of another size hold the same shape.
 *
 * Throws a RangeError that names the number and its range for a size that is not whole or out of range.
 */
export function engineConfig(given: Partial<EngineConfig> = {}): EngineConfig {
  const { rows = 16, cols = 16 } = given;
  checkSize("the number of rows of the PE array", rows, 1, 256);
  checkSize("the number of columns of the PE array", cols, 1, 256);

  const tiles = { k: Math.ceil(256 / rows), n: Math.ceil(256 / cols) };
  const {
    activationWords = tiles.k * 256,
    weightWords = tiles.k * tiles.n * rows,
    accumulatorRows = tiles.n * 256,
  } = given;
  checkSize("the number of words of the activation buffer", activationWords, 1, mostWords);
  checkSize("the number of words of the weight buffer", weightWords, rows, mostWords);
  checkSize("the number of rows of the accumulator bank", accumulatorRows, 1, mostWords);

  return Object.freeze({ rows, cols, activationWords, weightWords, accumulatorRows });
}
