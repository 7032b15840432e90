import type { Memory, NodeId } from "../netlist/index.ts";
import type { CellContext } from "./cell-context.ts";
import type { MemorySpec, ReadSpec, WriteSpec } from "./memory-spec.ts";

/** The most bits a memory may have in total: 32 MiB. */
const mostBits = 2 ** 28;

/** The most words of which contents are kept, one number each. */
const mostWords = 2 ** 24;

/** Checks the size of a memory before anything is made of its contents. */
export function checkMemorySize(c: CellContext, name: string, width: number, depth: number): void {
  if (width < 1 || depth < 1)
    c.fail(`memory ${name} has ${depth} words of ${width} bits; it needs at least one of one`);
  if (width * depth > mostBits)
    c.fail(
      `memory ${name} has ${depth} words of ${width} bits, more than ${mostBits} bits in total; make it smaller (a parameter of the Verilog, or Yosys' chparam)`,
    );
}

/**
 * A memory of the netlist with its ports. Clocked reads become synchronous reads where the netlist's have the same
 * meaning, and else registers behind asynchronous reads, with muxes for what they must see of writes at the same edge.
 * A read out of range gives 0.
 */
export function buildMemory(spec: MemorySpec, index: number, stepDomain: () => number): Memory {
  const { name, width, depth, source } = spec;
  const { table } = spec.cell;
  const writes = spec.writes.filter(({ enable }) => enable.some((bit) => bit !== -1));
  const before = table.source;

  const native = spec.reads.map((read) => nativeForm(spec, read, writes));
  const readUnderWrite = native.includes("new") && !native.includes("old") ? "new" : "old";
  spec.reads.forEach((read, at) => {
    const form = native[at];
    const place = indexOf(spec, read.address);
    if (read.clocked && (form === "any" || form === readUnderWrite) && place.inRange === null) {
      const { domain, enable } = read.clocked;
      const sync = { domain, enable };
      read.deliver(table.add({ kind: "memRead", width, memory: index, address: place.index, sync }));
      read.cell.host.addRegisters(domain, 1);
    } else read.deliver(readByMuxes(spec, read, writes, index));
  });

  const ports = writes.map((write) => {
    const { mask, enable } = writeMask(write, width);
    const domain = write.domain ?? stepDomain();
    const address = indexOf(spec, write.address).index;
    return { domain, enable, address, data: write.data, mask, source: write.cell.cell.source };
  });
  table.source = before;
  return { name, width, depth, readUnderWrite, init: initOf(spec), writes: ports, format: { kind: "uint" }, source };
}

/** Which meaning of `readUnderWrite` a synchronous read port of the netlist needs, or null where none will do. */
function nativeForm(spec: MemorySpec, read: ReadSpec, writes: readonly WriteSpec[]): "old" | "new" | "any" | null {
  const { clocked } = read;
  if (!clocked || clocked.sync || clocked.async || /[01]/.test(clocked.init)) return null;
  if (indexOf(spec, read.address).inRange !== null || writes.some((write) => write.domain === null)) return null;
  if (writes.length === 0) return "any";
  const seen = writes.map((write) => clocked.transparent(write));
  if (!seen.includes(true)) return "old";
  return seen.includes(false) || writes.some((write) => write.domain !== clocked.domain) ? null : "new";
}

/** The word that an address stands for, and whether there is one; null where there always is. */
function indexOf(spec: MemorySpec, address: NodeId): { index: NodeId; inRange: NodeId | null } {
  const { table } = spec.cell;
  const { depth, offset } = spec;
  const width = table.width(address);
  if (offset === 0 && 2 ** width <= depth) return { index: address, inRange: null };
  if (offset === 0) return { index: address, inRange: table.compare("ltu", address, table.constant(width, depth)) };
  const wide = Math.max(width, depth.toString(2).length, Math.abs(offset).toString(2).length) + 1;
  const index = table.binary("sub", table.resize(address, wide, false), table.constant(wide, offset));
  return { index, inRange: table.compare("ltu", index, table.constant(wide, depth)) };
}

