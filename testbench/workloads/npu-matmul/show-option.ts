import { type ChipConfig, chipNodes } from "../../../hdl/npu/chip-config.ts";
import { type TileMemory, tileMemories } from "../../../hdl/npu/row-access.ts";
import { memoriesOf, memoryWindows } from "../../../hdl/npu/tile/index.ts";
import { InputError } from "../../input-error.ts";
import type { Npu } from "../../runtime/npu.ts";

/** Rows of a tile's local memory. */
export interface ShownRows {
  readonly node: number;
  readonly memory: TileMemory;
  readonly from: number;
  /** The row after the last. */
  readonly to: number;
}

/**
 * What `--show` asks for, such as `0:accumulator:0..3`, several with commas in between.
 * @throws InputError for what is no rows of a memory of the chip
 */
export function showOption(text: string | undefined, config: ChipConfig): ShownRows[] {
  if (text === undefined) return [];
  return text.split(",").map((part) => {
    const [, number = "", name = "", first = "", last = first] =
      /^\s*(\d+):(\w+):(\d+)(?:\.\.(\d+))?\s*$/.exec(part) ?? [];
    if (number === "") throw new InputError(`--show ${part}: give node:memory:rows, such as 0:accumulator:0..3`);
    const memory = tileMemories.find((one) => one === name);
    if (!memory)
      throw new InputError(`--show ${part}: there is no memory ${name}; give one of ${tileMemories.join(", ")}`);
    const nodes = chipNodes(config);
    const tile = nodes.find(({ id }) => id === Number(number));
    if (!tile)
      throw new InputError(
        `--show ${part}: the chip has no node ${number}, but ${nodes.map(({ id }) => id).join(", ")}`,
      );
    if (!memoriesOf(tile.kind).some((one) => one === memory))
      throw new InputError(`--show ${part}: node ${number} is a ${tile.kind} tile, without ${memory}`);
    const [from, to] = [Number(first), Number(last) + 1];
    const rows = memoryWindows[memory].rows(config.tile);
    if (from >= to || to > rows)
      throw new InputError(`--show ${part}: give rows from 0 to ${rows - 1}, the first one first`);
    return { node: Number(number), memory, from, to };
  });
}

/** Has the host read the rows, and shows each as its words: int32 where it holds such, else in hexadecimal. */
export async function shownRows(npu: Npu, shown: readonly ShownRows[]): Promise<[string, string][]> {
  const rows: [string, string][] = [];
  for (const { node, memory, from, to } of shown) {
    const words = await npu.readMemory(node, memory, from, to - from);
    const each = words.length / (to - from);
    for (let row = from; row < to; row++) {
      const own = [...words.subarray((row - from) * each, (row - from + 1) * each)];
      rows.push([`${memory} ${row} of node ${node}`, own.map((word) => wordText(memory, word)).join(" ")]);
    }
  }
  return rows;
}

function wordText(memory: TileMemory, word: number): string {
  const isNumber = memory === "accumulator" || memory === "bias" || memory === "lut";
  return isNumber ? `${word}` : (word >>> 0).toString(16).padStart(8, "0");
}
