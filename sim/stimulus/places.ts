import type { Node, NodeId } from "../../hdl/netlist/index.ts";
import { limbCount } from "../plan/slots.ts";
import { type Lanes, slotBytes } from "./shape.ts";

/**
 * Places in linear memory that values get when they first need one: vectors for what one function computes and another
 * takes, and words, lane after lane, for what the outside looks at.
 */
export class Places {
  readonly #vectors = new Map<NodeId, number>();
  readonly #words = new Map<NodeId, number>();
  #next: number;
  /** The first address above all places that there will ever be. */
  readonly end: number;

  constructor(
    private readonly nodes: readonly Node[],
    private readonly lanes: Lanes,
    start: number,
  ) {
    this.#next = start;
    this.end = nodes.reduce((end, { width }) => end + slotBytes(width, lanes) + this.#wordBytes(width), start);
  }

  /** The vectors of a value; for state, those of its next value where that has to wait. */
  vectors(id: NodeId): number {
    const width = this.nodes[id]?.width ?? 0;
    return this.#placeOf(this.#vectors, id, slotBytes(width, this.lanes));
  }

  /** The words of lane 0, behind them those of the other lanes. */
  words(id: NodeId): number {
    return this.#placeOf(this.#words, id, this.#wordBytes(this.nodes[id]?.width ?? 0));
  }

  #wordBytes(width: number): number {
    return 4 * limbCount(width) * this.lanes;
  }

  #placeOf(places: Map<NodeId, number>, id: NodeId, bytes: number): number {
    const known = places.get(id);
    if (known !== undefined) return known;
    const address = this.#next;
    this.#next += bytes;
    places.set(id, address);
    return address;
  }
}
