import type { Design } from "../../hdl/index.ts";
import { compileLanes, type LaneEngine } from "../../sim/index.ts";

/** Cycles that each lane is ahead of the one before it: a prime, so that nothing periodic makes them alike. */
const apart = 997;

/**
 * A design with its stimulus inside in several lanes. Lane 0 is the run that peers make; each further lane is in a later
 * part of the same run, so that no two lanes do the same thing at the same time.
 */
export class LanesApart {
  private readonly engine: LaneEngine;

  constructor(design: Design, lanes: number) {
    this.engine = compileLanes(design, { seeds: new Array<number>(lanes).fill(0), randomInit: false });
  }

  /** Where each lane is. */
  get cycles(): readonly number[] {
    return this.engine.lanes.map(({ cycle }) => cycle);
  }

  step(cycles: number): void {
    this.engine.step(cycles);
  }

  /** Drives an input in all lanes. */
  poke(port: string, value: number): void {
    for (const lane of this.engine.lanes) lane.poke(port, value);
  }

  /** The value of an output in lane 0. */
  peek(port: string): number {
    return Number(this.engine.lanes[0]?.peek(port) ?? 0);
  }

  /** Moves every lane ahead of the one before it. */
  spread(): void {
    const { lanes } = this.engine;
    for (const [index, lane] of lanes.entries()) {
      const before = lanes[index - 1];
      if (!before) continue;
      lane.restore(before.checkpoint());
      for (const other of lanes) other.held = other !== lane;
      this.engine.step(apart);
    }
    for (const lane of lanes) lane.held = false;
  }
}
