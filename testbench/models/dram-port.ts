import type { AxiConfig } from "../../hdl/index.ts";
import type { Engine } from "../../sim/index.ts";
import type { Clocked } from "../bench/clocked.ts";
import type { Dram } from "./dram.ts";
import { DramReads } from "./dram-reads.ts";
import { DramWrites } from "./dram-writes.ts";

/** Ports of the design that are managers of the DRAM's: their paths, such as `read` for `read.ar.valid`. */
export interface DramPortNames {
  readonly read?: string;
  readonly write?: string;
}

/** One port of a DRAM, with its read channels, its write channels or both. */
export class DramPort implements Clocked {
  private readonly reads: DramReads | null;
  private readonly writes: DramWrites | null;

  constructor(
    dram: Dram,
    private readonly engine: Engine,
    config: AxiConfig,
    { read, write }: DramPortNames,
  ) {
    this.reads = read === undefined ? null : new DramReads(dram, engine, config, read);
    this.writes = write === undefined ? null : new DramWrites(dram, engine, config, write);
  }

  sample(): void {
    this.reads?.sample();
    this.writes?.sample();
  }

  /** Reads and writes take turns in being served first. */
  drive(): void {
    if (this.engine.cycle % 2 === 0) {
      this.reads?.drive();
      this.writes?.drive();
    } else {
      this.writes?.drive();
      this.reads?.drive();
    }
    this.engine.touch();
  }
}
