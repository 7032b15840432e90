import type { CheckKind, DomainId, NodeId } from "../netlist/index.ts";
import type { CellContext } from "./cell-context.ts";
import type { CellKind } from "./cell-kind.ts";

/** A property as a cell states it; the domain is null where the cell has no clock of its own. */
export interface Property {
  readonly cell: CellContext;
  readonly kind: CheckKind;
  readonly condition: NodeId;
  readonly enable: NodeId;
  readonly domain: DomainId | null;
}

const kinds: Readonly<Record<string, CheckKind>> = {
  $assert: "check",
  $assume: "assume",
  $cover: "cover",
  assert: "check",
  assume: "assume",
  cover: "cover",
};
/** Cells without meaning for a simulation: texts, hierarchy notes, and properties about infinite time. */
const ignored = new Set(["$print", "$scopeinfo", "$live", "$fair", "$specify2", "$specify3", "$specrule"]);

/** The import of a property's cell or of one that is passed over, or null for other types. */
export function propertyKind(type: string, take: (property: Property) => void): CellKind | null {
  if (ignored.has(type)) return { outputs: [], build: () => {} };
  const kind = kinds[type];
  const pins = (cell: CellContext) => ({ cell, condition: cell.word("A", 1), enable: cell.word("EN", 1) });
  if (type.startsWith("$") && kind)
    return { outputs: [], build: (cell) => take({ ...pins(cell), kind, domain: null }) };
  if (type !== "$check") return null;
  return {
    outputs: [],
    build: (cell) => {
      const flavour = `${cell.cell.parameters.get("FLAVOR") ?? ""}`.trim();
      if (flavour === "live" || flavour === "fair") return;
      const stated = kinds[flavour];
      if (!stated || flavour.startsWith("$"))
        return cell.fail(`its FLAVOR is "${flavour.slice(0, 40)}", not assert, assume or cover`);
      let domain: DomainId | null = null;
      if (cell.flag("TRG_ENABLE", false)) {
        const width = cell.integer("TRG_WIDTH");
        // Triggers beside the clock are asynchronous resets, which the enable takes into account.
        if (width >= 1) {
          const rising = cell.vector("TRG_POLARITY", width).endsWith("1");
          domain = cell.host.clock(cell.cell, "TRG", cell.bits("TRG", width)[0] ?? -1, rising);
        }
      }
      take({ ...pins(cell), kind: stated, domain });
    },
  };
}
