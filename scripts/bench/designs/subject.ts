import type { AnyModule } from "../../../hdl/index.ts";
import type { Drive } from "../drive.ts";

/** One design of the bench. */
export interface Subject {
  readonly name: string;
  readonly title: string;
  /** Identical cells in it, for figures of scaling; null where it is no array. */
  readonly cells: number | null;
  /** The design with its stimulus inside: no inputs, one output `checksum` of 32 bits. */
  readonly whole: () => AnyModule;
  /** The design alone, whose ports a testbench drives; null where it is not measured so. */
  readonly bare: { readonly module: () => AnyModule; readonly drive: (port: string) => Drive } | null;
}
