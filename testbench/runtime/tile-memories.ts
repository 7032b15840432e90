import type { NpuConfig, TileMemory } from "../../hdl/index.ts";
import { memoryOffset, memoryWindows } from "../../hdl/npu/tile/index.ts";
import type { Process } from "../bench/process.ts";
import type { Host } from "../models/host.ts";

/**
 * The local memories of one tile, as the host reaches them while the tile is at rest: a look at what a program left, and
 * a start from what no program loaded.
 */
export class TileMemories {
  private readonly base: number;

  constructor(
    private readonly host: Host,
    node: number,
    private readonly config: NpuConfig,
  ) {
    this.base = node * 2 ** 24;
  }

  /** Words of 32 bits that a row has. */
  wordsOf(memory: TileMemory): number {
    return memoryWindows[memory].pitch(this.config) / 4;
  }

  /**
   * The words of `rows` rows, one after the other.
   * @throws RangeError for rows that the host does not reach; SimulationError while the tile is not at rest
   */
  *read(memory: TileMemory, from: number, rows: number): Process<Int32Array<ArrayBuffer>> {
    const words = new Int32Array(rows * this.wordsOf(memory));
    for (const [i, address] of this.addresses(memory, from, words.length).entries())
      words[i] = yield* this.host.read(address);
    return words;
  }

  /**
   * Writes whole rows from words that lie one after the other; like `read`.
   * @throws RangeError for a part of a row too
   */
  *write(memory: TileMemory, from: number, words: Int32Array): Process {
    if (words.length % this.wordsOf(memory) !== 0)
      throw new RangeError(
        `a row of the ${memory} has ${this.wordsOf(memory)} words; ${words.length} are no whole rows`,
      );
    for (const [i, address] of this.addresses(memory, from, words.length).entries())
      yield* this.host.write(address, (words[i] ?? 0) >>> 0);
  }

  private addresses(memory: TileMemory, from: number, count: number): number[] {
    const row = this.wordsOf(memory);
    return Array.from(
      { length: count },
      (_, i) => this.base + memoryOffset(this.config, memory, from + Math.floor(i / row), i % row),
    );
  }
}
