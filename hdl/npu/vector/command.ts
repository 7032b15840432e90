import { Bool, Bundle, clog2, Enum, SInt, UInt } from "../../lang/index.ts";
import { activations, vectorOperations } from "../isa/index.ts";

export const VectorOperation = Enum(...vectorOperations);
export const Activation = Enum(...activations);

/**
 * One vector instruction on a matrix of rows × cols, in blocks of `side` columns: row i of block j of an operand lies at
 * base + j · rows + i. Sources and results are int32 rows of the accumulators or, with their `Int8` bit, int8 rows of the
 * scratchpad; arithmetic is int32.
 *
 * | op | result |
 * |---|---|
 * | copy | x |
 * | add | x + y, or x − y with bit 0 of `imm` |
 * | mul | x · y / 2^imm[5:0], rounded to the nearest, halves up |
 * | max | the larger of x and y |
 * | relu, relu6, clip | x limited to [0, ∞), [0, imm], [−imm, imm] |
 * | lut | entry x + imm of the table, at least 0 and at most 255 |
 * | rowmax, rowsum | of all columns of a row, in all lanes of row dst + i |
 * | recip, rsqrt | ⌊2^31 / x⌋, ⌊2^30 / √x⌋, of x ≥ 1; less counts as 1 |
 * | poolmax, poolavg | largest and sum of a window of rows; the average's divisor belongs into the scale |
 *
 * - `broadcast`: y is row src2 + j for all rows, or with bit 15 of `imm` row src2 + i for all blocks.
 * - Int8 results are requantised with bias and scale row `scale` + j and limited by `act`: relu from the zero point,
 *   relu6 from there to `high`, clip from `low` to `high`.
 * - Pooling: x are pixels, row by row, of an image `poolWidth` wide with `poolPixels` in all; `rows` is the number of windows
 *   and `poolOutWidth` how many lie side by side. `imm` holds height, width and stride of a window, 4 bits each.
 */
export const VectorCommand = Bundle({
  op: VectorOperation,
  act: Activation,
  src: UInt(16),
  src2: UInt(16),
  dst: UInt(16),
  rows: UInt(12),
  cols: UInt(12),
  imm: UInt(16),
  scale: UInt(8),
  srcInt8: Bool,
  src2Int8: Bool,
  dstInt8: Bool,
  broadcast: Bool,
  zeroPoint: SInt(8),
  low: SInt(8),
  high: SInt(8),
  poolWidth: UInt(12),
  poolOutWidth: UInt(12),
  poolPixels: UInt(16),
  tag: UInt(4),
});

/** What goes with each row, or pair of rows, that the unit computes on. */
export const VectorStep = (side: number) =>
  Bundle({
    dst: UInt(25),
    /** Row of the parameters. */
    scale: UInt(9),
    /** The first and the last one that go into a result. */
    first: Bool,
    last: Bool,
    /** How many of the lanes hold columns of the matrix. */
    lanes: UInt(clog2(side + 1)),
  });