function readByMuxes(spec: MemorySpec, read: ReadSpec, writes: readonly WriteSpec[], index: number): NodeId {
  const { width } = spec;
  const { table, host } = read.cell;
  const { clocked } = read;
  const place = indexOf(spec, read.address);
  let word = table.add({ kind: "memRead", width, memory: index, address: place.index, sync: null });
  if (place.inRange !== null) word = table.mux(place.inRange, word, table.constant(width, 0));
  for (const write of writes)
    if (write.domain === null || (clocked?.transparent(write) && write.domain === clocked.domain))
      word = passWrite(read, write, word);
  if (!clocked) return word;

  const register = table.reserve(width);
  const value = (digits: string) => table.constant(width, read.cell.value(digits));
  let next = table.mux(clocked.enable, word, register);
  if (clocked.sync) {
    const { on, onlyEnabled, value: digits } = clocked.sync;
    next = table.mux(onlyEnabled ? table.and1(on, clocked.enable) : on, value(digits), next);
  }
  const { async } = clocked;
  const override = (node: NodeId): NodeId => (async ? table.mux(async.on, value(async.value), node) : node);
  table.fill(register, {
    kind: "reg",
    width,
    domain: clocked.domain,
    next: override(next),
    init: /[01]/.test(clocked.init) ? read.cell.value(clocked.init, "power-on values") : null,
  });
  host.addRegisters(clocked.domain, 1);
  return override(register);
}

/** `word` as it is where the write port writes the word that is read. */
function passWrite(read: ReadSpec, write: WriteSpec, word: NodeId): NodeId {
  const { table } = read.cell;
  const size = Math.max(table.width(read.address), table.width(write.address));
  const same = table.compare("eq", table.resize(read.address, size, false), table.resize(write.address, size, false));
  const width = table.width(word);
  const first = write.enable[0] ?? -1;
  if (write.enable.every((bit) => bit === first)) {
    const enabled = table.and1(same, write.cell.read("WR_EN", write.enable.subarray(0, 1)));
    return table.mux(enabled, write.data, word);
  }
  const taken = table.binary("and", write.cell.read("WR_EN", write.enable), table.repeat(same, width));
  const kept = table.binary("and", word, table.not(taken));
  return table.binary("or", kept, table.binary("and", write.data, taken));
}

/** Enables of single bits as a mask of as few bits as tell them apart. */
function writeMask(write: WriteSpec, width: number): { mask: NodeId | null; enable: NodeId } {
  const { table } = write.cell;
  const bits = write.enable;
  let group = width;
  const uniform = (size: number): boolean => bits.every((bit, at) => bit === bits[at - (at % size)]);
  while (group > 1 && (width % group !== 0 || !uniform(group))) group = nextDivisor(width, group);
  const mask = write.cell.read(
    "WR_EN",
    bits.filter((_, at) => at % group === 0),
  );
  return group === width ? { mask: null, enable: mask } : { mask, enable: table.reduce("or", mask) };
}

function nextDivisor(width: number, below: number): number {
  for (let size = below - 1; size > 1; size--) if (width % size === 0) return size;
  return 1;
}

function initOf({ cell, name, width, depth, contents }: MemorySpec): readonly bigint[] | null {
  if (contents === null) return null;
  if (contents.end > mostWords)
    cell.fail(`memory ${name} has contents up to word ${contents.end}; at most ${mostWords} words can have contents`);
  const words: bigint[] = [];
  let last = 0;
  let undefinedBits = (depth - contents.end) * width;
  for (let at = 0; at < contents.end; at++) {
    const digits = contents.word(at);
    if (digits === null || /^x*$/.test(digits)) {
      undefinedBits += width;
      words.push(0n);
      continue;
    }
    const defined = digits.replace(/[xz]/g, "0");
    if (defined !== digits) undefinedBits += digits.replace(/[01]/g, "").length;
    words.push(BigInt(`0b${defined}`));
    last = at + 1;
  }
  if (last === 0) return null;
  cell.host.undefined(cell.cell, "memory contents", undefinedBits);
  words.length = last;
  return words;
}
