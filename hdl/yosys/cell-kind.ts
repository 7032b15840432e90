import type { CellContext } from "./cell-context.ts";

/** How cells of one type are imported. */
export interface CellKind {
  /** Output pins; every other pin is an input. */
  readonly outputs: readonly string[];
  readonly build: (cell: CellContext) => void;
}

export type CellTable = Readonly<Record<string, CellKind>>;

/** A cell with the one output Y. */
export function combinational(build: (cell: CellContext) => void): CellKind {
  return { outputs: ["Y"], build };
}
