/**
 * What a wave writer is handed: a tree of scopes with named signals whose values it can look at.
 */

/** How a value is shown. Labels of an enumeration are listed by code. */
export type TraceFormat =
  | { readonly kind: "bool" }
  | { readonly kind: "uint" }
  | { readonly kind: "sint" }
  | { readonly kind: "enum"; readonly labels: readonly string[] };

export interface TraceSignal {
  /** Any text; dots group (`enq.bits`), brackets index (`acts[3]`). */
  readonly name: string;
  /** Bits, 1 or more. */
  readonly width: number;
  readonly format: TraceFormat;
  readonly kind: "wire" | "reg" | "clock";
  /**
   * A live view of the value, brought up to date before each sample: ⌈width / 32⌉ words, the least significant first.
   * Signals of equal width over the same memory are aliases: one identifier code in the VCD.
   */
  readonly words: Uint32Array;
  /**
   * Names the net this signal shows. Where given, it alone decides what is an alias, so that the file does not depend
   * on how a simulator lays out its memory.
   */
  readonly net?: string;
}

/** An instance: its own name with coordinates (`pe[2][3]`), what it holds and what is below it. */
export interface TraceScope {
  readonly name: string;
  readonly signals: readonly TraceSignal[];
  readonly children: readonly TraceScope[];
}

/** The number of 32-bit words of a value this wide. */
export function wordCount(width: number): number {
  return Math.ceil(width / 32);
}
