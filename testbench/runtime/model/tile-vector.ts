import { requantiseSingle } from "../requantise-single.ts";
import type { Operands } from "./operands.ts";
import type { RowRange } from "./tile-gemm.ts";
import type { TileMemory } from "./tile-memory.ts";

/** The configuration registers as a VEC sees them. */
export interface VectorConfiguration {
  readonly zeroPoint: number;
  readonly low: number;
  readonly high: number;
  readonly poolWidth: number;
  readonly poolOutWidth: number;
  readonly poolPixels: number;
}

/** Which rows a VEC touches. */
export interface VectorRows {
  readonly sources: readonly (RowRange & { readonly memory: "scratchpad" | "accumulator" })[];
  readonly result: RowRange & { readonly memory: "scratchpad" | "accumulator" };
  /** Rows of bias and scale. */
  readonly parameters: RowRange | null;
  readonly table: boolean;
  /** A row of the result may be where a row of the operand was, as long as it is the same one. */
  readonly inPlace: boolean;
}

const lowest = -(2 ** 31);

/**
 * The rows that a VEC touches.
 * @throws RangeError for what the unit refuses
 */
export function vectorRows(operands: Operands, configuration: VectorConfiguration, side: number): VectorRows {
  const { op, rows, cols, imm, blocks, byRow, pools, binary, memoryOf } = shapeOf(operands, side);
  const [height, width] = windowOf(imm);
  if (rows === 0 || cols === 0) throw new RangeError("a matrix has at least one row and column");
  if (pools && (height === 0 || width === 0 || configuration.poolOutWidth === 0))
    throw new RangeError("a window has at least one row and column");
  const ofMatrix = blocks * rows;
  const src = operands.number("src");
  const sources: (RowRange & { memory: "scratchpad" | "accumulator" })[] = [];
  if (pools) {
    const last = poolRow(rows - 1, height * width - 1, imm, configuration);
    for (let block = 0; block < blocks; block++)
      sources.push({ memory: memoryOf("src"), from: src + block * configuration.poolPixels, rows: last + 1 });
  } else sources.push({ memory: memoryOf("src"), from: src, rows: ofMatrix });
  if (binary) {
    const second = !operands.has("broadcast") ? ofMatrix : (imm & 0x8000) !== 0 ? rows : blocks;
    sources.push({ memory: memoryOf("src2"), from: operands.number("src2"), rows: second });
  }
  const quantises = operands.has("dst_int8");
  return {
    sources,
    result: { memory: memoryOf("dst"), from: operands.number("dst"), rows: byRow ? rows : ofMatrix },
    parameters: quantises ? { from: operands.number("scale"), rows: byRow ? 1 : blocks } : null,
    table: op === "lut",
    inPlace: !byRow && !pools && !operands.has("broadcast"),
  };
}

