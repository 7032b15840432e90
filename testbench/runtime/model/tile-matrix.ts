import type { SparseMemory } from "../../models/sparse-memory.ts";
import type { DramRows } from "./dram-log.ts";
import type { Operands } from "./operands.ts";
import { type LocalMemory, localMemories, type TileMemory } from "./tile-memory.ts";

/** A LOAD or STORE: which rows of which memory, and which bytes of the DRAM. */
export interface MatrixMove {
  readonly memory: LocalMemory;
  readonly local: number;
  /** Rows of the local memory from `local` on. */
  readonly rows: number;
  readonly dram: DramRows;
}

/** Bytes of an element in DRAM. */
function elementBytes(operands: Operands): number {
  const { sub } = operands;
  if (sub === "lut") return 2;
  if (sub === "bias" || sub === "scale") return 4;
  return sub === "accumulator" && operands.has("int32") ? 4 : 1;
}

/** The size of a matrix with its padding. */
function padded(operands: Operands): { readonly rows: number; readonly cols: number } {
  const number = (name: string) => operands.number(name);
  if (operands.mnemonic === "store") return { rows: number("rows"), cols: number("cols") };
  return {
    rows: number("top") + number("rows") + number("bottom"),
    cols: number("left") + number("cols") + number("right"),
  };
}

/**
 * What a LOAD or STORE moves.
 * @throws RangeError for what the unit refuses
 */
export function matrixMove(operands: Operands, { side }: TileMemory): MatrixMove {
  const { mnemonic, sub } = operands;
  const number = (name: string) => operands.number(name);
  const memory = localMemories.find((name) => name === sub);
  if (memory === undefined) throw new RangeError(`there is no memory ${sub}`);
  const { rows, cols } = padded(operands);
  if (number("rows") === 0 || number("cols") === 0) throw new RangeError("a matrix has at least one row and column");
  if (mnemonic === "store" && memory === "accumulator" && !operands.has("int32"))
    throw new RangeError("accumulators are stored as int32");
  const transposes = operands.has("transpose");
  if (transposes && memory !== "scratchpad") throw new RangeError("only the scratchpad takes a transpose");
  if (operands.has("accumulate") && memory !== "accumulator") throw new RangeError("only accumulators accumulate");
  const bytes = elementBytes(operands);
  const localRows =
    memory === "lut" ? rows * cols : transposes ? Math.ceil(rows / side) * cols : Math.ceil(cols / side) * rows;
  return {
    memory,
    local: number("local"),
    rows: localRows,
    dram: {
      address: number("dram"),
      rows: number("rows"),
      bytes: number("cols") * bytes,
      stride: number("stride"),
    },
  };
}

/** Carries out a LOAD whose rows are in range. */
export function loadMatrix(operands: Operands, move: MatrixMove, memory: TileMemory, dram: SparseMemory): void {
  const { side } = memory;
  const { rows, cols } = padded(operands);
  const number = (name: string) => operands.number(name);
  const [top, left] = [number("top"), number("left")];
  const transposes = operands.has("transpose");
  const accumulates = operands.has("accumulate");
  const size = elementBytes(operands);
  const into = memory[move.memory];
  const from = move.local * (move.memory === "lut" ? 1 : side);
  const place = (row: number, col: number): number => {
    if (move.memory === "lut") return row * cols + col;
    if (transposes) return (Math.floor(row / side) * cols + col) * side + (row % side);
    return (Math.floor(col / side) * rows + row) * side + (col % side);
  };
  if (!accumulates) into.fill(0, from, from + (move.memory === "lut" ? move.rows : move.rows * side));
  for (let row = 0; row < number("rows"); row++) {
    const bytes = dram.read(move.dram.address + row * move.dram.stride, move.dram.bytes);
    const view = new DataView(bytes.buffer);
    for (let col = 0; col < number("cols"); col++) {
      const at = from + place(top + row, left + col);
      const value =
        size === 4 ? view.getInt32(4 * col, true) : size === 2 ? view.getInt16(2 * col, true) : view.getInt8(col);
      into[at] = accumulates ? (into[at] ?? 0) + value : value;
    }
  }
}

/** Carries out a STORE whose rows are in range. */
export function storeMatrix(operands: Operands, move: MatrixMove, memory: TileMemory, dram: SparseMemory): void {
  const { side } = memory;
  const number = (name: string) => operands.number(name);
  const [rows, cols] = [number("rows"), number("cols")];
  const from = memory[move.memory];
  const size = elementBytes(operands);
  for (let row = 0; row < rows; row++) {
    const bytes = new Uint8Array(move.dram.bytes);
    const view = new DataView(bytes.buffer);
    for (let col = 0; col < cols; col++) {
      const value = from[(move.local + Math.floor(col / side) * rows + row) * side + (col % side)] ?? 0;
      if (size === 4) view.setInt32(4 * col, value, true);
      else view.setInt8(col, value);
    }
    dram.write(move.dram.address + row * move.dram.stride, bytes);
  }
}
