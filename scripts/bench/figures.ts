import type { Mode } from "./mode.ts";

/** One simulator's figures for one design in one mode. */
export interface Figures {
  readonly simulator: string;
  /** Cycles/s of every run in turn. */
  readonly rates: readonly number[];
  /** Their median. */
  readonly rate: number;
  /** The most memory that the process ever held, in KiB; null where it is not known. */
  readonly peakKib: number | null;
  /** Milliseconds from the source (TypeScript here, Verilog there) to the first cycle; null where not measured. */
  readonly firstCycle: number | null;
  /** Ours alone, in milliseconds: loading and elaborating the design, and compiling with the first cycle. */
  readonly inProcess: { readonly elaborate: number; readonly compile: number } | null;
}

/** One design in one mode. */
export interface Row {
  readonly subject: string;
  readonly title: string;
  readonly cells: number | null;
  readonly mode: Mode;
  /** The last cycle in which the checksums of the compiled simulators were compared. */
  readonly cycles: number;
  readonly ours: Figures;
  /** Builds of the Verilog that we emit. */
  readonly verilator: readonly Figures[];
  /** Builds of the Verilog that the design was imported from. */
  readonly original: readonly Figures[];
  readonly others: readonly Figures[];
  /** Ours to the faster of Verilator's builds of the Verilog that we emit, by medians; null without one. */
  readonly ratio: number | null;
}

/** The fastest of some simulators. */
export function fastest(all: readonly Figures[]): Figures | null {
  return all.toSorted((a, b) => b.rate - a.rate)[0] ?? null;
}

/** The one in the middle; the higher one of two. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
