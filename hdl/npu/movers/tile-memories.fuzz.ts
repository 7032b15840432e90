import type { Random } from "../../../testbench/bench/random.ts";
import type { SparseMemory } from "../../../testbench/models/sparse-memory.ts";
import { encode } from "../../../testbench/runtime/instruction.ts";
import type { NpuConfig } from "../npu-config.ts";

/** A LOAD, or a STORE where it has no padding, by its operands. */
export interface Matrix {
  readonly sub: "scratchpad" | "accumulator" | "bias" | "scale" | "lut";
  readonly transpose?: boolean;
  readonly accumulate?: boolean;
  readonly int32?: boolean;
  readonly local: number;
  readonly dram: number;
  readonly rows: number;
  readonly cols: number;
  readonly stride: number;
  readonly top?: number;
  readonly bottom?: number;
  readonly left?: number;
  readonly right?: number;
}

/** A SEND or a RECEIVE by its operands. */
export interface Packet {
  readonly sub: "scratchpad" | "accumulator";
  readonly accumulate?: boolean;
  readonly node: number;
  readonly mask?: number;
  readonly tag: number;
  readonly local: number;
  readonly rows: number;
}

/** The word of an instruction; `set` are its token bits, and `interrupt`. */
export function instructionWord(
  mnemonic: "load" | "store" | "send" | "receive",
  given: Matrix | Packet,
  set: readonly string[] = [],
): bigint {
  const { sub, ...rest } = given;
  const flags = Object.entries(rest).flatMap(([name, value]) => (value === true ? [name] : []));
  const operands = Object.entries(rest).flatMap(([name, value]) =>
    typeof value === "number" ? [[name, value] as const] : [],
  );
  return encode({ mnemonic, sub, set: [...flags, ...set], operands: Object.fromEntries(operands) });
}

/** What a tile's memories hold, and what instructions do to them, element by element. */
export class TileMemories {
  readonly scratchpad: Uint8Array;
  readonly accumulators: Int32Array;
  readonly bias: Int32Array;
  readonly scale: Int32Array;
  readonly table = new Int16Array(256);
  private readonly side: number;

  constructor({ side, scratchpadRows, accumulatorRows }: NpuConfig, random?: Random) {
    this.side = side;
    this.scratchpad = new Uint8Array(side * scratchpadRows).map(() => random?.int8() ?? 0);
    this.accumulators = new Int32Array(side * accumulatorRows).map(() => random?.int32() ?? 0);
    this.bias = new Int32Array(side * 256);
    this.scale = new Int32Array(side * 256);
  }

  /** All of them, to be compared. */
  get contents(): Record<string, number[]> {
    const { scratchpad, accumulators, bias, scale, table } = this;
    return {
      scratchpad: [...scratchpad],
      accumulators: [...accumulators],
      bias: [...bias],
      scale: [...scale],
      table: [...table],
    };
  }

  /** Rows, or entries, of the memory that a LOAD writes. */
  span({ sub, transpose, rows, cols, top = 0, bottom = 0, left = 0, right = 0 }: Matrix): number {
    const [height, width] = [top + rows + bottom, left + cols + right];
    if (sub === "lut") return height * width;
    return transpose ? width * Math.ceil(height / this.side) : height * Math.ceil(width / this.side);
  }

  /** What a port of the scratchpad hands over. */
  writeRow({ address, data, mask }: PortWrite): void {
    for (let lane = 0; lane < this.side; lane++)
      if ((BigInt(mask) >> BigInt(lane)) & 1n)
        this.scratchpad[Number(address) * this.side + lane] = Number((BigInt(data) >> BigInt(8 * lane)) & 255n);
  }

  /** What a port of the accumulators hands over. */
  addRow({ address, sums, accumulate }: PortAdd): void {
    sums.forEach((sum, lane) => {
      const place = Number(address) * this.side + lane;
      this.accumulators[place] = sum + (accumulate ? (this.accumulators[place] ?? 0) : 0);
    });
  }

  /** A row for the bias or the scale memory. */
  setParameter(memory: "bias" | "scale", address: number, row: readonly number[]): void {
    this[memory].set(row, address * this.side);
  }

