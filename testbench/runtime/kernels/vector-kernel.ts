import type { Quantisation } from "./quantisation.ts";
import type { LocalRows } from "./vec.ts";

/** Rows and columns of a matrix. */
export interface Shape {
  readonly rows: number;
  readonly cols: number;
}

/**
 * Where a matrix lies, of int8 in the scratchpad or of int32 in the accumulators: column c of row i in lane c % side of row
 * ⌊c / side⌋ · rows + i.
 */
export interface MatrixPlace extends Shape {
  readonly at: LocalRows;
}

/** Where a program finds its inputs and leaves its output. */
export interface KernelPlaces {
  readonly inputs: readonly MatrixPlace[];
  readonly output: MatrixPlace;
}

/** A kernel from int8 to int8 whose instructions and tables lie in a `VectorPlan`. */
export interface VectorKernel extends KernelPlaces {
  /** How the int8 of the output stand for real numbers. */
  readonly quantisation: Quantisation;
  /**
   * The largest difference of an output from the real function of the real numbers that the inputs stand for, that
   * limited to what the output can stand for.
   */
  readonly bound: number;
}
