/** Verilog that others wrote, as peers read it: in a folder that has nothing but these files. */
export interface ForeignVerilog {
  /** Sources, what they include and what they read while simulating, by path below the folder. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Those of the files that are compiled, in order, and the folders in which included ones are looked up. */
  readonly sources: readonly string[];
  readonly includes: readonly string[];
  readonly defines: Readonly<Record<string, string | number>>;
  /** The sources as messages call them. */
  readonly title: string;
}