/** Carries out a VEC whose rows are in range. */
export function runVector(operands: Operands, configuration: VectorConfiguration, memory: TileMemory): void {
  const { side, bias, scale, lut } = memory;
  const { op, rows, cols, imm, blocks, byRow, pools, binary, memoryOf } = shapeOf(operands, side);
  const [height, width] = windowOf(imm);
  const [x, y] = [memory[memoryOf("src")], memory[memoryOf("src2")]];
  const [src, src2, dst] = [operands.number("src"), operands.number("src2"), operands.number("dst")];
  const results: Int32Array[] = [];
  const windowRows = height * width;
  for (let block = 0; block < (byRow ? 1 : blocks); block++)
    for (let row = 0; row < rows; row++) {
      const sums = new Int32Array(side);
      const lanes = byRow ? side : Math.min(side, cols - block * side);
      let ofRow = op === "rowmax" ? lowest : 0;
      if (byRow)
        for (let col = 0; col < cols; col++) {
          const value = x[(src + Math.floor(col / side) * rows + row) * side + (col % side)] ?? 0;
          ofRow = op === "rowmax" ? Math.max(ofRow, value) : (ofRow + value) | 0;
        }
      for (let lane = 0; lane < lanes; lane++) {
        if (byRow) sums[lane] = ofRow;
        else if (pools) {
          let value = op === "poolmax" ? lowest : 0;
          for (let i = 0; i < windowRows; i++) {
            const at = src + block * configuration.poolPixels + poolRow(row, i, imm, configuration);
            const pixel = x[at * side + lane] ?? 0;
            value = op === "poolmax" ? Math.max(value, pixel) : (value + pixel) | 0;
          }
          sums[lane] = value;
        } else {
          const a = x[(src + block * rows + row) * side + lane] ?? 0;
          const second = !operands.has("broadcast") ? block * rows + row : (imm & 0x8000) !== 0 ? row : block;
          const b = binary ? (y[(src2 + second) * side + lane] ?? 0) : 0;
          sums[lane] = laneResult(op, a, b, imm, lut);
        }
      }
      results.push(sums);
    }

  const act = operands.name("act");
  const { zeroPoint } = configuration;
  const low = act === "none" ? -128 : act === "clip" ? configuration.low : zeroPoint;
  const high = act === "none" || act === "relu" ? 127 : configuration.high;
  for (const [i, sums] of results.entries()) {
    const block = byRow ? 0 : Math.floor(i / rows);
    // Lanes beyond the matrix are zero, except that a row's one result is in all of them.
    const lanes = byRow ? side : Math.min(side, cols - block * side);
    const parameters = (operands.number("scale") + block) * side;
    for (let lane = 0; lane < side; lane++) {
      const at = (dst + i) * side + lane;
      const sum = sums[lane] ?? 0;
      if (!operands.has("dst_int8")) memory.accumulator[at] = lane < lanes ? sum : 0;
      else {
        const word = scale[parameters + lane] ?? 0;
        const factor = { multiplier: word & 0xffffff, shift: (word >>> 24) & 31 };
        const biased = (sum + (bias[parameters + lane] ?? 0)) | 0;
        memory.scratchpad[at] = lane < lanes ? requantiseSingle(biased, factor, { zeroPoint, low, high }) : 0;
      }
    }
  }
}

function laneResult(op: string, a: number, b: number, imm: number, table: Int16Array): number {
  switch (op) {
    case "add":
      return (imm & 1) === 1 ? (a - b) | 0 : (a + b) | 0;
    case "mul": {
      const amount = BigInt(imm & 63);
      return Number(BigInt.asIntN(32, (BigInt(a) * BigInt(b) + ((1n << amount) >> 1n)) >> amount));
    }
    case "max":
      return Math.max(a, b);
    case "relu":
      return Math.max(0, a);
    case "relu6":
      return Math.min(imm, Math.max(0, a));
    case "clip":
      return Math.min(imm, Math.max(-imm, a));
    case "lut":
      return table[Math.min(255, Math.max(0, a + imm))] ?? 0;
    case "recip":
      return Math.min(2 ** 31 - 1, Math.floor(2 ** 31 / Math.max(1, a)));
    case "rsqrt":
      return reciprocalRoot(Math.max(1, a));
    default:
      return a;
  }
}

/** ⌊2^30 / √x⌋, put right where the double is off. */
function reciprocalRoot(x: number): number {
  let root = Math.floor(2 ** 30 / Math.sqrt(x));
  const of = BigInt(x);
  while (BigInt(root) ** 2n * of > 2n ** 60n) root--;
  while (BigInt(root + 1) ** 2n * of <= 2n ** 60n) root++;
  return root;
}

/** Height, width and stride of a pooling window. */
const windowOf = (imm: number): readonly [number, number, number] => [imm & 15, (imm >> 4) & 15, (imm >> 8) & 15];

/** The pixel, from the first of a block, that is the i-th of a window. */
function poolRow(row: number, i: number, imm: number, { poolOutWidth, poolWidth }: VectorConfiguration): number {
  const [, width, stride] = windowOf(imm);
  const top = Math.floor(row / poolOutWidth) * stride + Math.floor(i / width);
  const left = (row % poolOutWidth) * stride + (i % width);
  return top * poolWidth + left;
}

function shapeOf(operands: Operands, side: number) {
  const op = operands.name("op");
  const cols = operands.number("cols");
  return {
    op,
    cols,
    rows: operands.number("rows"),
    imm: operands.number("imm"),
    blocks: Math.ceil(cols / side),
    byRow: op === "rowmax" || op === "rowsum",
    pools: op === "poolmax" || op === "poolavg",
    binary: op === "add" || op === "mul" || op === "max",
    memoryOf: (operand: "src" | "src2" | "dst"): "scratchpad" | "accumulator" =>
      operands.has(`${operand}_int8`) ? "scratchpad" : "accumulator",
  };
}
