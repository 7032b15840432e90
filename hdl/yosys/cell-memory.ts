import { CellContext } from "./cell-context.ts";
import type { CellKind } from "./cell-kind.ts";
import { checkMemorySize } from "./memory-build.ts";
import type { MemoryContents, MemorySpec, ReadSpec, WriteSpec } from "./memory-spec.ts";
import { undefinedBit } from "./yosys-netlist.ts";

/** Takes a memory that a cell has described in full. */
export type TakeMemory = (spec: MemorySpec) => void;

/** Memories with all their ports in one cell, as the pass `memory_collect` makes them. */
export function memoryKind(type: string, take: TakeMemory): CellKind | null {
  if (type !== "$mem" && type !== "$mem_v2") return null;
  return { outputs: ["RD_DATA"], build: (c) => take(collected(c, type === "$mem_v2")) };
}

function collected(c: CellContext, second: boolean): MemorySpec {
  const { table, cell } = c;
  const [width, depth, abits] = [c.integer("WIDTH"), c.integer("SIZE"), c.integer("ABITS")];
  const [readCount, writeCount] = [c.integer("RD_PORTS"), c.integer("WR_PORTS")];
  const name = memoryName(c);
  checkMemorySize(c, name, width, depth);
  const part = (pin: string, count: number, size: number, index: number) =>
    c.bits(pin, count * size).subarray(index * size, (index + 1) * size);
  const flags = (parameter: string, count: number, fallback?: "0") => {
    const vector = c.vector(parameter, count, fallback);
    return (index: number) => CellContext.bitOf(vector, index) === "1";
  };
  const values = (parameter: string) => {
    const vector = c.vector(parameter, readCount * width, second ? undefined : "x");
    return (index: number) => vector.slice(vector.length - (index + 1) * width, vector.length - index * width);
  };

  const [writeClocked, writeRising] = [flags("WR_CLK_ENABLE", writeCount), flags("WR_CLK_POLARITY", writeCount)];
  const writes = Array.from({ length: writeCount }, (_, index): WriteSpec => {
    const clock = part("WR_CLK", writeCount, 1, index)[0] ?? undefinedBit;
    return {
      cell: c,
      id: index,
      domain: writeClocked(index) ? c.host.clock(cell, "WR_CLK", clock, writeRising(index)) : null,
      address: c.read("WR_ADDR", part("WR_ADDR", writeCount, abits, index)),
      enable: part("WR_EN", writeCount, width, index),
      data: c.read("WR_DATA", part("WR_DATA", writeCount, width, index)),
    };
  });

  const [readClocked, readRising] = [flags("RD_CLK_ENABLE", readCount), flags("RD_CLK_POLARITY", readCount)];
  const transparency = second
    ? flags("RD_TRANSPARENCY_MASK", readCount * writeCount)
    : flags("RD_TRANSPARENT", readCount);
  const onlyEnabled = flags("RD_CE_OVER_SRST", readCount, "0");
  const [init, syncValue, asyncValue] = [values("RD_INIT_VALUE"), values("RD_SRST_VALUE"), values("RD_ARST_VALUE")];
  const outputs: number[] = new Array(readCount).fill(-1);
  const reset = (pin: string, index: number) => {
    if (!c.has(pin)) return null;
    const node = c.read(pin, part(pin, readCount, 1, index));
    return table.constantOf(node) === 0n ? null : node;
  };
  const reads = Array.from({ length: readCount }, (_, index): ReadSpec => {
    const clock = part("RD_CLK", readCount, 1, index)[0] ?? undefinedBit;
    const address = c.read("RD_ADDR", part("RD_ADDR", readCount, abits, index));
    const deliver = (word: number) => {
      outputs[index] = word;
    };
    if (!readClocked(index)) return { cell: c, address, clocked: null, deliver };
    const [sync, async] = [reset("RD_SRST", index), reset("RD_ARST", index)];
    const clocked = {
      domain: c.host.clock(cell, "RD_CLK", clock, readRising(index)),
      enable: c.read("RD_EN", part("RD_EN", readCount, 1, index)),
      transparent: ({ id }: WriteSpec) => transparency(second ? index * writeCount + id : index),
      sync: sync === null ? null : { on: sync, value: syncValue(index), onlyEnabled: onlyEnabled(index) },
      async: async === null ? null : { on: async, value: asyncValue(index) },
      init: init(index),
    };
    return { cell: c, address, clocked, deliver };
  });
  const contents = initialWords(c, width, depth);
  const offset = c.integer("OFFSET", 0, true);
  const last = reads.at(-1);
  const spec = { name, cell: c, width, depth, offset, contents, reads, writes, source: cell.source };
  if (!last) return spec;
  const finish = {
    ...last,
    deliver: (word: number) => {
      last.deliver(word);
      c.drive("RD_DATA", table.cat(outputs));
    },
  };
  return { ...spec, reads: [...reads.slice(0, -1), finish] };
}

/** `MEMID` without the backslash of public names. */
export function memoryName(c: CellContext): string {
  const id = c.cell.parameters.get("MEMID");
  return typeof id === "string" && id.trim() !== "" ? id.trim().replace(/^\\/, "") : c.cell.name;
}

/** Words of the parameter INIT, which is as long as the memory or a single x. */
function initialWords(c: CellContext, width: number, depth: number): MemoryContents | null {
  const init = c.cell.parameters.get("INIT");
  if (init === undefined || (typeof init === "string" && /^[xz]$/.test(init.trim()))) return null;
  const digits = c.vector("INIT", width * depth);
  const start = digits.search(/[01]/);
  if (start < 0) return null;
  const word = (index: number) => digits.slice(digits.length - (index + 1) * width, digits.length - index * width);
  return { end: Math.ceil((digits.length - start) / width), word };
}
