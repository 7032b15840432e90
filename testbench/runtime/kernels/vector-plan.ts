import type { NpuConfig } from "../../../hdl/index.ts";
import { configurationValue } from "../../../hdl/npu/isa/index.ts";
import { InputError } from "../../input-error.ts";
import type { Instruction } from "../instruction.ts";
import { parameterRows, tableEntries } from "../model/tile-memory.ts";
import { type SingleScale, scaleWord, singleScale } from "../requantise-single.ts";
import { type LocalRows, type VectorInstruction, vec } from "./vec.ts";
import type { Shape } from "./vector-kernel.ts";

/** What must lie in a local memory before a program runs: rows of `side` numbers, or for the table one row of 256. */
export interface LocalImage {
  readonly memory: "scratchpad" | "accumulator" | "bias" | "scale" | "table";
  readonly row: number;
  readonly rows: readonly (readonly number[])[];
}

/** The largest number of rows or columns of an instruction. */
const mostRows = 4095;

/**
 * The program of a vector kernel as it is written: its instructions in order, what it needs in the local memories, and
 * who has which rows of them.
 *
 * The banks matter for speed alone: an accumulator bank reads or writes one row a cycle, a scratchpad bank does both, so
 * an instruction moves a row a cycle when it reads and writes different banks.
 */
export class VectorPlan {
  /** CFG and VEC instructions, without tokens. */
  readonly program: Instruction[] = [];
  readonly images: LocalImage[] = [];
  private readonly scratchpadRows: number[];
  private readonly accumulatorRows = [0, 0];
  private parameters = 0;
  private identityRows: LocalRows | null = null;

  constructor(readonly config: NpuConfig) {
    this.scratchpadRows = new Array<number>(config.scratchpadBanks).fill(0);
  }

  /** Blocks of `side` columns. */
  blocks(cols: number): number {
    return Math.ceil(cols / this.config.side);
  }

  /**
   * The shape of a matrix seen as one block, so that what is broadcast to a block serves all of it. Lanes beyond the
   * matrix count as well.
   */
  flat({ rows, cols }: Shape): Shape {
    return { rows: rows * this.blocks(cols), cols: this.config.side };
  }

  /** Reserves scratchpad rows, in bank `bank` modulo the number of banks. */
  scratchpad(rows: number, bank: number): LocalRows {
    const { scratchpadRows, scratchpadBanks } = this.config;
    const row = reserve(this.scratchpadRows, bank % scratchpadBanks, rows, scratchpadRows / scratchpadBanks);
    return { memory: "scratchpad", row };
  }

  /** Reserves accumulator rows in a bank. */
  accumulators(rows: number, bank: 0 | 1): LocalRows {
    return { memory: "accumulator", row: reserve(this.accumulatorRows, bank, rows, this.config.accumulatorRows / 2) };
  }

  /** An accumulator row with `value` in every lane. */
  constant(value: number, bank: 0 | 1): LocalRows {
    return this.channels(new Array<number>(this.config.side).fill(value), bank);
  }

  /** A scratchpad row with `value`, an int8, in every lane. */
  bytes(value: number, bank: number): LocalRows {
    const at = this.scratchpad(1, bank);
    this.images.push({
      memory: "scratchpad",
      row: at.row,
      rows: this.lanes(new Array<number>(this.config.side).fill(value)),
    });
    return at;
  }

  /** Accumulator rows with a value for each column, a row a block. */
  channels(values: readonly number[], bank: 0 | 1): LocalRows {
    const rows = this.lanes(values);
    const at = this.accumulators(rows.length, bank);
    this.images.push({ memory: "accumulator", row: at.row, rows });
    return at;
  }

  /** Scratchpad rows of which row i has a 1 in lane i modulo `side` and zeros in the others. Made once, `rows` ever after. */
  identity(rows: number): LocalRows {
    if (this.identityRows) return this.identityRows;
    const { side } = this.config;
    this.identityRows = this.scratchpad(rows, 3);
    const values = Array.from({ length: rows }, (_, i) =>
      Array.from({ length: side }, (_, lane) => Number(lane === i % side)),
    );
    this.images.push({ memory: "scratchpad", row: this.identityRows.row, rows: values });
    return this.identityRows;
  }

