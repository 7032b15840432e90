import { CellContext } from "./cell-context.ts";
import type { CellKind } from "./cell-kind.ts";
import { memoryName } from "./cell-memory.ts";
import { checkMemorySize } from "./memory-build.ts";
import type { MemoryContents, MemorySpec, ReadSpec, WriteSpec } from "./memory-spec.ts";
import { type Bits, oneBit, type YosysMemory, zeroBit } from "./yosys-netlist.ts";

const types = /^\$mem(rd|wr|init)(_v2)?$/;

/** Memory ports that are cells of their own, as they are before the pass `memory_collect`, gathered by memory. */
export class MemoryPorts {
  readonly #memories: ReadonlyMap<string, YosysMemory>;
  readonly #cells = new Map<string, CellContext[]>();

  constructor(memories: ReadonlyMap<string, YosysMemory>) {
    this.#memories = memories;
  }

  /** The import of a port's cell, or null for a type that is none: it is kept until `specs`. */
  kind(type: string): CellKind | null {
    const match = types.exec(type);
    if (!match) return null;
    const build = (c: CellContext): void => {
      const name = memoryName(c);
      if (!this.#memories.has(name)) c.fail(`its memory ${name} is not among the module's memories`);
      const cells = this.#cells.get(name) ?? [];
      this.#cells.set(name, cells);
      cells.push(c);
    };
    return { outputs: match[1] === "rd" ? ["DATA"] : [], build };
  }

  /** The memories that have ports. */
  specs(): MemorySpec[] {
    return [...this.#cells].flatMap(([name, cells]) => {
      const memory = this.#memories.get(name);
      const [first] = cells;
      return memory && first ? [specOf(memory, first, cells)] : [];
    });
  }
}

function specOf(memory: YosysMemory, first: CellContext, cells: readonly CellContext[]): MemorySpec {
  const { name, width, size: depth, offset, source } = memory;
  checkMemorySize(first, name, width, depth);
  const of = (kind: string) => cells.filter((c) => types.exec(c.cell.type)?.[1] === kind);
  for (const c of cells)
    if (c.integer("WIDTH") !== width)
      c.fail(`WIDTH is ${c.integer("WIDTH")}, and the words of memory ${name} have ${width} bits`);
  const order = (c: CellContext): number => c.integer(c.cell.type === "$memwr" ? "PRIORITY" : "PORTID");
  const writes = of("wr")
    .sort((a, b) => order(a) - order(b))
    .map(
      (c): WriteSpec => ({
        cell: c,
        id: order(c),
        domain: c.flag("CLK_ENABLE") ? c.clock("CLK", c.flag("CLK_POLARITY")) : null,
        address: c.word("ADDR", c.integer("ABITS")),
        enable: c.bits("EN", width),
        data: c.word("DATA", width),
      }),
    );
  const contents = initialWords(of("init"), width, depth, offset);
  return { name, cell: first, width, depth, offset, contents, reads: of("rd").map(readSpec), writes, source };
}

function readSpec(c: CellContext): ReadSpec {
  const address = c.word("ADDR", c.integer("ABITS"));
  const deliver = (word: number) => c.drive("DATA", word);
  if (!c.flag("CLK_ENABLE")) return { cell: c, address, clocked: null, deliver };
  const width = c.integer("WIDTH");
  const second = c.cell.type === "$memrd_v2";
  const mask = c.cell.parameters.get("TRANSPARENCY_MASK");
  const reset = (pin: string) => {
    const on = second && c.has(pin) ? c.word(pin, 1) : null;
    return on === null || c.table.constantOf(on) === 0n ? null : { on, value: c.vector(`${pin}_VALUE`, width) };
  };
  const sync = reset("SRST");
  const clocked = {
    domain: c.clock("CLK", c.flag("CLK_POLARITY")),
    enable: c.word("EN", 1),
    transparent: ({ id }: WriteSpec) =>
      second ? typeof mask === "string" && CellContext.bitOf(mask, id) === "1" : c.flag("TRANSPARENT"),
    sync: sync && { ...sync, onlyEnabled: c.flag("CE_OVER_SRST", false) },
    async: reset("ARST"),
    init: second ? c.vector("INIT_VALUE", width) : "x".repeat(width),
  };
  return { cell: c, address, clocked, deliver };
}

/** What the `$meminit` cells write, the one of highest priority last. */
function initialWords(
  cells: readonly CellContext[],
  width: number,
  depth: number,
  offset: number,
): MemoryContents | null {
  const words = new Map<number, string[]>();
  for (const c of [...cells].sort((a, b) => a.integer("PRIORITY") - b.integer("PRIORITY"))) {
    const count = c.integer("WORDS");
    const [address, data] = [constantOf(c, "ADDR"), c.bits("DATA", width * count)];
    const enable = c.has("EN") ? c.bits("EN", width) : null;
    for (let at = 0; at < count; at++) {
      const word = address - offset + at;
      if (word < 0 || word >= depth) continue;
      const digits = words.get(word) ?? new Array<string>(width).fill("x");
      words.set(word, digits);
      for (let bit = 0; bit < width; bit++)
        if (!enable || enable[bit] === oneBit) digits[width - 1 - bit] = digit(c, data, at * width + bit);
    }
  }
  if (words.size === 0) return null;
  const end = [...words.keys()].reduce((most, word) => Math.max(most, word), 0) + 1;
  return { end, word: (index) => words.get(index)?.join("") ?? null };
}

function digit(c: CellContext, bits: Bits, at: number): string {
  const bit = bits[at] ?? 0;
  if (bit >= 0) c.fail("it initialises a memory with what is no constant; run proc and opt");
  return bit === oneBit ? "1" : bit === zeroBit ? "0" : "x";
}

function constantOf(c: CellContext, pin: string): number {
  let value = 0;
  for (const bit of [...c.bits(pin)].reverse()) {
    if (bit !== zeroBit && bit !== oneBit) c.fail(`input ${pin} must be a constant`);
    value = value * 2 + (bit === oneBit ? 1 : 0);
  }
  return value;
}