  load(matrix: Matrix, dram: SparseMemory): void {
    const { sub, transpose, accumulate, local, rows, cols } = matrix;
    const { top = 0, bottom = 0, left = 0, right = 0 } = matrix;
    const [height, width] = [top + rows + bottom, left + cols + right];
    const { side } = this;
    const lines = Math.ceil(height / side) * side;
    const columns = Math.ceil(width / side) * side;
    for (let i = 0; i < (transpose ? lines : height); i++)
      for (let j = 0; j < (sub === "lut" || transpose ? width : columns); j++) {
        const value = elementOf(matrix, dram, i - top, j - left);
        const [block, lane] = transpose ? [Math.floor(i / side), i % side] : [Math.floor(j / side), j % side];
        const row = transpose ? local + block * width + j : local + block * height + i;
        const place = row * side + lane;
        if (sub === "lut") this.table[local + i * width + j] = value;
        else if (sub === "scratchpad") this.scratchpad[place] = value;
        else if (sub === "accumulator")
          this.accumulators[place] = value + (accumulate ? (this.accumulators[place] ?? 0) : 0);
        else this[sub][place] = value;
      }
  }

  /** Rows from `local` on become those of the flits, or have them added. */
  receive(
    sub: Packet["sub"],
    local: number,
    accumulate: boolean,
    flits: readonly { readonly payload: bigint }[],
  ): void {
    const bytes = flits.flatMap(({ payload }) =>
      Array.from({ length: this.side }, (_, i) => Number((payload >> BigInt(8 * i)) & 255n)),
    );
    const first = local * this.side;
    if (sub === "scratchpad") {
      this.scratchpad.set(bytes, first);
      return;
    }
    new Int32Array(Uint8Array.from(bytes).buffer).forEach((sum, i) => {
      this.accumulators[first + i] = sum + (accumulate ? (this.accumulators[first + i] ?? 0) : 0);
    });
  }

  /** Writes a matrix to DRAM. */
  store({ sub, int32, local, dram, rows, cols, stride }: Matrix, memory: SparseMemory): void {
    const { side } = this;
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < cols; j++) {
        const place = (local + Math.floor(j / side) * rows + i) * side + (j % side);
        if (!int32) memory.setByte(dram + i * stride + j, this.scratchpad[place] ?? 0);
        for (let byte = 0; byte < 4 && int32; byte++)
          memory.setByte(dram + i * stride + 4 * j + byte, ((this.accumulators[place] ?? 0) >> (8 * byte)) & 255);
      }
    if (sub === "accumulator" && !int32) throw new Error("only int32 are stored from the accumulators");
  }

  /** The payloads of the flits that carry rows. */
  send({ sub, local, rows }: Packet): bigint[] {
    const { side, scratchpad, accumulators } = this;
    const bytes = sub === "scratchpad" ? scratchpad : new Uint8Array(accumulators.buffer);
    const perRow = sub === "scratchpad" ? side : 4 * side;
    const sent = bytes.slice(local * perRow, (local + rows) * perRow);
    return Array.from({ length: sent.length / side }, (_, i) =>
      [...sent.slice(i * side, (i + 1) * side)].reduceRight((word, byte) => (word << 8n) | BigInt(byte), 0n),
    );
  }
}

/** Bytes of an element of a matrix in DRAM. */
export function elementBytes({ sub, int32 }: Matrix): number {
  return sub === "lut" ? 2 : sub === "bias" || sub === "scale" || int32 ? 4 : 1;
}

/** An element of a matrix as it lies in DRAM; 0 beyond it. */
export function elementOf(matrix: Matrix, dram: SparseMemory, row: number, column: number): number {
  const { rows, cols, stride } = matrix;
  if (row < 0 || row >= rows || column < 0 || column >= cols) return 0;
  const bytes = elementBytes(matrix);
  const address = matrix.dram + row * stride + column * bytes;
  const word = [...dram.read(address, bytes)].reduce((sum, byte, i) => sum | (byte << (8 * i)), 0);
  const unused = 32 - 8 * bytes;
  return (word << unused) >> unused;
}

/** The bits of a `ScratchpadWrite` and of an `AccumulatorAdd` as a testbench reads them. */
export interface PortWrite {
  readonly address: number | bigint;
  readonly data: number | bigint;
  readonly mask: number | bigint;
}
export interface PortAdd {
  readonly address: number | bigint;
  readonly sums: readonly number[];
  readonly accumulate: number;
}