  /**
   * Rows of bias and scale for `cols` columns, one number for all of them or one each: a sum becomes int8 as
   * (sum + bias) · factor. Returns the first row.
   * @throws RangeError for a factor that the requantiser does not take and a bias beyond int32
   */
  requantiser(cols: number, factor: number | readonly SingleScale[], bias: number | readonly number[] = 0): number {
    const biases = typeof bias === "number" ? new Array<number>(cols).fill(bias) : bias;
    const scales = typeof factor === "number" ? new Array<SingleScale>(cols).fill(singleScale(factor)) : factor;
    for (const one of biases)
      if ((one | 0) !== one) throw new RangeError(`a bias of ${one}: a whole number of 32 bits wanted`);
    const row = this.parameters;
    this.images.push({ memory: "bias", row, rows: this.lanes(biases) });
    this.images.push({ memory: "scale", row, rows: this.lanes(scales.map(scaleWord)) });
    this.parameters += this.blocks(cols);
    return row;
  }

  /** Takes the table of `lut` for entry(0) to entry(255). @throws RangeError for an entry beyond int16 */
  table(entry: (index: number) => number): void {
    const row = Array.from({ length: tableEntries }, (_, index) => entry(index));
    for (const value of row)
      if ((value << 16) >> 16 !== value) throw new RangeError(`a table entry of ${value}: int16 wanted`);
    if (this.images.some(({ memory }) => memory === "table")) throw new RangeError("a plan has one table");
    this.images.push({ memory: "table", row: 0, rows: [row] });
  }

  /** Sets the int8 that stands for 0 in results, and what the activations relu6 and clip limit them to. */
  requantiseTo(zeroPoint: number, low = -128, high = 127): void {
    this.configure("quantisation", { zeroPoint, low, high });
  }

  /** Sets the geometry of pooling, in pixels: the image's width, windows side by side, pixels in all. */
  poolOver(poolWidth: number, poolOutWidth: number, poolPixels: number): void {
    this.configure("pooling", { poolWidth, poolOutWidth, poolPixels });
  }

  vec(instruction: VectorInstruction): void {
    this.program.push(vec(instruction));
  }

  /**
   * Throws an InputError that names the memory if the plan needs more than the tile has, or an instruction more rows or
   * columns than it can say.
   */
  check(what: string): void {
    const excess = this.excess();
    if (excess !== null) throw new InputError(`${what} needs ${excess}`);
  }

  /** What the plan needs too much of. */
  excess(): string | null {
    const { scratchpadRows, scratchpadBanks, accumulatorRows } = this.config;
    const memories = [
      ...this.accumulatorRows.map((rows) => ["rows of an accumulator bank", rows, accumulatorRows / 2] as const),
      ...this.scratchpadRows.map(
        (rows) => ["rows of a scratchpad bank", rows, scratchpadRows / scratchpadBanks] as const,
      ),
      ["rows of bias and scales", this.parameters, parameterRows] as const,
      ...this.program.flatMap(({ operands }) =>
        (["rows", "cols"] as const).map(
          (name) => [`${name} of an instruction`, Number(operands?.[name] ?? 0), mostRows] as const,
        ),
      ),
    ];
    const over = memories.find(([, needed, has]) => needed > has);
    return over ? `${over[1].toLocaleString("en-US")} ${over[0]}, of ${over[2].toLocaleString("en-US")}` : null;
  }

  /** Values in rows of `side`, the last filled up with zeros. */
  private lanes(values: readonly number[]): number[][] {
    const { side } = this.config;
    return Array.from({ length: this.blocks(values.length) }, (_, block) =>
      Array.from({ length: side }, (_, lane) => values[block * side + lane] ?? 0),
    );
  }

  private configure(reg: string, fields: Readonly<Record<string, number>>): void {
    this.program.push({ mnemonic: "cfg", operands: { reg, value: configurationValue(reg, fields) } });
  }
}

/** The first of `rows` rows of a bank that are not taken yet; past the bank's end where there are none. */
function reserve(taken: number[], bank: number, rows: number, size: number): number {
  const at = taken[bank] ?? 0;
  taken[bank] = at + rows;
  return bank * size + at;
}
