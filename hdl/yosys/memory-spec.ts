import type { DomainId, NodeId, Source } from "../netlist/index.ts";
import type { CellContext } from "./cell-context.ts";
import type { Bits } from "./yosys-netlist.ts";

/** A reset of a clocked read port's register. */
export interface ReadReset {
  readonly on: NodeId;
  /** As wide as a word, of 0, 1 and x. */
  readonly value: string;
}

export interface ReadSpec {
  readonly cell: CellContext;
  readonly address: NodeId;
  /** Null: it follows the address in the same cycle. */
  readonly clocked: {
    readonly domain: DomainId;
    readonly enable: NodeId;
    /** Whether it sees, at once, what write port `index` of the list writes to the word at the same edge. */
    readonly transparent: (write: WriteSpec) => boolean;
    readonly sync: (ReadReset & { readonly onlyEnabled: boolean }) | null;
    readonly async: ReadReset | null;
    /** The power-on value of its register. */
    readonly init: string;
  } | null;
  readonly deliver: (word: NodeId) => void;
}

export interface WriteSpec {
  readonly cell: CellContext;
  /** Its number in transparency masks. */
  readonly id: number;
  /** Null: it writes whenever it is enabled (what `clk2fflogic` makes of clocked writes). */
  readonly domain: DomainId | null;
  readonly address: NodeId;
  /** One bit for each bit of the word. */
  readonly enable: Bits;
  readonly data: NodeId;
}

export interface MemoryContents {
  /** Words from here on are x. */
  readonly end: number;
  /** Most significant bit first, as 0, 1 and x; null for all x. */
  readonly word: (index: number) => string | null;
}

/** A memory as its cells describe it, with words at addresses `offset` to `offset + depth − 1`. */
export interface MemorySpec {
  readonly name: string;
  readonly cell: CellContext;
  readonly width: number;
  readonly depth: number;
  readonly offset: number;
  /** Contents at power-on; null where there are none. */
  readonly contents: MemoryContents | null;
  readonly reads: readonly ReadSpec[];
  readonly writes: readonly WriteSpec[];
  readonly source: Source | null;
}
