import { arithmeticCells } from "./cell-arithmetic.ts";
import { gateCells } from "./cell-gate.ts";
import type { CellKind } from "./cell-kind.ts";
import { logicCells } from "./cell-logic.ts";
import { registerKind } from "./cell-register.ts";
import { selectCells } from "./cell-select.ts";
import { shiftCells } from "./cell-shift.ts";

const combinationalCells = new Map<string, CellKind>(
  [arithmeticCells, logicCells, shiftCells, selectCells, gateCells].flatMap((table) => Object.entries(table)),
);

/** The import of Yosys' own cells without memories and properties, or null for other types. */
export function libraryKind(type: string): CellKind | null {
  return type.startsWith("$") ? (combinationalCells.get(type) ?? registerKind(type)) : null;
}

/** Cells that may stand in a clock's path; of one bit, of course. True where they invert it. */
export const clockPath: ReadonlyMap<string, boolean> = new Map([
  ["$not", true],
  ["$logic_not", true],
  ["$_NOT_", true],
  ["$pos", false],
  ["$buf", false],
  ["$_BUF_", false],
]);
