import type { DramMap } from "../dram-map.ts";
import type { Instruction } from "../instruction.ts";
import { ProgramBuilder } from "../program-builder.ts";
import type { KernelPlaces, MatrixPlace } from "./vector-kernel.ts";
import type { LocalImage, VectorPlan } from "./vector-plan.ts";

/** A matrix in DRAM, row by row, of int8 or int32. */
export interface DramMatrix {
  readonly address: number;
  readonly rows: number;
  readonly cols: number;
  readonly elementBytes: 1 | 4;
}

/** Bits of FENCE for the queues. */
const fences = { load: 1, vector: 4, store: 8 } as const;

/**
 * A kernel on matrices in DRAM, as a whole program of a tile: constants are loaded once, then part by part the inputs are
 * loaded, worked on and the output stored.
 *
 *     LOAD constants │ LOAD │ FENCE │ CFG, VEC … │ STORE │ FENCE │ LOAD │ FENCE │ CFG, VEC … │ STORE │ HALT
 *                      part 0                                      part 1
 */
export interface KernelProgram {
  readonly program: readonly Instruction[];
  /** What must lie in DRAM beside the inputs. */
  readonly constants: readonly { readonly address: number; readonly bytes: Uint8Array }[];
  readonly inputs: readonly DramMatrix[];
  readonly output: DramMatrix;
}

/**
 * The program of a kernel for matrices of `rows` rows, in parts of as many as its output has. The last part begins
 * earlier where it would be shorter, and some rows are computed twice. Throws a RangeError for fewer rows than a part,
 * an InputError for a plan that the tile has no room for.
 */
export function kernelProgram(
  plan: VectorPlan,
  { inputs, output }: KernelPlaces,
  map: DramMap,
  rows = output.rows,
): KernelProgram {
  if (rows < output.rows) throw new RangeError(`${rows} rows are fewer than a part of ${output.rows}`);
  plan.check("a kernel");
  const parts = Math.ceil(rows / output.rows);
  const matrixOf = (name: string, place: MatrixPlace): DramMatrix => {
    const elementBytes = place.at.memory === "scratchpad" ? 1 : 4;
    const size = { rows: parts === 1 ? place.rows : rows, cols: place.cols };
    const { address } = map.place(name, size.rows * size.cols * elementBytes);
    return { address, ...size, elementBytes };
  };
  const sources = inputs.map((place, i) => ({ place, matrix: matrixOf(`input ${i}`, place) }));
  const target = matrixOf("output", output);
  const images = plan.images.map((image) => {
    const bytes = bytesOf(image);
    return { image, bytes, address: map.place(image.memory, bytes.length).address };
  });

  const builder = new ProgramBuilder();
  const { side } = plan.config;
  for (const { image, address } of images) builder.add(imageLoad(image, address, side));
  for (let part = 0; part < parts; part++) {
    const from = Math.min(part * output.rows, rows - output.rows);
    if (part > 0) builder.control({ mnemonic: "fence", operands: { queues: fences.vector | fences.store } });
    for (const { place, matrix } of sources) builder.add(matrixMove("load", place, matrix, parts === 1 ? 0 : from));
    builder.control({ mnemonic: "fence", operands: { queues: fences.load } });
    const done = plan.program.flatMap((instruction) => {
      if (instruction.mnemonic === "vec") return [builder.add(instruction)];
      builder.control(instruction);
      return [];
    });
    builder.add(matrixMove("store", output, target, from), [done.at(-1)]);
  }
  return {
    program: [...builder.program, { mnemonic: "halt" }],
    constants: images.map(({ address, bytes }) => ({ address, bytes })),
    inputs: sources.map(({ matrix }) => matrix),
    output: target,
  };
}

function matrixMove(mnemonic: "load" | "store", place: MatrixPlace, matrix: DramMatrix, from: number): Instruction {
  const stride = matrix.cols * matrix.elementBytes;
  return {
    mnemonic,
    sub: place.at.memory,
    set: matrix.elementBytes === 4 ? ["int32"] : [],
    operands: {
      local: place.at.row,
      dram: matrix.address + from * stride,
      rows: place.rows,
      cols: place.cols,
      stride,
    },
  };
}

function imageLoad({ memory, row, rows }: LocalImage, address: number, side: number): Instruction {
  const cols = memory === "table" ? (rows[0]?.length ?? 0) : side;
  return {
    mnemonic: "load",
    sub: memory === "table" ? "lut" : memory,
    set: memory === "accumulator" ? ["int32"] : [],
    operands: { local: row, dram: address, rows: rows.length, cols, stride: cols * elementBytes(memory) },
  };
}

/** An image as it lies in DRAM: int8 for the scratchpad, int16 for the table, int32 for the others, little-endian. */
function bytesOf({ memory, rows }: LocalImage): Uint8Array {
  const size = elementBytes(memory);
  const values = rows.flat();
  const view = new DataView(new ArrayBuffer(values.length * size));
  for (const [i, value] of values.entries()) {
    if (size === 1) view.setInt8(i, value);
    else if (size === 2) view.setInt16(2 * i, value, true);
    else view.setInt32(4 * i, value, true);
  }
  return new Uint8Array(view.buffer);
}

function elementBytes(memory: LocalImage["memory"]): 1 | 2 | 4 {
  return memory === "scratchpad" ? 1 : memory === "table" ? 2 : 4;
}
