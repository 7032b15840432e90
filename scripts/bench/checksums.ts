import { PeerError } from "../../testbench/peer/peer-error.ts";

/** The checksums of one design by cycle: whoever comes to a cycle first says what all others must have there. */
export class Checksums {
  private readonly known = new Map<number, { readonly checksum: number; readonly simulator: string }>();

  /** @throws PeerError where another simulator had another checksum in this cycle */
  compare(cycle: number, checksum: number, simulator: string): void {
    const before = this.known.get(cycle);
    if (!before) this.known.set(cycle, { checksum, simulator });
    else if (before.checksum !== checksum)
      throw new PeerError(
        `cycle ${cycle}: the checksum of ${before.simulator} is ${before.checksum}, that of ${simulator} ${checksum}`,
      );
  }
}
