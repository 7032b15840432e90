import type { activations, vectorOperations } from "../../../hdl/npu/isa/index.ts";
import type { Instruction } from "../instruction.ts";

/** Rows of one of the two local memories, from `row` on. Scratchpad rows hold int8, accumulator rows int32. */
export interface LocalRows {
  readonly memory: "scratchpad" | "accumulator";
  readonly row: number;
}

/** A vector instruction; see `VectorCommand` of the vector unit. */
export interface VectorInstruction {
  readonly op: (typeof vectorOperations)[number];
  readonly act?: (typeof activations)[number];
  readonly src: LocalRows;
  readonly src2?: LocalRows;
  readonly dst: LocalRows;
  readonly rows: number;
  readonly cols: number;
  readonly imm?: number;
  /** First row of bias and scale, for a destination in the scratchpad. */
  readonly scale?: number;
  /** One row of `src2` serves a whole block of the matrix, or all blocks of a row of it. */
  readonly broadcast?: "block" | "row";
}

/** Bit of `imm` that makes `broadcast` go by the rows of the matrix. */
const perRow = 0x8000;

/** The instruction as the assembler takes it. */
export function vec(of: VectorInstruction): Instruction {
  const { op, act = "none", src, src2, dst, rows, cols, imm = 0, scale = 0, broadcast } = of;
  const set: string[] = [];
  if (src.memory === "scratchpad") set.push("src_int8");
  if (src2?.memory === "scratchpad") set.push("src2_int8");
  if (dst.memory === "scratchpad") set.push("dst_int8");
  if (broadcast) set.push("broadcast");
  return {
    mnemonic: "vec",
    set,
    operands: {
      ...{ op, act, src: src.row, src2: src2?.row ?? 0, dst: dst.row, rows, cols, scale },
      imm: broadcast === "row" ? imm | perRow : imm,
    },
  };
}
