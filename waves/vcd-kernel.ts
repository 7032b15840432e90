import { identifierCode } from "./identifier-code.ts";
import { wordCount } from "./trace.ts";
import { vcdEncoderCode } from "./vcd-encoder-code.ts";

/** A function of vcd-encoder.wat. Addresses are bytes in the kernel's memory. */
type KernelFunction = (...operands: readonly number[]) => number;

/** Bytes of a slot's description. */
const slotBytes = 32;
const pageBytes = 1 << 16;

/** Parts of a memory one after the other, each at a multiple of 16 bytes. */
export class MemoryMap {
  private end = 0;

  /** Where a part of so many bytes begins. */
  part(bytes: number): number {
    const at = this.end;
    this.end += (bytes + 15) & ~15;
    return at;
  }

  get bytes(): number {
    return this.end;
  }
}

/** Where the kernel finds what; a kernel that only writes lines needs the slots alone. */
export interface KernelPlaces {
  readonly slots: number;
  readonly words: number;
  readonly wordsEnd: number;
  readonly before: number;
  readonly owners: number;
  readonly marks: number;
}

/** The code of vcd-encoder.wat on a memory of its own. */
export class VcdKernel {
  readonly bytes: Uint8Array;
  readonly cells: Uint32Array;
  readonly changes: KernelFunction;
  readonly all: KernelFunction;
  readonly lines: KernelFunction;
  readonly next: KernelFunction;

  /**
   * @param bytes of the memory
   * @param widths bits of each slot
   * @throws RangeError where there is no such memory
   */
  constructor(bytes: number, widths: ArrayLike<number>, places: KernelPlaces) {
    const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / pageBytes) });
    this.bytes = new Uint8Array(memory.buffer);
    this.cells = new Uint32Array(memory.buffer);
    compiled ??= new WebAssembly.Module(Uint8Array.from(Buffer.from(vcdEncoderCode, "base64")));
    const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
    const named = (name: string): KernelFunction => {
      const exported = exports[name];
      if (typeof exported !== "function") throw new TypeError(`vcd-encoder.wat has no function ${name}`);
      return (...operands) => Number(exported(...operands));
    };
    this.changes = named("changes");
    this.all = named("all");
    this.lines = named("lines");
    this.next = named("next");
    const { slots, words, wordsEnd, before, owners, marks } = places;
    const marksEnd = marks + 8 * Math.ceil(widths.length / 64);
    named("place")(words, wordsEnd, before, owners, marks, marksEnd, slots, slots + slotTable(widths.length));
    for (let slot = 0; slot < widths.length; slot++) this.describe(slots + slotBytes * slot, slot, widths[slot] ?? 1);
  }

  /** Says where a slot's words and its last value are. */
  locate(slots: number, slot: number, words: number, value: number): void {
    this.cells.set([words, value], (slots + slotBytes * slot) / 4);
  }

  /** From byte 8: words, ones in the bits of the highest that count, bytes before the digits, and how its lines end. */
  private describe(at: number, slot: number, width: number): void {
    const code = identifierCode(slot);
    const ending = width === 1 ? `${code}\n` : ` ${code}\n`;
    const topBits = width % 32;
    const mask = topBits === 0 ? 0xffffffff : 2 ** topBits - 1;
    this.cells.set([wordCount(width), mask, width === 1 ? 0 : 1, ending.length], at / 4 + 2);
    this.bytes.set(Buffer.from(ending, "latin1"), at + 24);
  }
}

let compiled: WebAssembly.Module | null = null;

/** Bytes of the descriptions of so many slots. */
export const slotTable = (slots: number): number => slotBytes * slots;
